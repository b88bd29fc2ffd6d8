import { foreignCurrencies } from "../../../domain/order/snapshot.ts";
import type { KnownStore } from "../../../domain/store/store.ts";
import { route } from "../../shell/route.ts";
import { orderReader, presentOrder, type StoredOrder } from "../../table/order-reader.ts";
import { orders } from "../../table/orders.ts";
import { payments } from "../../table/payments.ts";
import { stores } from "../../table/stores.ts";
import { unreadOf, warnings } from "../person.ts";
import { storeOf } from "../scope.ts";
import { checkTimes } from "../times.ts";
import { PlacedOrderAnswer } from "./answers.ts";
import { incomingOrder, snapshotOf } from "./incoming.ts";
import { OrderInput, type PushedOrder } from "./inputs.ts";
import { unusedFacts } from "./unused-facts.ts";

const FOREIGN = { code: "currency_differs", message: "Prices are in the currency of the total." };

/** Places an order, or merges newer facts into a known one. */
export const handler = route({
  summary: "Place an order, or replace the header of a known one by a newer push; payments and fulfillments are added.",
  body: OrderInput,
  answers: { 200: PlacedOrderAnswer, 201: PlacedOrderAnswer },
  needs: { orders, orderReader, payments, stores },
  async run({ body: { storeId, ...pushed }, caller, origin, now }, context) {
    const snapshot = snapshotOf(pushed);
    const foreign = foreignCurrencies(snapshot).map(({ pointer }) => ({ pointer, ...FOREIGN }));
    checkTimes(snapshot, now, foreign);
    const store = await context.stores.get(storeOf(caller, storeId), Date.parse(now));
    const { orderId, placed, order } = await context.orders.accept(store, incomingOrder(snapshot), origin, now);
    const known = { orderId, storeId: store.storeId };
    const names = [snapshot.externalId, snapshot.number ?? snapshot.externalId];
    const joined =
      (await context.payments.joinVouched(known, snapshot.payments ?? [], origin, now)) +
      (store.paymentHooks.length > 0 ? await context.payments.joinWaiting(known, names, origin, now) : 0);
    const status = placed ? 201 : 200;
    // What was just saved need not be read again.
    if (order && joined === 0) return { status, ...shown(order, store, pushed) };
    return { status, resource: orderId };
  },
  async present(orderId, context, _caller, _event, { storeId: _, ...pushed }) {
    const order = await context.orderReader.get(orderId);
    const store = await context.stores.get(order.state.storeId, Date.parse(context.clock.now()));
    return shown(order, store, pushed);
  },
});

function shown(order: StoredOrder, { settings }: KnownStore, pushed: PushedOrder) {
  const told = [
    ...unreadOf(pushed.customer ?? {}, settings.country, "/customer"),
    ...unusedFacts(incomingOrder(snapshotOf(pushed)), order.state),
  ];
  return { body: { ...presentOrder(order), ...warnings(told) }, version: order.version };
}
