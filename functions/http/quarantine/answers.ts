import * as z from "zod";
import { SubjectId, WrongField } from "../../../events/quarantine.ts";
import { Code, fact, HookId, Instant, personal, QuarantineId, StoreId } from "../../../events/values.ts";
import type { StoredQuarantine } from "../../table/quarantine-reader.ts";

export const QuarantineStatus = fact(z.enum(["kept", "replayed", "dismissed"]));

/** A quarantined delivery as every route answers it; what it says stays sealed. */
export const QuarantineAnswer = z.strictObject({
  id: QuarantineId,
  storeId: StoreId,
  hookId: HookId,
  provider: Code,
  topic: Code.optional(),
  subject: SubjectId.optional(),
  source: Code.optional(),
  /** Why it could not be used, as of the last attempt. */
  reason: Code,
  /** Where it is wrong, as of the last attempt, if that is known. */
  fields: z.array(WrongField).optional(),
  status: QuarantineStatus,
  at: Instant,
  /** How many bytes were delivered. */
  size: fact(z.int()),
  replays: fact(z.int()),
  replayedAt: Instant.optional(),
  dismissedAt: Instant.optional(),
  /** What somebody wrote who dismissed it. */
  note: personal(z.string()).optional(),
  version: fact(z.int()),
});

/** The delivery as the contract shows it. */
export function presentQuarantine({ version, state, note }: StoredQuarantine) {
  const { quarantineId, keptAt, bytes, place: _, ...shown } = state;
  return { id: quarantineId, ...shown, at: keptAt, size: bytes, ...(note && { note }), version };
}

/** `{quarantineId}` of a path. */
export const QuarantinePath = z.strictObject({ quarantineId: QuarantineId });
