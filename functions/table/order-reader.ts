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

/** An order with its content, as it is stored now. */
export interface StoredOrder {
  orderId: string;
  storeId: string;
  version: number;
  state: PlacedOrder;
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
    const found = item && content && storedOrder(item, content);
    if (!found) reject("order_not_found", "There is no such order.");
    return found;
  }
}

function storedOrder(item: Item, content: OrderContent): StoredOrder | undefined {
  const { state, version } = item as unknown as { state: PlacedOrder; version: number };
  if (state.status !== "placed") return undefined;
  return { orderId: state.orderId, storeId: state.storeId, version, state, content };
}

const lineOf = (currency: string) => (line: MoneyLine) => ({
  externalId: line.key.slice(line.key.indexOf(":") + 1),
  provider: line.provider,
  amount: { amountMinor: line.amountMinor, currency },
  basis: line.basis,
});

/** The order as the contract shows it: everything that was pushed, and what was derived from all facts. */
export function presentOrder({ orderId, storeId, version, state, content }: StoredOrder) {
  const { header, customerId, fulfillments, test } = state;
  const view = viewOf(state);
  const { currency } = header;
  const money = (amountMinor: number): Money => ({ amountMinor, currency });
  return {
    id: orderId,
    storeId,
    customerId,
    ...content,
    number: header.number,
    updatedAt: header.version.at,
    paymentTiming: header.paymentTiming,
    automations: state.messaging === "none" ? "none" : "all",
    status: view.stage,
    stage: view.stage,
    paymentStatus: view.paymentStatus,
    fulfillmentStatus: view.fulfillmentStatus,
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

export const orderReader = port("orderReader", (runtime) => new OrderReader(runtime.get(table)));
