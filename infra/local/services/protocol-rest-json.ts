import { randomUUID } from "node:crypto";
import { AwsError } from "./errors.ts";
import type { Codec } from "./protocol.ts";
import { jsonInput, jsonResponse } from "./protocol-json.ts";

/** REST with JSON bodies: `routes` maps `METHOD /path/{Member}` to operations. */
export function restJsonCodec(routes: Record<string, string>): Codec {
  const compiled = Object.entries(routes).map(([route, operation]) => {
    const [method, path = ""] = route.split(" ");
    return { method, operation, path: new RegExp(`^${path.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`) };
  });
  return {
    read({ method, path, query, body }) {
      for (const route of compiled) {
        const found = route.method === method ? route.path.exec(path) : undefined;
        if (!found) continue;
        const named = Object.entries(found.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
        const asked = [...query].map(([name, value]) => [name.charAt(0).toUpperCase() + name.slice(1), value]);
        const input = { ...jsonInput(body), ...Object.fromEntries(asked), ...Object.fromEntries(named) };
        return { operation: route.operation, input };
      }
      throw new AwsError("UnknownOperationException", `${method} ${path} is not known here.`, 404);
    },
    result: (_operation, output) => jsonResponse(200, "application/json", output ?? {}),
    error: (_operation, { code, message, status, members }) =>
      jsonResponse(
        status,
        "application/json",
        { Message: message, ...members },
        {
          "x-amzn-errortype": code,
          "x-amzn-requestid": randomUUID(),
        },
      ),
  };
}
