import { randomUUID } from "node:crypto";
import type { AwsResponse } from "../ports.ts";
import { AwsError } from "./errors.ts";
import type { Codec } from "./protocol.ts";

/** JSON as AWS writes it: instants as epoch seconds, bytes as base64. */
export function awsJson(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key, plain) {
    const raw = this[key];
    if (raw instanceof Date) return raw.getTime() / 1000;
    return raw instanceof Uint8Array ? Buffer.from(raw).toString("base64") : plain;
  });
}

/** The members of a JSON body; an empty body is an empty object. */
export function jsonInput(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString("utf8")) as Record<string, unknown>;
  } catch {
    throw new AwsError("SerializationException", "The request body is not JSON.");
  }
}

/** An answer with a JSON body and a request id of its own. */
export function jsonResponse(status: number, type: string, value: unknown, headers = {}): AwsResponse {
  return {
    status,
    headers: { "content-type": type, "x-amzn-requestid": randomUUID(), ...headers },
    body: value === undefined ? "" : awsJson(value),
  };
}

/**
 * AWS JSON 1.0 and 1.1: `X-Amz-Target: <Target>.<Operation>`.
 * `queryCode` adds the header by which clients of a former query service recognize its old error codes.
 */
export function jsonCodec(version: "1.0" | "1.1", queryCode?: (code: string) => string): Codec {
  const type = `application/x-amz-json-${version}`;
  return {
    read: ({ headers, body }) => ({
      operation: (headers["x-amz-target"] ?? "").split(".").at(-1) ?? "",
      input: jsonInput(body),
    }),
    result: (_operation, output) => jsonResponse(200, type, output ?? {}),
    error(_operation, { code, message, status, members }) {
      const fault = status < 500 ? "Sender" : "Receiver";
      const legacy = queryCode ? { "x-amzn-query-error": `${queryCode(code)};${fault}` } : {};
      return jsonResponse(status, type, { __type: code, message, ...members }, legacy);
    },
  };
}
