import { reject } from "../../domain/kernel/rejection.ts";
import type { PlacedOrder } from "../../domain/order/facts.ts";
import type { MoneyLine } from "../../domain/order/money-view.ts";
import { viewOf } from "../../domain/order/view.ts";
import type { Money } from "../../events/values.ts";
import { port } from "../shell/port.ts";
import { table } from "./dynamo.ts";
import { stateKey } from "./keys.ts";
import { type OrderContent, readContent } from "./order-content.ts";
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
    const found = placedItem(item);
    if (!found || !content) reject("order_not_found", "There is no such order.");
    return { ...found, content };
  }
}

/** What an item says of its order; `undefined` while only facts that wait for the order are known. */
export function placedItem(item: Item | undefined): PlacedItem | undefined {
  const { state, version } = (item ?? {}) as { state?: PlacedOrder; version?: number };
  if (state?.status !== "placed" || version === undefined) return undefined;
  return { orderId: state.orderId, storeId: state.storeId, version, state };
}

const lineOf = (currency: string) => (line: MoneyLine) => ({
  externalId: line.key.slice(line.key.indexOf(":") + 1),
  provider: line.provider,
  amount: { amountMinor: line.amountMinor, currency },
  basis: line.basis,
});

/** What all facts about an order come to: everything but what was bought, by whom and where it goes. */
export function summaryOf({ orderId, storeId, version, state }: PlacedItem) {
  const { header, customerId, fulfillments, test } = state;
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
    payments: view.payments.map((line) => ({ ...lineOf(currency)(line), capturedAt: line.at })),
    refunds: view.refunds.map((line) => ({ ...lineOf(currency)(line), refundedAt: line.at })),
    shipments: Object.values(fulfillments).map(({ key, version: _, ...one }) => ({ externalId: key, ...one })),
    returns: [],
    test,
    version,
  };
}

/** The order as the contract shows it: everything that was pushed, and what was derived from all facts. */
export const presentOrder = (order: StoredOrder) => ({ ...order.content, ...summaryOf(order) });

export const orderReader = port("orderReader", (runtime) => new OrderReader(runtime.get(table)));
