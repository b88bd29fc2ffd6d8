import * as z from "zod";
import { type EventOf, event } from "./event.ts";
import {
  AmountMinor,
  CaptureVersion,
  Code,
  Currency,
  CustomerId,
  Day,
  ExternalId,
  FactVersion,
  fact,
  Instant,
  Messaging,
  MismatchKind,
  Money,
  OrderId,
  OrderMethod,
  PaymentStatus,
  PaymentTiming,
  RefundReason,
  Stage,
  StoreId,
} from "./values.ts";

/** The newest snapshot of an order's header: small facts only; lines and contact live in the order's content. */
export const OrderHeader = z.strictObject({
  externalId: ExternalId,
  number: ExternalId,
  placedAt: Instant,
  /** The day of placing in the store's time zone. */
  day: Day,
  timeZone: fact(z.string()),
  totalMinor: AmountMinor,
  currency: Currency,
  paymentTiming: PaymentTiming,
  orderMethod: OrderMethod,
  /** How many pieces were bought. */
  units: fact(z.int().min(0)),
  /** Items that the content is stored in (one per 50 lines). */
  chunks: fact(z.int().min(1)),
  /** Hash of the content, so that a snapshot that only moves the header does not rewrite the lines. */
  contentHash: fact(z.string()),
  /** How much of it the platform takes for paid; absent where no platform speaks. */
  claim: z.strictObject({ provider: Code, amountMinor: AmountMinor }).optional(),
  version: FactVersion,
});
export type OrderHeader = z.infer<typeof OrderHeader>;

/** An order was first heard of with its header. */
export const OrderPlaced = event(
  "order.placed",
  "An order was placed and accepted.",
  z.strictObject({
    orderId: OrderId,
    storeId: StoreId,
    customerId: CustomerId,
    header: OrderHeader,
    messaging: Messaging,
    paymentTiming: PaymentTiming,
    paymentStatus: PaymentStatus,
    test: fact(z.boolean()),
    evidenceExpected: fact(z.boolean()),
  }),
);

/** A newer snapshot of the header replaced the older one. */
export const OrderUpdated = event(
  "order.updated",
  "A newer snapshot of the order replaced the older one.",
  z.strictObject({ orderId: OrderId, header: OrderHeader }),
);

/** From now on the platform's word about payment waits for the provider's evidence. */
export const EvidenceExpected = event(
  "payment.evidence_expected",
  "The store has a payment provider's hook, so claims of payment wait for its evidence.",
  z.strictObject({ orderId: OrderId }),
  { internal: true },
);

/** The order now belongs to another card, because newer facts named its buyer. */
export const OrderReassigned = event(
  "order.reassigned",
  "Newer facts named the buyer, and the order moved to that customer's card.",
  z.strictObject({ orderId: OrderId, customerId: CustomerId, previousCustomerId: CustomerId }),
);

/** Somebody gave the order a stage: the platform or a person. */
export const StageReported = event(
  "order.stage_reported",
  "The platform, a key or a manager gave the order a stage.",
  z.strictObject({
    orderId: OrderId,
    stage: Stage,
    reportedAt: Instant,
    by: fact(z.enum(["platform", "staff"])),
    hash: fact(z.string()),
  }),
  { internal: true },
);

/** The derived stage changed. */
export const OrderStageChanged = event(
  "order.stage_changed",
  "The order's stage changed.",
  z.strictObject({ orderId: OrderId, from: Stage, to: Stage }),
);

/** The order became fully paid. */
export const OrderPaid = event(
  "order.paid",
  "Captures now cover what the buyer owes.",
  z.strictObject({ orderId: OrderId, paid: Money }),
);

/** The order became cancelled. */
export const OrderCancelled = event(
  "order.cancelled",
  "The order was cancelled.",
  z.strictObject({ orderId: OrderId }),
);

/** The platform says how much of the order it takes for paid. */
export const PaymentClaimed = event(
  "payment.claimed",
  "The platform says how much of the order is paid; evidence comes from the payment provider.",
  z.strictObject({ orderId: OrderId, provider: Code, amountMinor: AmountMinor, claimedAt: Instant }),
  { internal: true },
);

/** A provider, a key or a manager recorded money that came in. */
export const PaymentCaptured = event(
  "payment.captured",
  "Money came in for the order.",
  z.strictObject({
    orderId: OrderId,
    /** `<provider>:<the provider's own id>`. */
    key: ExternalId,
    provider: Code,
    amount: Money,
    capturedAt: Instant,
    version: CaptureVersion,
  }),
);

/** Money went back to the buyer. */
export const PaymentRefunded = event(
  "payment.refunded",
  "Money went back to the buyer.",
  z.strictObject({
    orderId: OrderId,
    key: ExternalId,
    provider: Code,
    amount: Money,
    refundedAt: Instant,
    /** `claim`: the platform says so; `evidence`: the provider or a person did it. */
    basis: fact(z.enum(["claim", "evidence"])),
    reason: RefundReason.optional(),
    version: FactVersion,
  }),
);

/** Where one fulfillment of an order stands. */
export const FulfillmentReported = event(
  "fulfillment.reported",
  "Goods were sent, delivered or taken back.",
  z.strictObject({
    orderId: OrderId,
    key: ExternalId,
    status: fact(z.enum(["shipped", "delivered", "cancelled", "returned"])),
    /** Pieces it covers; absent = the whole order. */
    units: fact(z.int().min(0)).optional(),
    shippedAt: Instant.optional(),
    deliveredAt: Instant.optional(),
    version: FactVersion,
  }),
);

const Disagreement = z.strictObject({ orderId: OrderId, kind: MismatchKind, expected: Money, actual: Money });

/** Money around the order stopped agreeing. */
export const OrderDisagreed = event("order.disagreed", "Money around the order does not agree.", Disagreement);

/** Money around the order agrees again. */
export const OrderAgreed = event(
  "order.agreed",
  "Money around the order agrees again.",
  z.strictObject({ orderId: OrderId, kind: MismatchKind }),
);

export type OrderEvent =
  | EventOf<typeof OrderPlaced>
  | EventOf<typeof OrderUpdated>
  | EventOf<typeof EvidenceExpected>
  | EventOf<typeof OrderReassigned>
  | EventOf<typeof StageReported>
  | EventOf<typeof OrderStageChanged>
  | EventOf<typeof OrderPaid>
  | EventOf<typeof OrderCancelled>
  | EventOf<typeof PaymentClaimed>
  | EventOf<typeof PaymentCaptured>
  | EventOf<typeof PaymentRefunded>
  | EventOf<typeof FulfillmentReported>
  | EventOf<typeof OrderDisagreed>
  | EventOf<typeof OrderAgreed>;
