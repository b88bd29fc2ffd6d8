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
  const { state } = order;
  if (state.status !== "placed") return;
  unit.about(state.customerId);
  if (order.events.length === 0) return;
  const card = told ?? ((await unit.load(customerRecord, state.customerId)) as LoadedCustomer);
  const purchase = purchaseOf(order, state);
  unit.decide(card, { type: "customer.record_purchase", at: now, data: { purchase } });
}

function purchaseOf(order: LoadedOrder, state: PlacedOrder): Purchase {
  const view = viewOf(state);
  const { storeId } = state;
  const { placedAt, day, timeZone, totalMinor, currency } = state.header;
  const counted = !view.cancelled && !state.test;
  const paid = view.paidAt !== undefined;
  return { orderId: order.id, storeId, placedAt, day, timeZone, totalMinor, currency, counted, paid };
}
