import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { Cors } from "./api-routes.ts";

/** Whether a request only asks what a browser may do. */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === "OPTIONS" && headers.origin !== undefined && headers["access-control-request-method"] !== undefined;
}

/** The CORS headers that the API sets by itself; what the function says of CORS is ignored then, as on AWS. */
export function corsHeaders(cors: Cors, { headers }: IncomingMessage, preflight: boolean): OutgoingHttpHeaders {
  const origin = headers.origin;
  const allowed = cors.AllowOrigins?.find((each) => each === "*" || matches(each, origin ?? ""));
  if (origin === undefined || allowed === undefined) return {};
  return {
    "access-control-allow-origin": allowed === "*" && !cors.AllowCredentials ? "*" : origin,
    ...(cors.AllowCredentials && { "access-control-allow-credentials": "true" }),
    ...(cors.ExposeHeaders && { "access-control-expose-headers": cors.ExposeHeaders.join(",") }),
    ...(preflight && {
      "access-control-allow-methods": cors.AllowMethods?.join(",") ?? "",
      "access-control-allow-headers": cors.AllowHeaders?.join(",") ?? "",
      ...(cors.MaxAge !== undefined && { "access-control-max-age": String(cors.MaxAge) }),
    }),
  };
}

function matches(declared: string, origin: string): boolean {
  return declared.endsWith("://*") ? origin.startsWith(declared.slice(0, -1)) : declared === origin;
}

/** Headers of a function's answer that the API replaces. */
export function withoutCors(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith("access-control-")));
}
