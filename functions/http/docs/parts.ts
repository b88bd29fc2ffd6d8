import type { Described } from "./document.ts";
import type { JsonSchema } from "./json-schemas.ts";
import { LIMIT_HEADERS, refusal } from "./shared-parts.ts";

const text = { type: "string" };

const IDEMPOTENCY_KEY = {
  name: "Idempotency-Key",
  in: "header",
  description:
    "Makes the request safe to repeat for 72 hours: the same key and body answers the same resource again, another " +
    "body is refused (422).",
  schema: { ...text, minLength: 1, maxLength: 255 },
  example: "checkout-1001",
};

const IF_MATCH = {
  name: "If-Match",
  in: "header",
  description: "The ETag of the version that the change was made for; when the resource has changed since, 412.",
  schema: text,
  example: '"3"',
};

function fieldsOf(schema: JsonSchema, place: "path" | "query", { vocabulary, said }: Described): JsonSchema[] {
  const { properties = {}, required = [] } = schema as { properties?: Record<string, JsonSchema>; required?: string[] };
  const offered = Object.entries(properties).filter(([name]) => !said.notServed?.includes(name));
  return offered.map(([name, { description = vocabulary.of([place, name]), ...one }]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    ...(description !== undefined && { description }),
    schema: one,
  }));
}

/** Every parameter of an operation: those of its address, of its query, and the headers of its method. */
export function parametersOf(one: Described): JsonSchema[] {
  const { on, route, roles, schemas } = one;
  const path = route.path ? fieldsOf(schemas.input(route.path), "path", one) : [];
  const named = [...on.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  const silent = named.filter((name) => !path.some((known) => known.name === name));
  return [
    ...path,
    ...silent.map((name) => ({ name, in: "path", required: true, schema: text })),
    ...(route.query ? fieldsOf(schemas.input(route.query), "query", one) : []),
    ...(on.startsWith("POST ") && roles !== "public" ? [IDEMPOTENCY_KEY] : []),
    ...(route.guarded ? [IF_MATCH] : []),
  ];
}

/** The body that a route takes. */
export function bodyOf({ on, run, route, said, vocabulary, schemas }: Described): JsonSchema | undefined {
  if (said.delivered && on.startsWith("POST ")) {
    const { description, example } = said.delivered;
    return { required: true, description, content: { "application/json": { schema: {}, example } } };
  }
  if (!route.body) return undefined;
  const schema = vocabulary.describe(schemas.input(route.body), [run.slice(run.indexOf("/") + 1)]);
  const { example } = said;
  return { required: true, content: { "application/json": { schema, ...(example !== undefined && { example }) } } };
}

/** The headers of an answer: the version of what is answered, and where the caller stands. */
export function headersOf({ roles, schemas }: Described, answer: JsonSchema): { headers?: JsonSchema } {
  const headers = {
    ...(schemas.has(answer, "version") && { ETag: { description: "The version of the resource.", schema: text } }),
    ...(roles !== "public" && LIMIT_HEADERS),
  };
  return Object.keys(headers).length === 0 ? {} : { headers };
}

/** How an operation can be refused: what is common to all, with the codes that are its own. */
export function refusalsOf({ on, route, roles, said }: Described): JsonSchema {
  const isOpen = roles === "public";
  const changes = !on.startsWith("GET ");
  const own = said.refusals ?? {};
  const takes = (condition: unknown, ...statuses: number[]) => (condition ? statuses : []);
  const statuses = [
    ...takes(route.path || route.query || route.body, 400),
    ...takes(!isOpen || on.includes("/v1/"), 401),
    ...takes(!isOpen, 403),
    ...takes(on.includes("{"), 404),
    ...takes(isOpen && on.includes("/v1/hooks/"), 405),
    ...takes(changes && !isOpen, 409),
    ...takes(route.guarded, 412),
    ...takes(route.body || said.delivered, 413),
    ...takes(route.body, 415),
    ...takes(on.startsWith("POST ") && !isOpen, 422),
    ...Object.keys(own).map(Number),
    ...[429, 431, 500],
  ];
  const inOrder = [...new Set(statuses)].sort((one, other) => one - other);
  return Object.fromEntries(inOrder.map((status) => [status, refusal(status, own[status])]));
}
