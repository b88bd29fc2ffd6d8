import * as z from "zod";
import { type EventOf, event } from "./event.ts";
import { Code, fact, Instant, MismatchId, MismatchKind, Money, OrderId, PaymentId } from "./values.ts";

export const Severity = fact(z.enum(["urgent", "normal"]));
export type Severity = z.infer<typeof Severity>;

const subject = {
  mismatchId: MismatchId,
  kind: MismatchKind,
  orderId: OrderId.optional(),
  paymentId: PaymentId.optional(),
};

/** Money does not agree, but its grace has not run out. */
export const MismatchSuspected = event(
  "mismatch.suspected",
  "Money does not agree; it has a grace to come right by itself.",
  z.strictObject({ ...subject, dueAt: Instant }),
  { internal: true },
);

/** Finance is told. */
export const MismatchOpened = event(
  "mismatch.opened",
  "Money did not agree when its grace ran out.",
  z.strictObject({ ...subject, severity: Severity, expected: Money.optional(), actual: Money }),
);

/** It came right by itself: before the alert (`dropped`) or after it. */
export const MismatchClosed = event(
  "mismatch.closed",
  "The money agrees again.",
  z.strictObject({ ...subject, wasOpen: fact(z.boolean()) }),
);

/** Finance settled it by a booking. */
export const MismatchResolved = event(
  "mismatch.resolved",
  "Finance settled the mismatch by a booking.",
  z.strictObject({ ...subject, booking: Code }),
);

export type MismatchEvent =
  | EventOf<typeof MismatchSuspected>
  | EventOf<typeof MismatchOpened>
  | EventOf<typeof MismatchClosed>
  | EventOf<typeof MismatchResolved>;
