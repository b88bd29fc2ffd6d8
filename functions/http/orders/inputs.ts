import * as z from "zod";
import type { Refund } from "../../../domain/order/facts.ts";
import { AnyInstant, OrderSnapshot, PaymentInput, ProviderInput } from "../../../domain/order/snapshot.ts";
import { ExternalId, type Instant, Money, personal, RefundReason, Stage, StoreId } from "../../../events/values.ts";
import { payloadHash } from "../../shell/derived-ids.ts";
import { PersonInput } from "../person.ts";

const MovedMoney = Money.refine(({ amountMinor }) => amountMinor > 0, {
  error: "Money that moves is more than nothing.",
  path: ["amountMinor"],
});
const Note = personal(z.string().trim().max(5_000));

/** An order as a store, or a person for a store, pushes it. */
export const OrderInput = OrderSnapshot.extend({
  customer: PersonInput.optional(),
  storeId: StoreId.optional(),
});
/** What is said of the order itself, whoever says it. */
export type PushedOrder = Omit<z.infer<typeof OrderInput>, "storeId">;

/** Where a person or key puts an order. */
export const MoveInput = z.strictObject({ stage: Stage, note: Note.optional() });

/** Money that came in, as a person or key records it. */
export const CaptureInput = PaymentInput.extend({ amount: MovedMoney });

const RecordInput = z.strictObject({
  /** The refund went out elsewhere: at the provider, at the door, by bank. */
  mode: z.literal("record"),
  amount: MovedMoney,
  reason: RefundReason,
  /** Its id where it was made: the same one is recorded once. */
  externalId: ExternalId.optional(),
  provider: ProviderInput.default("manual"),
  refundedAt: AnyInstant.optional(),
  note: Note.optional(),
});

const StartInput = z.strictObject({
  /** Kolo asks the payment's provider to send the money back. */
  mode: z.literal("start"),
  amount: MovedMoney,
  reason: RefundReason,
  note: Note.optional(),
});

/** Money that goes back to the buyer. */
export const RefundInput = z.discriminatedUnion("mode", [RecordInput, StartInput]);

/** A recorded refund is evidence: who records it vouches for it. */
export function refundOf(body: z.infer<typeof RecordInput>, known: { id: string; now: Instant }): Refund {
  const { amount, reason, provider, externalId = known.id, refundedAt = known.now } = body;
  return {
    key: `${provider}:${externalId}`,
    provider,
    amount,
    refundedAt,
    basis: "evidence",
    reason,
    version: { at: refundedAt, rank: 0, hash: payloadHash([amount, reason]) },
  };
}
