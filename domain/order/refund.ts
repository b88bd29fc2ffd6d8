import type { OrderEvent } from "../../events/order.ts";
import type { Money } from "../../events/values.ts";
import type { Command } from "../kernel/decider.ts";
import { sameMoney, sumMinor } from "../kernel/money.ts";
import { reject } from "../kernel/rejection.ts";
import type { Order, PlacedOrder, Refund } from "./facts.ts";
import { moneyOf } from "./money-view.ts";

/** A person records money that went back to the buyer; the refund is keyed, so that a retry records it once. */
export type RecordRefund = Command<"order.record_refund", { orderId: string; refund: Refund }>;

/**
 * What can still go back. A platform's claim of a refund and the evidence of it are one refund, so only evidence lowers
 * what is left to prove.
 */
export function refundableMinor(order: PlacedOrder): number {
  const { currency } = order.header;
  const proved = Object.values(order.refunds).filter(
    ({ basis, amount }) => basis === "evidence" && amount.currency === currency,
  );
  return Math.max(0, moneyOf(order).paidMinor - sumMinor(proved.map(({ amount }) => amount)));
}

function checkAmount(order: PlacedOrder, amount: Money): void {
  const { currency } = order.header;
  if (amount.currency !== currency) {
    reject("refund_currency_differs", "A refund is in the currency of its order.", { currency });
  }
  const leftMinor = refundableMinor(order);
  if (amount.amountMinor > leftMinor) {
    reject("refund_exceeds_captured", "Refunds cannot exceed what was captured.", { leftMinor });
  }
}

/** Decides whether a recorded refund is believed. */
export function recordRefund({ data: { orderId, refund } }: RecordRefund, state: Order): OrderEvent[] {
  if (state.status !== "placed") reject("order_not_found", "There is no such order.");
  const known = state.refunds[refund.key];
  if (known) {
    if (sameMoney(known.amount, refund.amount)) return [];
    reject("refund_differs", "A refund of this id was recorded with another amount.", { recorded: known.amount });
  }
  checkAmount(state, refund.amount);
  return [{ type: "payment.refunded", at: refund.refundedAt, data: { orderId, ...refund } }];
}

/** Decides whether money can be sent back from here: no provider's own refund is connected yet. */
export function startRefund(order: PlacedOrder, amount: Money): never {
  checkAmount(order, amount);
  const providers = [...new Set(moneyOf(order).payments.map(({ provider }) => provider))];
  const sentence = "No payment of this order can be refunded from here: refund it at its provider, then record it.";
  reject("refund_not_supported", sentence, { providers });
}
