import type { Capture, Fulfillment } from "../../../domain/order/facts.ts";
import type { FulfillmentInput, OrderSnapshot, PaymentInput } from "../../../domain/order/snapshot.ts";
import { payloadHash } from "../../shell/derived-ids.ts";
import type { IncomingOrder } from "../../table/orders.ts";
import { personOf } from "../person.ts";
import type { PushedOrder } from "./inputs.ts";

/** A payment that a store or person records is evidence: they vouch for it with an id of its own. */
export const captureOf = (payment: PaymentInput): Capture => ({
  key: `${payment.provider}:${payment.externalId}`,
  provider: payment.provider,
  amount: payment.amount,
  capturedAt: payment.capturedAt,
  version: { at: payment.capturedAt, rank: 0, hash: payloadHash(payment) },
});

/** Goods that a store says were sent. */
export const fulfillmentOf = (one: FulfillmentInput, toldAt: string): Fulfillment => {
  const { externalId, status, units, shippedAt, deliveredAt, updatedAt } = one;
  const at = updatedAt ?? deliveredAt ?? shippedAt ?? toldAt;
  return {
    key: externalId,
    status,
    ...(units !== undefined && { units }),
    ...(shippedAt && { shippedAt }),
    ...(deliveredAt && { deliveredAt }),
    version: { at, rank: 0, hash: payloadHash(one) },
  };
};

/** A pushed order as it is kept: a language that letters are not written in is left out. */
export function snapshotOf(pushed: PushedOrder): OrderSnapshot {
  const { customer, ...order } = pushed;
  return customer ? { ...pushed, customer: personOf(customer) } : order;
}

/** A pushed order as facts: its version is its updatedAt, or placedAt when there is none. */
export function incomingOrder(snapshot: OrderSnapshot): IncomingOrder {
  const at = snapshot.updatedAt ?? snapshot.placedAt;
  return {
    externalId: snapshot.externalId,
    version: { at, rank: 0, hash: payloadHash(snapshot) },
    snapshot,
    captures: (snapshot.payments ?? []).map(captureOf),
    fulfillments: (snapshot.fulfillments ?? []).map((one) => fulfillmentOf(one, at)),
  };
}
