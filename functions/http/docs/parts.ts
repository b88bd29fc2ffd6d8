import type { AnyRoute } from "../../shell/route.ts";
import type { Documented } from "./document.ts";
import type { JsonSchema, Schemas } from "./json-schemas.ts";
import { REFUSALS } from "./shared-parts.ts";

/** Parameters that mean the same everywhere. */
const MEANING: Record<string, string> = {
  limit: "Items of a page at most.",
  cursor: "nextCursor of the page before; it belongs to this caller and these filters.",
};

const text = { type: "string" };

const IDEMPOTENCY_KEY = {
  name: "Idempotency-Key",
  in: "header",
  description: "Makes the request safe to repeat for 72 hours: the same key and body answers the same resource again.",
  schema: { ...text, minLength: 1, maxLength: 255 },
};

const IF_MATCH = {
  name: "If-Match",
  in: "header",
  description: "The ETag of the version that the change was made for.",
  schema: text,
};

function fieldsOf(schema: JsonSchema, place: "path" | "query"): JsonSchema[] {
  const { properties = {}, required = [] } = schema as { properties?: Record<string, JsonSchema>; required?: string[] };
  return Object.entries(properties).map(([name, { description = MEANING[name], ...one }]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    ...(description !== undefined && { description }),
    schema: one,
  }));
}

/** Every parameter of an operation: those of its address, of its query, and the headers of its method. */
export function parametersOf({ on, route, roles }: Documented, schemas: Schemas, isVersioned: boolean): JsonSchema[] {
  const path = route.path ? fieldsOf(schemas.input(route.path), "path") : [];
  const named = [...on.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  const silent = named.filter((name) => !path.some((one) => one.name === name));
  const changes = !on.startsWith("GET ") && named.length > 0;
  return [
    ...path,
    ...silent.map((name) => ({ name, in: "path", required: true, schema: text })),
    ...(route.query ? fieldsOf(schemas.input(route.query), "query") : []),
    ...(on.startsWith("POST ") && roles !== "public" ? [IDEMPOTENCY_KEY] : []),
    ...(changes && isVersioned ? [IF_MATCH] : []),
  ];
}

/** The body that a route takes. */
export function bodyOf(route: AnyRoute, schemas: Schemas): JsonSchema | undefined {
  if (!route.body) return undefined;
  return { required: true, content: { "application/json": { schema: schemas.input(route.body) } } };
}

/** The headers of an answer: the version of what is answered. */
export function headersOf(schemas: Schemas, answer: JsonSchema): JsonSchema | undefined {
  if (!schemas.has(answer, "version")) return undefined;
  return { ETag: { description: "The version of the resource.", schema: text } };
}

/** How an operation can be refused. */
export function refusalsOf({ on, route, roles }: Documented, isVersioned: boolean): JsonSchema {
  const isOpen = roles === "public";
  const changes = !on.startsWith("GET ");
  const takes = (condition: boolean, ...statuses: number[]) => (condition ? statuses : []);
  const statuses = [
    ...takes(route.path || route.query || route.body, 400),
    ...takes(!isOpen || on.includes("/v1/"), 401),
    ...takes(!isOpen, 403),
    ...takes(on.includes("{"), 404),
    ...takes(changes && !isOpen, 409),
    ...takes(changes && isVersioned && on.includes("{"), 412),
    ...takes(route.body, 413, 415),
    ...takes(on.startsWith("POST ") && !isOpen, 422),
    429,
    500,
  ];
  return Object.fromEntries(
    statuses.map((status) => [status, { $ref: `#/components/responses/${REFUSALS[status]?.name}` }]),
  );
}
