import * as z from "zod";
import { type EventOf, event } from "./event.ts";
import { Code, ExternalId, FactVersion, fact, HookId, Instant, Money, OrderId, PaymentId, StoreId } from "./values.ts";

/** A provider told of money that came in; which order it belongs to may still be open. */
export const PaymentReceived = event(
  "payment.received",
  "A payment provider told of captured money.",
  z.strictObject({
    paymentId: PaymentId,
    storeId: StoreId,
    hookId: HookId,
    provider: Code,
    externalId: ExternalId,
    amount: Money,
    capturedAt: Instant,
    version: FactVersion,
  }),
);

/** A provider named the order that a payment is for. */
export const PaymentReferenced = event(
  "payment.referenced",
  "The provider named the order that a payment is for.",
  z.strictObject({
    paymentId: PaymentId,
    storeId: StoreId,
    hookId: HookId,
    provider: Code,
    externalId: ExternalId,
    references: z.array(ExternalId).max(10),
  }),
  { internal: true },
);

/** A provider told how much of a payment went back so far. */
export const RefundReceived = event(
  "payment.refund_received",
  "A payment provider told of money that went back.",
  z.strictObject({
    paymentId: PaymentId,
    storeId: StoreId,
    hookId: HookId,
    provider: Code,
    externalId: ExternalId,
    /** The provider's id of the refund, or `total:<amount>` when it only tells the sum so far. */
    refundKey: ExternalId,
    amount: Money,
    /** True when `amount` is the sum refunded so far, not one refund. */
    cumulative: fact(z.boolean()),
    refundedAt: Instant,
    version: FactVersion,
  }),
  { internal: true },
);

/** Captured money names no order that we know. */
export const PaymentUnmatched = event(
  "payment.unmatched",
  "Captured money names no order that we know.",
  z.strictObject({ paymentId: PaymentId, provider: Code, amount: Money }),
);

/** The order of a payment was found. */
export const PaymentMatched = event(
  "payment.matched",
  "The order of a payment was found.",
  z.strictObject({ paymentId: PaymentId, provider: Code, orderId: OrderId }),
);

export type PaymentEvent =
  | EventOf<typeof PaymentReceived>
  | EventOf<typeof PaymentReferenced>
  | EventOf<typeof RefundReceived>
  | EventOf<typeof PaymentUnmatched>
  | EventOf<typeof PaymentMatched>;
