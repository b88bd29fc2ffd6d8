import * as z from "zod";
import { CODES } from "./common-words.ts";
import type { JsonSchema, Schemas } from "./json-schemas.ts";

const ProblemAnswer = z
  .object({
    type: z.string().describe("The code as an address."),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().describe("Permanent, in snake_case: what programs decide by."),
    errors: z
      .array(
        z.object({
          pointer: z.string().describe("RFC 6901; of the query and path it begins with /query and /path."),
          code: z.string(),
          message: z.string(),
        }),
      )
      .optional()
      .describe("Every wrong field of the request."),
    facts: z.record(z.string(), z.unknown()).optional().describe("Numbers and ids that help."),
    requestId: z.string(),
  })
  .meta({ id: "Problem" });

interface Refusal {
  name: string;
  description: string;
}

/** How each refusal reads, by its status. */
export const REFUSALS: Readonly<Record<number, Refusal>> = {
  400: {
    name: "BadRequest",
    description: "Some fields are wrong (`invalid_input`, with `errors`), or the body cannot be read (`json_...`).",
  },
  401: { name: "NotAuthenticated", description: "No token or key, or a bad one (`not_authenticated`)." },
  403: { name: "NotAllowed", description: "The role may not do this (`not_allowed`)." },
  404: { name: "NotFound", description: "There is no such object, or it is another store's." },
  405: { name: "MethodNotAllowed", description: "The provider of this hook delivers by the method of Allow alone." },
  409: { name: "Conflict", description: "The business says no." },
  412: {
    name: "StaleVersion",
    description: "The resource has changed since the version of If-Match (`stale_version`).",
  },
  413: { name: "TooLarge", description: "The body is too large (`body_too_large`)." },
  415: {
    name: "NotJson",
    description: "The body is not application/json (`not_json`), or it is compressed (`encoded_body`).",
  },
  422: {
    name: "KeyReused",
    description: "The Idempotency-Key was used for another request (`idempotency_key_reused`).",
  },
  429: { name: "TooManyRequests", description: "Slow down (`rate_limited`); Retry-After says for how long." },
  431: {
    name: "HeadersTooLarge",
    description: "Address and headers are too large: the gateway says so, in its own form.",
  },
  500: { name: "Fault", description: "Something went wrong on our side (`internal`); it is safe to try again." },
};

const text = { type: "string" };
/** What every caller is told of their limit. */
export const limitHeaders: JsonSchema = {
  RateLimit: {
    description: "`r` requests of this kind (read, write) are left, for `t` seconds.",
    schema: text,
    example: '"write";r=993;t=7',
  },
  "RateLimit-Policy": {
    description: "`q` requests of this kind may come in `w` seconds.",
    schema: text,
    example: '"write";q=1000;w=10',
  },
};

/** The same, as answers refer to them. */
export const LIMIT_HEADERS: JsonSchema = Object.fromEntries(
  Object.keys(limitHeaders).map((name) => [name, { $ref: `#/components/headers/${name}` }]),
);

/** What a caller that sends too much is told. */
const SLOW_DOWN = {
  "Retry-After": { description: "Whole seconds to wait.", schema: { type: "integer", minimum: 1 } },
  ...LIMIT_HEADERS,
};

/** A refusal of one operation: the common one, with the codes that are its own. */
export function refusal(status: number, codes: readonly string[] = []): JsonSchema {
  const { name, description } = REFUSALS[status] as Refusal;
  const said = codes.map((code) => `- \`${code}\`: ${CODES[code]}`);
  return {
    $ref: `#/components/responses/${name}`,
    ...(said.length > 0 && { description: [description, "", ...said].join("\n") }),
  };
}

/** What the gateway answers by itself has no form of ours. */
const BY_THE_GATEWAY = "431";

/** The responses that operations refer to. */
export function problemResponses(schemas: Schemas): Record<string, JsonSchema> {
  const schema = schemas.answer(ProblemAnswer);
  const content = { "application/problem+json": { schema } };
  return Object.fromEntries(
    Object.entries(REFUSALS).map(([status, { name, description }]) => [
      name,
      {
        description,
        ...(status === "429" && { headers: SLOW_DOWN }),
        ...(status !== BY_THE_GATEWAY && { content }),
      },
    ]),
  );
}

/** How callers say who they are. */
export const securitySchemes: JsonSchema = {
  staff: { type: "http", scheme: "bearer", bearerFormat: "JWT", description: "A member of staff, by role group." },
  storeKey: { type: "http", scheme: "bearer", description: "kolo_live_<id>_<secret> or kolo_test_<id>_<secret>." },
  publishableKey: { type: "http", scheme: "bearer", description: "kolo_pub_<id>, for the browser." },
};
