import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import * as z from "zod";
import type { Origin } from "../table/aggregates.ts";
import { MarkTaken } from "../table/aggregates.ts";
import type { Caller, Role } from "./caller.ts";
import { bodyWithoutCards } from "./cards.ts";
import { edge } from "./edge.ts";
import { type Marked, markOf, markWrite, repeated } from "./idempotency.ts";
import { readJson, UnreadableJson } from "./json.ts";
import { lambdaRuntime } from "./lambda.ts";
import { provide, type Runtime } from "./port.ts";
import { type FieldError, fieldErrors, missedByAll, Problem, problemBody, problemOf } from "./problem.ts";
import type { AnyRoute, Reply } from "./route.ts";

/** A route with who may use it: a line of the wiring. */
export interface Entry {
  route: AnyRoute;
  roles: readonly Role[] | "public";
}

/** A body at most, in bytes; webhooks have a limit of their own. */
export const BODY_MAX_BYTES = 1_048_576;

export type Headers = Record<string, string>;
/** A request at its route: when it came, and what every answer to it tells beside its own headers. */
export interface Arrival {
  event: APIGatewayProxyEventV2;
  runtime: Runtime;
  entry: Entry;
  now: string;
  told: Headers;
}
/** Finds out who asks and lets them in, or throws the refusal. */
export type Guard = (arrival: Arrival, roles: readonly Role[]) => Promise<Caller>;

/**
 * The Lambda of one noun: finds the route, lets the caller through the gate, runs, answers. A function whose routes are
 * all public carries no guard (and none of the code that verifies tokens).
 */
export function dispatch(
  entries: Readonly<Record<string, Entry>>,
  guard: Guard | undefined,
  runtimeOf: () => Runtime = lambdaRuntime,
) {
  const isGuarded = guard !== undefined || Object.values(entries).every(({ roles }) => roles === "public");
  if (!isGuarded) throw new Error("A route that is not public needs a guard.");
  /** What every answer to a request tells beside its own headers. */
  const told = new WeakMap<APIGatewayProxyEventV2, Headers>();
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use({
      onError(request) {
        request.response = answerError(request.error, request.event, runtimeOf(), told.get(request.event));
      },
    })
    .handler(async (event) => {
      const entry = entries[event.routeKey];
      if (!entry) throw new Problem(404, "route_not_found", "There is no such route.");
      const runtime = runtimeOf();
      const request = await runtime.get(edge).through(event);
      const arrival: Arrival = { event: request, runtime, entry, now: runtime.clock.now(), told: {} };
      told.set(event, arrival.told);
      const caller = entry.roles === "public" ? ANYONE : await (guard as Guard)(arrival, entry.roles);
      const reply = await pass(arrival, caller);
      return answer({ ...reply, headers: { ...arrival.told, ...reply.headers } });
    });
}

/** Nobody's caller: public routes have no one to ask. */
const ANYONE: Caller = { kind: "staff", id: "anyone", roles: [] };

async function pass(arrival: Arrival, caller: Caller): Promise<Reply> {
  const { event, runtime, entry, now } = arrival;
  const { route } = entry;
  const input = readInput(event, route);
  // A provider's delivery is known by what it says; its headers are not ours to mark.
  const mark = entry.roles === "public" ? undefined : markOf(event, caller);
  const known = mark && (await repeated(runtime, mark));
  const context = { ...provide(runtime, route.needs ?? {}), ...runtime };
  const { body } = input;
  if (known) return again(arrival, known, context, caller, body);
  const origin = originOf(event, caller, mark && { ...mark, now });
  const ifMatch = route.guarded ? ifMatchOf(event) : undefined;
  try {
    const reply = await route.run({ ...input, caller, origin, ifMatch, event, now }, context);
    return reply.resource === undefined
      ? reply
      : { ...reply, ...(await present(arrival, reply.resource, context, caller, body)) };
  } catch (error) {
    const first = mark && error instanceof MarkTaken ? await repeated(runtime, mark) : undefined;
    if (!first) throw error;
    return again(arrival, first, context, caller, body);
  }
}

async function present(
  { entry: { route }, event }: Arrival,
  resource: string,
  context: unknown,
  caller: Caller,
  body: unknown,
): Promise<Omit<Reply, "status">> {
  if (!route.present) return {};
  return route.present(resource, context as never, caller, event, body);
}

const again = async (
  arrival: Arrival,
  known: Marked,
  context: unknown,
  caller: Caller,
  body: unknown,
): Promise<Reply> => ({
  status: known.status,
  ...(await present(arrival, known.resource, context, caller, body)),
});

function readInput(event: APIGatewayProxyEventV2, route: AnyRoute) {
  const errors: FieldError[] = [];
  const check = (schema: z.ZodType | undefined, value: unknown, prefix: string): unknown => {
    const form = schema ?? z.strictObject({});
    const result = form.safeParse(value, { reportInput: true });
    const issues = result.error?.issues ?? [];
    errors.push(...fieldErrors(issues, prefix), ...missedByAll(form, value, issues));
    return result.data;
  };
  const path = check(route.path, event.pathParameters ?? {}, "/path");
  const query = check(route.query, event.queryStringParameters ?? {}, "/query");
  const body = route.body ? check(route.body, readBody(event), "") : undefined;
  if (errors.length > 0) throw new Problem(400, "invalid_input", "Some fields are wrong.", { errors });
  return { path, query, body } as { path: never; query: never; body: never };
}

/** The bytes of a request, whether or not the gateway encoded them. */
export const bytesOf = (event: APIGatewayProxyEventV2): Buffer =>
  Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");

/** What the gateway puts where the bytes of a JSON body are no UTF-8, because it hands the body over as text. */
const REPLACEMENT = "\ufffd";

function readBody(event: APIGatewayProxyEventV2): unknown {
  const type = (event.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") throw new Problem(415, "not_json", "The body must be application/json.");
  if (event.headers["content-encoding"]) throw new Problem(415, "encoded_body", "The body must not be compressed.");
  const bytes = bytesOf(event);
  if (bytes.byteLength > BODY_MAX_BYTES) {
    throw new Problem(413, "body_too_large", `A body has at most ${BODY_MAX_BYTES} bytes.`);
  }
  if (!event.isBase64Encoded && event.body?.includes(REPLACEMENT)) {
    const sentence = "The body is not valid UTF-8, or holds U+FFFD, which is sent as \\ufffd.";
    throw new Problem(400, "json_not_utf8", sentence);
  }
  try {
    return bodyWithoutCards(readJson(bytes));
  } catch (cause) {
    if (cause instanceof UnreadableJson) throw new Problem(400, cause.code, cause.message, { cause });
    throw cause;
  }
}

function ifMatchOf(event: APIGatewayProxyEventV2): number | undefined {
  const header = event.headers["if-match"];
  if (header === undefined || header === "*") return undefined;
  const version = /^(?:W\/)?"(\d{1,9})"$/.exec(header)?.[1];
  if (version === undefined) throw new Problem(412, "stale_version", "If-Match is not an ETag of ours.");
  return Number(version);
}

function originOf(
  event: APIGatewayProxyEventV2,
  caller: Caller,
  mark: Parameters<typeof markWrite>[0] | undefined,
): Origin {
  const kind = caller.kind === "staff" ? "staff" : "key";
  return {
    actor: { kind, id: caller.id },
    correlationId: event.requestContext.requestId,
    depth: 0,
    ...(caller.kind !== "staff" && { storeId: caller.storeId }),
    test: caller.kind === "key" && caller.test,
    ...(mark && { mark: markWrite(mark) }),
  };
}

function answer({ status, body, headers, version }: Reply): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: status,
    headers: {
      ...(body !== undefined && { "content-type": "application/json" }),
      "cache-control": "no-store",
      ...(version !== undefined && { etag: `"${version}"` }),
      ...headers,
    },
    ...encoded(body),
  };
}

/** Bytes go base64, which the gateway undoes; text goes as it is, anything else as JSON. */
function encoded(body: unknown): { body?: string; isBase64Encoded?: boolean } {
  if (body === undefined) return {};
  if (Buffer.isBuffer(body)) return { body: body.toString("base64"), isBase64Encoded: true };
  return { body: typeof body === "string" ? body : JSON.stringify(body) };
}

function answerError(
  error: unknown,
  event: APIGatewayProxyEventV2,
  runtime: Runtime,
  told: Headers = {},
): APIGatewayProxyStructuredResultV2 {
  const requestId = event.requestContext.requestId;
  const known = problemOf(error);
  if (!known) runtime.logger.error("A request failed.", { error: error as Error, requestId, route: event.routeKey });
  const problem = known ?? new Problem(500, "internal", "Something went wrong on our side. Please try again.");
  return {
    statusCode: problem.status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...told, ...problem.headers },
    body: JSON.stringify(problemBody(problem, requestId)),
  };
}
