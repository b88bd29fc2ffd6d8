import * as z from "zod";
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

/** How each refusal reads, by its status. */
export const REFUSALS: Readonly<Record<number, { name: string; description: string }>> = {
  400: { name: "BadRequest", description: "Some fields are wrong, or the body cannot be read." },
  401: { name: "NotAuthenticated", description: "No token or key, or a bad one." },
  403: { name: "NotAllowed", description: "The role may not do this." },
  404: { name: "NotFound", description: "There is no such object, or it is another store's." },
  409: { name: "Conflict", description: "The business says no." },
  412: { name: "StaleVersion", description: "The resource has changed since the version of If-Match." },
  413: { name: "TooLarge", description: "The body is too large." },
  415: { name: "NotJson", description: "The body is not application/json." },
  422: { name: "KeyReused", description: "The Idempotency-Key was used for another request." },
  429: { name: "TooManyRequests", description: "Slow down; Retry-After says for how long." },
  500: { name: "Fault", description: "Something went wrong on our side; it is safe to try again." },
};

const text = { type: "string" };
/** What a caller that sends too much is told. */
const SLOW_DOWN = {
  "Retry-After": { description: "Whole seconds to wait.", schema: { type: "integer", minimum: 1 } },
  RateLimit: { description: "What is left, and for how long.", schema: text, example: '"write";r=0;t=7' },
  "RateLimit-Policy": { description: "Requests, and seconds.", schema: text, example: '"write";q=1000;w=10' },
};

/** The responses that operations refer to. */
export function problemResponses(schemas: Schemas): Record<string, JsonSchema> {
  const schema = schemas.answer(ProblemAnswer);
  const content = { "application/problem+json": { schema } };
  return Object.fromEntries(
    Object.entries(REFUSALS).map(([status, { name, description }]) => [
      name,
      { description, ...(status === "429" && { headers: SLOW_DOWN }), content },
    ]),
  );
}

/** How callers say who they are. */
export const securitySchemes: JsonSchema = {
  staff: { type: "http", scheme: "bearer", bearerFormat: "JWT", description: "A member of staff, by role group." },
  storeKey: { type: "http", scheme: "bearer", description: "kolo_live_<id>_<secret> or kolo_test_<id>_<secret>." },
  publishableKey: { type: "http", scheme: "bearer", description: "kolo_pub_<id>, for the browser." },
};
