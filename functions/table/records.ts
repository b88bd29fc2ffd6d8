import { type Customer, type CustomerCommand, customer } from "../../domain/customer/customer.ts";
import type { Profile } from "../../domain/customer/profile.ts";
import { type Mismatch, type MismatchCommand, mismatch } from "../../domain/mismatch/mismatch.ts";
import type { Order } from "../../domain/order/facts.ts";
import { type OrderCommand, order } from "../../domain/order/order.ts";
import { viewOf } from "../../domain/order/view.ts";
import { type Payment, type PaymentCommand, payment } from "../../domain/payment/payment.ts";
import { type Store, type StoreCommand, store } from "../../domain/store/store.ts";
import type { CustomerEvent } from "../../events/customer.ts";
import type { MismatchEvent } from "../../events/mismatch.ts";
import type { OrderEvent } from "../../events/order.ts";
import type { PaymentEvent } from "../../events/payment.ts";
import type { StoreEvent } from "../../events/store.ts";
import type { Loaded, RecordOf } from "./aggregates.ts";
import { byTime, list, shardOf, stateKey } from "./keys.ts";
import { keptOf, orderIn } from "./order-item.ts";

/** Orders: listed by store, filtered by `f` without reading them; a card names its own. */
export const orderRecord = (storeId: string): RecordOf<Order, OrderCommand, OrderEvent> => ({
  decider: order,
  key: stateKey.order,
  stored: { kept: keptOf, state: orderIn },
  attributes(state, id) {
    if (state.status !== "placed") return { storeId };
    const { stage, paymentStatus } = viewOf(state);
    return {
      f: { stage, paymentStatus },
      gsi2pk: list.ordersOfStore(storeId, shardOf(id)),
      gsi2sk: byTime(state.header.placedAt, id),
    };
  },
});

/** Customers, with the personal part of the card beside the state. */
export const customerRecord: RecordOf<Customer, CustomerCommand, CustomerEvent> = {
  decider: customer,
  key: stateKey.customer,
  // What an order means for its customer follows from the order's own events.
  unrecorded: ["customer.purchase_recorded", "customer.purchase_removed"],
  attributes(state, id) {
    if (state.status !== "known") return {};
    return { gsi3pk: list.customers(shardOf(id)), gsi3sk: byTime(state.createdAt, id) };
  },
};

export type LoadedCustomer = Loaded<Customer, CustomerCommand, CustomerEvent, Profile>;
export type LoadedOrder = Loaded<Order, OrderCommand, OrderEvent>;

/** Payments as providers tell of them. */
export const paymentRecord: RecordOf<Payment, PaymentCommand, PaymentEvent> = {
  decider: payment,
  key: stateKey.payment,
};

/** Mismatches: listed by store and for finance; due while their grace runs. */
export const mismatchRecord = (storeId: string): RecordOf<Mismatch, MismatchCommand, MismatchEvent> => ({
  decider: mismatch,
  key: stateKey.mismatch,
  attributes(state, id) {
    if (state.status === "absent") return { storeId };
    if (state.status === "suspected") {
      return { storeId, gsi4pk: list.due(shardOf(id)), gsi4sk: byTime(state.dueAt, id) };
    }
    if (state.openedAt === undefined) return { storeId };
    const sk = byTime(state.openedAt, id);
    const keys = { gsi2pk: list.mismatchesOfStore(storeId), gsi2sk: sk, gsi3pk: list.mismatches, gsi3sk: sk };
    return { storeId, f: { status: state.status, kind: state.kind }, ...keys };
  },
});

/** Stores with their settings; one stays listed whatever becomes of it, for its orders are found through it. */
export const storeRecord: RecordOf<Store, StoreCommand, StoreEvent> = {
  decider: store,
  key: stateKey.store,
  attributes(state, id) {
    return state.status === "open" ? { gsi3pk: list.stores, gsi3sk: byTime(state.openedAt, id) } : {};
  },
};
