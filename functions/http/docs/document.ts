import type { Role } from "../../shell/caller.ts";
import type { AnyRoute } from "../../shell/route.ts";
import { type JsonSchema, Schemas } from "./json-schemas.ts";
import { bodyOf, headersOf, parametersOf, refusalsOf } from "./parts.ts";
import { limitHeaders, problemResponses, securitySchemes } from "./shared-parts.ts";
import { type NounWords, type OperationWords, Vocabulary } from "./vocabulary.ts";

/** A route as the wiring declares it, with its forms. */
export interface Documented {
  /** `POST /v1/orders`. */
  on: string;
  /** `orders/place-order`. */
  run: string;
  roles: readonly Role[] | "public";
  route: AnyRoute;
  /** What its noun's `words.ts` says; a noun without one is described by its forms alone. */
  words?: NounWords;
}

/** An operation on its way into the document. */
export interface Described extends Documented {
  said: OperationWords;
  vocabulary: Vocabulary;
  schemas: Schemas;
}

/** An OpenAPI 3.1 document. */
export interface OpenApi {
  openapi: string;
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  tags: { name: string }[];
  paths: Record<string, Record<string, unknown>>;
  components: Record<string, unknown>;
}

const DESCRIPTION = [
  "The CRM that an online shop owns.",
  "Errors are problem+json (RFC 9457) with a permanent `code`; wrong fields come all at once, with JSON pointers.",
  "Money is in integer minor units; instants are RFC 3339 in UTC. Unknown fields in a request are refused.",
  "Every caller has a limit for reading and one for writing: `RateLimit-Policy` and `RateLimit` of an answer tell it.",
  "Lists answer `items` and `nextCursor`; a page may be short, and lists are eventually consistent.",
].join("\n\n");

/** Describes routes as OpenAPI 3.1: made once, when the API is built. */
export function document(routes: readonly Documented[]): OpenApi {
  const schemas = new Schemas();
  const paths: OpenApi["paths"] = {};
  const names = operationNames(routes);
  for (const documented of routes) {
    const [method = "", path = ""] = documented.on.split(" ");
    const vocabulary = new Vocabulary(documented.words ?? { fields: {} });
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(documented, names, vocabulary, schemas) };
    schemas.say(vocabulary);
  }
  const responses = problemResponses(schemas);
  schemas.say(new Vocabulary({ fields: {} }));
  return {
    openapi: "3.1.1",
    info: { title: "Kolo", version: "1.0.0", description: DESCRIPTION },
    servers: [{ url: "/" }],
    tags: [...new Set(routes.map(nounOf))].map((name) => ({ name })),
    paths,
    components: { schemas: schemas.named(), responses, headers: limitHeaders, securitySchemes },
  };
}

const nounOf = ({ run }: Documented): string => run.slice(0, run.indexOf("/"));

/** `placeOrder` from `orders/place-order`; a file that serves two methods has both in the names. */
function operationNames(routes: readonly Documented[]): Map<Documented, string> {
  const nameOf = ({ run }: Documented) =>
    run.slice(run.indexOf("/") + 1).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const names = routes.map(nameOf);
  return new Map(
    routes.map((one, index) => {
      const name = names[index] as string;
      const shared = names.filter((other) => other === name).length > 1;
      return [one, shared ? `${name}By${one.on.split(" ")[0]}` : name];
    }),
  );
}

const WHO: Record<Role, string> = {
  owner: "owner",
  manager: "manager",
  marketer: "marketer",
  finance: "finance",
  key: "a store's key",
  publishable: "a publishable key",
};

/** Any of the schemes that the roles can come with. */
function securityOf(roles: Documented["roles"]): Record<string, string[]>[] {
  if (roles === "public") return [];
  const staff = roles.some((role) => role !== "key" && role !== "publishable");
  return [
    ...(staff ? [{ staff: [] }] : []),
    ...(roles.includes("key") ? [{ storeKey: [] }] : []),
    ...(roles.includes("publishable") ? [{ publishableKey: [] }] : []),
  ];
}

function operation(
  one: Documented,
  names: Map<Documented, string>,
  vocabulary: Vocabulary,
  schemas: Schemas,
): JsonSchema {
  const { route, roles, run } = one;
  const answers = Object.entries(route.answers).map(([status, schema]) => [status, schemas.answer(schema)] as const);
  const said = one.words?.operations[run.slice(run.indexOf("/") + 1)] ?? {};
  const described: Described = { ...one, said, vocabulary, schemas };
  const success = answers.map(([status, schema]) => {
    const headers = headersOf(described, schema);
    return [status, { description: "Success.", ...headers, ...schemas.content(vocabulary.describe(schema)) }];
  });
  const body = bodyOf(described);
  const description = [
    ...(roles === "public" ? [] : [`For ${roles.map((role) => WHO[role]).join(", ")}.`]),
    ...(said.more === undefined ? [] : [said.more]),
  ];
  return {
    operationId: names.get(one),
    tags: [nounOf(one)],
    summary: route.summary,
    ...(description.length > 0 && { description: description.join("\n\n") }),
    security: securityOf(roles),
    parameters: parametersOf(described),
    ...(body && { requestBody: body }),
    responses: { ...Object.fromEntries(success), ...refusalsOf(described) },
  };
}
