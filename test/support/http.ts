import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import type { Caller, Role } from "../../functions/shell/caller.ts";
import { dispatch, type Entry } from "../../functions/shell/dispatch.ts";
import { gate } from "../../functions/shell/gate.ts";
import type { Runtime } from "../../functions/shell/port.ts";
import { speaking } from "./doubles.ts";

type StaffRole = Exclude<Role, "key" | "publishable">;

/** Who calls: a staff role, a store's key, a literal Authorization header, or nobody. */
export type As =
  | StaffRole
  | { key: string }
  | { testKey: string }
  | { publishable: string }
  | { header: string }
  | null;

export interface Request {
  method?: string;
  /** With its query, if any: `/v1/orders?limit=2`. */
  path: string;
  as?: As;
  headers?: Record<string, string>;
  /** A value is sent as JSON, a string or buffer as it is. */
  body?: unknown;
  /** Encode the body as the gateway does with binary types. */
  base64?: boolean;
}

export interface Response {
  status: number;
  headers: Record<string, unknown>;
  text: string;
  /** The parsed body, if there is one in JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every form.
  body: any;
}

const callerOf = (as: Exclude<As, null | { header: string }>): Caller => {
  if (typeof as === "string") return { kind: "staff", id: `stf_${as}`, roles: [as] };
  if ("publishable" in as) return { kind: "publishable", id: "pub1", storeId: as.publishable };
  if ("testKey" in as) return { kind: "key", id: "testkey1", storeId: as.testKey, test: true };
  return { kind: "key", id: `key-${as.key}`, storeId: as.key, test: false };
};

const authorizationOf = (as: As) =>
  as && typeof as === "object" && "header" in as ? as.header : as && speaking(callerOf(as));

/** The route of a request and what its address says, as the gateway finds them; a literal part wins over a name. */
function match(routeKeys: readonly string[], method: string, path: string) {
  const parts = path.split("/");
  const candidates = routeKeys
    .map((routeKey) => ({
      routeKey,
      template: (routeKey.split(" ")[1] ?? "").split("/"),
      verb: routeKey.split(" ")[0],
    }))
    .filter(({ verb, template }) => verb === method && template.length === parts.length)
    .filter(({ template }) => template.every((part, index) => part.startsWith("{") || part === parts[index]))
    .sort(
      (a, b) =>
        a.template.filter((part) => part.startsWith("{")).length -
        b.template.filter((part) => part.startsWith("{")).length,
    );
  const found = candidates[0];
  if (!found) return { routeKey: "$default", pathParameters: undefined };
  const named = found.template.flatMap((part, index): [string, string][] =>
    part.startsWith("{") ? [[part.slice(1, -1), decodeURIComponent(parts[index] ?? "")]] : [],
  );
  return { routeKey: found.routeKey, pathParameters: named.length > 0 ? Object.fromEntries(named) : undefined };
}

function bodyOf({ body, base64 }: Request): { body?: string; isBase64Encoded: boolean } {
  if (body === undefined) return { isBase64Encoded: false };
  const raw =
    typeof body === "string" || Buffer.isBuffer(body) ? Buffer.from(body as string) : Buffer.from(JSON.stringify(body));
  const isBase64Encoded = base64 ?? Buffer.isBuffer(body);
  return { body: raw.toString(isBase64Encoded ? "base64" : "utf8"), isBase64Encoded };
}

let requests = 0;

/** A request as the HTTP API hands it to a Lambda (payload format 2.0). */
export function httpEvent(routeKeys: readonly string[], request: Request): APIGatewayProxyEventV2 {
  const method = request.method ?? (request.body === undefined ? "GET" : "POST");
  const [rawPath = "", rawQueryString = ""] = request.path.split("?");
  const query = [...new URLSearchParams(rawQueryString)];
  const names = [...new Set(query.map(([name]) => name))];
  const joined = names.map((name) => [
    name,
    query
      .filter(([other]) => other === name)
      .map(([, value]) => value)
      .join(","),
  ]);
  const authorization = authorizationOf(request.as ?? null);
  requests += 1;
  const event = {
    version: "2.0",
    ...match(routeKeys, method, rawPath),
    rawPath,
    rawQueryString,
    headers: {
      host: "api.test",
      ...(authorization && { authorization }),
      ...(request.body !== undefined && { "content-type": "application/json" }),
      ...Object.fromEntries(Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])),
    },
    ...(names.length > 0 && { queryStringParameters: Object.fromEntries(joined) }),
    requestContext: {
      requestId: `req-${requests}`,
      domainName: "api.test",
      stage: "$default",
      http: { method, path: rawPath, protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "test" },
    },
    ...bodyOf(request),
  };
  return event as unknown as APIGatewayProxyEventV2;
}

/** An answer of a Lambda as a client sees it. */
export function responseOf(result: APIGatewayProxyStructuredResultV2): Response {
  const text = result.isBase64Encoded ? Buffer.from(result.body ?? "", "base64").toString("utf8") : (result.body ?? "");
  const isJson = /json/.test(String(result.headers?.["content-type"] ?? ""));
  return {
    status: result.statusCode ?? 200,
    headers: result.headers ?? {},
    text,
    body: isJson ? JSON.parse(text) : undefined,
  };
}

/** Sends a request through the gate to one of the routes, without a network. */
export async function call(
  runtime: Runtime,
  entries: Readonly<Record<string, Entry>>,
  request: Request,
): Promise<Response> {
  const event = httpEvent(Object.keys(entries), request);
  const handler = dispatch(entries, gate, () => runtime);
  return responseOf((await handler(event, {} as Context)) as APIGatewayProxyStructuredResultV2);
}
