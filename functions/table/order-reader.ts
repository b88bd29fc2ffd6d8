import { compareText } from "../../domain/kernel/facts.ts";
import { own } from "../../domain/kernel/own.ts";
import { reject } from "../../domain/kernel/rejection.ts";
import { type Order, type PlacedOrder, wordsOf } from "../../domain/order/facts.ts";
import type { MoneyLine } from "../../domain/order/money-view.ts";
import { type OrderView, viewOf } from "../../domain/order/view.ts";
import type { Money } from "../../events/values.ts";
import { port } from "../shell/port.ts";
import { heldAfter } from "./aggregates.ts";
import { table } from "./dynamo.ts";
import { stateKey } from "./keys.ts";
import { type OrderContent, readContent } from "./order-content.ts";
import { orderIn } from "./order-item.ts";
import type { LoadedOrder } from "./records.ts";
import type { Item, Table } from "./table.ts";

/** An order without its content, as it is stored now. */
export interface PlacedItem {
  orderId: string;
  storeId: string;
  version: number;
  state: PlacedOrder;
}

/** An order with its content. */
export interface StoredOrder extends PlacedItem {
  content: OrderContent;
}

/** Reads orders for those who show them. */
export class OrderReader {
  readonly #table: Table;

  constructor(source: Table) {
    this.#table = source;
  }

  /** The order, or an `order_not_found` rejection; facts that still wait for their order are not one. */
  async get(orderId: string): Promise<StoredOrder> {
    const [item, content] = await Promise.all([
      this.#table.get(stateKey.order(orderId)),
      readContent(this.#table, orderId),
    ]);
    return whole(placedItem(item), content);
  }
}

/** An order with its content, or an `order_not_found` rejection while either is missing. */
export function whole(order: PlacedItem | undefined, content: OrderContent | undefined): StoredOrder {
  if (!order || !content) reject("order_not_found", "There is no such order.");
  return { ...order, content };
}

/** What an item says of its order; `undefined` while only facts that wait for the order are known. */
export function placedItem(item: Item | undefined): PlacedItem | undefined {
  return placedIn(orderIn(item), item?.version as number);
}

/** The order as the transaction that is prepared leaves it. */
export function placedAfter(order: LoadedOrder): PlacedItem | undefined {
  const { state, version } = heldAfter(order);
  return placedIn(state, version);
}

function placedIn(state: Order, version: number): PlacedItem | undefined {
  if (state.status !== "placed") return undefined;
  return { orderId: state.orderId, storeId: state.storeId, version, state };
}

type Moved = Pick<MoneyLine, "key" | "provider" | "basis" | "at"> & { amount: Money };

const lineOf = ({ key, provider, amount, basis }: Moved, counted: boolean) => ({
  externalId: key.slice(key.indexOf(":") + 1),
  provider,
  amount,
  basis,
  counted,
});

/** Money that moved, oldest first: what counts, settled; and what came in another currency, which no sum holds. */
function moved(currency: string, settled: readonly MoneyLine[], facts: readonly Moved[]) {
  const counted = settled.map(({ amountMinor, ...line }) => ({ ...line, amount: { amountMinor, currency } }));
  const foreign = facts.filter(({ amount }) => amount.currency !== currency && amount.amountMinor > 0);
  return [...counted, ...foreign]
    .sort((a, b) => compareText(a.at, b.at) || compareText(a.key, b.key))
    .map((one) => ({ ...lineOf(one, one.amount.currency === currency), at: one.at }));
}

const capturesOf = ({ header: { currency }, captures }: PlacedOrder, { payments }: OrderView) =>
  moved(
    currency,
    payments,
    Object.values(captures).map((one) => ({ ...one, basis: "evidence" as const, at: one.capturedAt })),
  ).map(({ at: capturedAt, ...line }) => ({ ...line, capturedAt }));

const refundsOf = ({ header: { currency }, refunds: facts }: PlacedOrder, { refunds }: OrderView) =>
  moved(
    currency,
    refunds,
    Object.values(facts).map((one) => ({ ...one, at: one.refundedAt })),
  ).map(({ at: refundedAt, ...line }) => ({ ...line, refundedAt }));

/** Parcels by their ids: the table keeps them in no order. */
function shipmentsOf(order: PlacedOrder) {
  const departures = wordsOf(order, "departures");
  return Object.values(order.fulfillments)
    .sort((a, b) => compareText(a.key, b.key))
    .map(({ key, version: _, shippedAt = own(departures, key)?.shippedAt, ...one }) => {
      return { externalId: key, ...one, ...(shippedAt && { shippedAt }) };
    });
}

/** What all facts about an order come to: everything but what was bought, by whom and where it goes. */
export function summaryOf({ orderId, storeId, version, state }: PlacedItem) {
  const { header, customerId, test } = state;
  const view = viewOf(state);
  const { currency } = header;
  const money = (amountMinor: number): Money => ({ amountMinor, currency });
  return {
    id: orderId,
    storeId,
    customerId,
    externalId: header.externalId,
    number: header.number,
    placedAt: header.placedAt,
    updatedAt: header.version.at,
    paymentTiming: header.paymentTiming,
    orderMethod: header.orderMethod,
    automations: state.messaging === "none" ? "none" : "all",
    status: view.stage,
    stage: view.stage,
    paymentStatus: view.paymentStatus,
    fulfillmentStatus: view.fulfillmentStatus,
    total: money(header.totalMinor),
    paid: money(view.paidMinor),
    refunded: money(view.refundedMinor),
    due: money(view.dueMinor),
    payments: capturesOf(state, view),
    refunds: refundsOf(state, view),
    shipments: shipmentsOf(state),
    returns: [],
    test,
    version,
  };
}

/** The order as the contract shows it: everything that was pushed, and what was derived from all facts. */
export const presentOrder = (order: StoredOrder) => ({ ...order.content, ...summaryOf(order) });

/** An answer that shows an order. */
export const shownOrder = (order: StoredOrder) => ({ body: presentOrder(order), version: order.version });

export const orderReader = port("orderReader", (runtime) => new OrderReader(runtime.get(table)));
