import { createHash } from "node:crypto";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { Answer } from "../table/aggregates.ts";
import { table } from "../table/dynamo.ts";
import { markKey } from "../table/keys.ts";
import type { Write } from "../table/table.ts";
import type { Caller } from "./caller.ts";
import type { Runtime } from "./port.ts";
import { Problem } from "./problem.ts";

/** How long an Idempotency-Key is remembered, in seconds. */
export const MARK_KEPT_SECONDS = 72 * 3_600;

/** A request's Idempotency-Key: whose it is and what was asked for. */
export interface Mark {
  scope: string;
  key: string;
  bodyHash: string;
  /** When an older mark of this key ran out, if the table still holds it. */
  replaces?: number;
}

/** What was answered: never a body, so that no secret or personal data is kept. */
export interface Marked extends Answer {
  bodyHash: string;
}

/** Reads the header of a POST; other methods are repeatable by nature. */
export function markOf(event: APIGatewayProxyEventV2, caller: Caller): Mark | undefined {
  const key = event.headers["idempotency-key"];
  if (key === undefined || event.requestContext.http.method !== "POST") return undefined;
  if (key.length < 1 || key.length > 255) {
    throw new Problem(400, "invalid_idempotency_key", "An Idempotency-Key has 1 to 255 characters.");
  }
  const bodyHash = createHash("sha256")
    .update(event.body ?? "")
    .digest("base64url");
  return { scope: `${caller.id}#${event.requestContext.http.method} ${event.rawPath}`, key, bodyHash };
}

/** What the same request was answered before, if it was; another body under the same key is refused. */
export async function repeated(runtime: Runtime, mark: Mark): Promise<Marked | undefined> {
  const item = await runtime.get(table).get(markKey(mark.scope, mark.key));
  if (!item) return undefined;
  if (Number(item.expiresAt) * 1_000 <= Date.parse(runtime.clock.now())) {
    mark.replaces = Number(item.expiresAt);
    return undefined;
  }
  if (item.bodyHash !== mark.bodyHash) {
    throw new Problem(422, "idempotency_key_reused", "This Idempotency-Key was used for another request.");
  }
  return item as unknown as Marked;
}

/** The write that remembers an answer, in the transaction that did the work. */
export const markWrite =
  (mark: Mark & { now: string }) =>
  (answer: Answer): Write => {
    const expiresAt = Math.floor(Date.parse(mark.now) / 1_000) + MARK_KEPT_SECONDS;
    const put = { ...markKey(mark.scope, mark.key), ...answer, bodyHash: mark.bodyHash, expiresAt };
    return { put, when: mark.replaces === undefined ? { absent: true } : { equals: { expiresAt: mark.replaces } } };
  };
