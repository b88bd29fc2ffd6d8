import { createHash } from "node:crypto";
import type * as z from "zod";
import { Problem } from "./problem.ts";
import type { Input } from "./route.ts";

/** Where one caller's list with one set of filters goes on. */
export interface Cursor {
  /** Where the last page ended; `undefined` at the beginning. A cursor of another list is a 400 `invalid_cursor`. */
  read<Position>(schema: z.ZodType<Position>): Position | undefined;
  /** What the caller sends to read on; null at the end. */
  write(position: unknown): string | null;
}

const DIGEST_LENGTH = 22;
const PAGING = ["cursor", "limit"];

/**
 * The cursor of a request, bound to who asks, which list and which filters. A position only ever says where inside of
 * the partition that caller and filters choose, so the digest guards against mistakes and needs no secret.
 */
export function cursorOf({ caller, event }: Pick<Input<unknown, unknown, unknown>, "caller" | "event">): Cursor {
  const { cursor: given, ...query } = event.queryStringParameters ?? {};
  const filters = Object.entries(query)
    .filter(([name]) => !PAGING.includes(name))
    .sort();
  const digestOf = (position: unknown) =>
    createHash("sha256")
      .update(JSON.stringify([caller.kind, caller.id, event.rawPath, filters, position]))
      .digest("base64url")
      .slice(0, DIGEST_LENGTH);
  return {
    read(schema) {
      if (!given) return undefined;
      const [position, digest] = parsed(given);
      const read = schema.safeParse(position);
      if (!read.success || digest !== digestOf(position)) throw foreign();
      return read.data;
    },
    write(position) {
      if (position === undefined) return null;
      return Buffer.from(JSON.stringify([position, digestOf(position)])).toString("base64url");
    },
  };
}

const foreign = (cause?: unknown) =>
  new Problem(400, "invalid_cursor", "This cursor belongs to another list: begin again without it.", { cause });

function parsed(given: string): unknown[] {
  try {
    const content: unknown = JSON.parse(Buffer.from(given, "base64url").toString("utf8"));
    if (Array.isArray(content)) return content;
  } catch (cause) {
    throw foreign(cause);
  }
  throw foreign();
}
