import { randomUUID } from "node:crypto";
import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { ApiDefinition, Found } from "./api-routes.ts";

/** What goes back to the client. */
export interface ApiAnswer {
  status: number;
  headers: OutgoingHttpHeaders;
  body: Buffer;
}

/** A request as the function receives it: payload format 2.0. */
export function apiEvent(request: {
  message: IncomingMessage;
  body: Buffer;
  path: string;
  query: string;
  api: ApiDefinition;
  found: Found;
  account: string;
  now: number;
}): object {
  const { message, body, path, query, api, found, account, now } = request;
  const { headers, cookies } = headersOf(message);
  const queryStringParameters = joined(new URLSearchParams(query));
  const isBase64Encoded = body.length > 0 && !isText(headers["content-type"]);
  const { key } = found.route;
  const domainName = headers.host ?? "localhost";
  return {
    version: "2.0",
    routeKey: key,
    rawPath: path,
    rawQueryString: query,
    ...(cookies.length > 0 && { cookies }),
    headers,
    ...(query !== "" && { queryStringParameters }),
    requestContext: {
      accountId: account,
      apiId: api.id,
      domainName,
      domainPrefix: domainName.split(".")[0],
      http: {
        method: message.method,
        path,
        protocol: "HTTP/1.1",
        sourceIp: message.socket.remoteAddress ?? "127.0.0.1",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey: key,
      stage: api.stage,
      time: clf(now),
      timeEpoch: now,
    },
    ...(Object.keys(found.parameters).length > 0 && { pathParameters: found.parameters }),
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? "base64" : "utf8") }),
    isBase64Encoded,
  };
}

/**
 * HTTP APIs hand over as text only these types; any other body, and one without a type, arrives in base64.
 * AWS does not document the list; it was measured on a live API (https://github.com/ministackorg/ministack/pull/766).
 */
function isText(contentType: string | undefined): boolean {
  const type = (contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  return type.startsWith("text/") || ["application/json", "application/xml", "application/javascript"].includes(type);
}

function headersOf(message: IncomingMessage): { headers: Record<string, string>; cookies: string[] } {
  const headers: Record<string, string> = {};
  let cookies: string[] = [];
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    if (name === "cookie") cookies = (values ?? []).flatMap((line) => line.split(/;\s*/));
    else headers[name] = (values ?? []).join(",");
  }
  const forwarded = headers["x-forwarded-for"];
  const peer = message.socket.remoteAddress ?? "127.0.0.1";
  headers["x-forwarded-for"] = forwarded ? `${forwarded}, ${peer}` : peer;
  headers["x-forwarded-proto"] = "http";
  headers["x-forwarded-port"] = String(message.socket.localPort ?? 80);
  headers["x-amzn-trace-id"] ??= `Root=1-${randomUUID()}`;
  return { headers, cookies };
}

/** Repeated parameters come joined by commas. */
function joined(query: URLSearchParams): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const name of new Set(query.keys())) parameters[name] = query.getAll(name).join(",");
  return parameters;
}

/** Common log format: `22/Nov/2026:16:07:08 +0000`. */
function clf(now: number): string {
  const [, day, month, year, time] = new Date(now).toUTCString().split(/[ ,]+/);
  return `${day}/${month}/${year}:${time} +0000`;
}

/** A function's result as HTTP: a response of format 2.0, or any other JSON, which is a 200 by itself. */
export function apiAnswer(payload: unknown): ApiAnswer | undefined {
  if (!isResponse(payload)) {
    const body = Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload ?? null));
    return { status: 200, headers: { "content-type": "application/json" }, body };
  }
  const { statusCode, headers = {}, cookies, body = "", isBase64Encoded } = payload;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599 || typeof body !== "string") return undefined;
  const out: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(headers)) out[name.toLowerCase()] = String(value);
  for (const name of ["connection", "content-length", "transfer-encoding"]) delete out[name];
  out["content-type"] ??= "text/plain;charset=UTF-8";
  if (cookies) out["set-cookie"] = cookies;
  return { status, headers: out, body: Buffer.from(body, isBase64Encoded ? "base64" : "utf8") };
}

interface Response {
  statusCode: unknown;
  headers?: Record<string, unknown>;
  cookies?: string[];
  body?: unknown;
  isBase64Encoded?: boolean;
}

function isResponse(payload: unknown): payload is Response {
  return typeof payload === "object" && payload !== null && "statusCode" in payload;
}

/** An answer of the gateway itself. */
export function gatewayAnswer(status: number, message: string): ApiAnswer {
  return { status, headers: { "content-type": "application/json" }, body: Buffer.from(JSON.stringify({ message })) };
}
