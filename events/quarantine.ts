import * as z from "zod";
import { type EventOf, event } from "./event.ts";
import { Code, fact, HookId, id, QuarantineId, StoreId } from "./values.ts";

/** Where the raw bytes of a delivery are kept: sealed in the table, or in the encrypted bucket when they are large. */
export const RawPlace = fact(z.enum(["table", "bucket"]));
export type RawPlace = z.infer<typeof RawPlace>;

/** Wrong fields that are named at most. */
export const WRONG_FIELDS_MAX = 10;

/** Where a wrong field stands (RFC 6901), never what it holds; only names that a vendor gives, none of people. */
export const WrongField = fact(z.string().regex(/^(\/([A-Za-z_][\w-]{0,59}|\d{1,4})){1,10}$/));

const WrongFields = z.array(WrongField).max(WRONG_FIELDS_MAX);

/** The provider's own id of what a delivery is about: no sentence and no e-mail fits. */
export const SubjectId = id(z.string().regex(/^[\w-]{1,100}$/));

/** An authentic delivery that we could not use is kept for a person to look at. */
export const DeliveryQuarantined = event(
  "delivery.quarantined",
  "An authentic delivery could not be used and is kept, raw and sealed, until it is replayed or dismissed.",
  z.strictObject({
    quarantineId: QuarantineId,
    hookId: HookId,
    storeId: StoreId,
    provider: Code,
    /** What the provider says it is about, such as `orders/create`. */
    topic: Code.optional(),
    /** The provider's own id of the order, the payment or whatever it is about. */
    subject: SubjectId.optional(),
    /** The host of the shop that it says it comes from. */
    source: Code.optional(),
    reason: Code,
    /** Where it is wrong, if that is known. */
    fields: WrongFields.optional(),
    bytes: fact(z.int().min(0)),
    place: RawPlace,
  }),
);

/** It was read at last, and all that it says is saved. */
export const DeliveryReplayed = event(
  "delivery.replayed",
  "A quarantined delivery was read again and saved.",
  z.strictObject({ quarantineId: QuarantineId, hookId: HookId }),
);

/** A person said that it will not be read, or that it was answered elsewhere. */
export const DeliveryDismissed = event(
  "delivery.dismissed",
  "A person marked a quarantined delivery as dealt with; it waits for nobody any more.",
  z.strictObject({ quarantineId: QuarantineId, hookId: HookId }),
);

/** It was read again in vain. */
export const ReplayFailed = event(
  "delivery.replay_failed",
  "A quarantined delivery was read again and still could not be used.",
  z.strictObject({ quarantineId: QuarantineId, hookId: HookId, reason: Code, fields: WrongFields.optional() }),
  { internal: true },
);

export type QuarantineEvent =
  | EventOf<typeof DeliveryQuarantined>
  | EventOf<typeof DeliveryReplayed>
  | EventOf<typeof DeliveryDismissed>
  | EventOf<typeof ReplayFailed>;
