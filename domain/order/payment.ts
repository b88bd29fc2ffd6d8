import type { OrderEvent } from "../../events/order.ts";
import type { Command } from "../kernel/decider.ts";
import { sameMoney } from "../kernel/money.ts";
import { reject } from "../kernel/rejection.ts";
import type { Capture, Order } from "./facts.ts";

/** A person or key records a payment; it is keyed, so that a retry records it once. */
export type RecordPayment = Command<"order.record_payment", { orderId: string; capture: Capture }>;

/**
 * Decides whether a recorded payment is believed. Unlike a snapshot's, which merges by its version, it is refused when
 * it says something else than before: who records it is there to hear so.
 */
export function recordPayment({ data: { orderId, capture } }: RecordPayment, state: Order): OrderEvent[] {
  if (state.status !== "placed") reject("order_not_found", "There is no such order.");
  const known = state.captures[capture.key];
  if (!known) return [{ type: "payment.captured", at: capture.capturedAt, data: { orderId, ...capture } }];
  if (sameMoney(known.amount, capture.amount)) return [];
  reject("payment_differs", "A payment of this id was recorded with another amount.", { recorded: known.amount });
}
