import { samePurchase } from "../../domain/customer/customer.ts";
import type { PlacedOrder } from "../../domain/order/facts.ts";
import { viewOf } from "../../domain/order/view.ts";
import type { Purchase } from "../../events/customer.ts";
import type { Instant } from "../../events/values.ts";
import type { Unit } from "./aggregates.ts";
import { customerRecord, type LoadedCustomer, type LoadedOrder } from "./records.ts";

/** Keeps the customer's record of the order in step with the order, in the same transaction. */
export async function settleCustomer(
  unit: Unit,
  order: LoadedOrder,
  told: LoadedCustomer | undefined,
  now: Instant,
): Promise<void> {
  const { before, state } = order;
  if (state.status !== "placed") return;
  unit.about(state.customerId);
  if (order.events.length === 0) return;
  const purchase = purchaseOf(state);
  // The card has known it since the order's last change, and most moves of an order mean nothing to it.
  if (!told && before.status === "placed" && samePurchase(purchaseOf(before), purchase)) return;
  const card = told ?? ((await unit.load(customerRecord, state.customerId)) as LoadedCustomer);
  unit.decide(card, { type: "customer.record_purchase", at: now, data: { purchase } });
}

function purchaseOf(state: PlacedOrder): Purchase {
  const view = viewOf(state);
  const { orderId, storeId } = state;
  const { placedAt, day, timeZone, totalMinor, currency } = state.header;
  const counted = !view.cancelled && !state.test;
  const paid = view.paidAt !== undefined;
  return { orderId, storeId, placedAt, day, timeZone, totalMinor, currency, counted, paid };
}
