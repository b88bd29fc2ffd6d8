import { reject } from "../../domain/kernel/rejection.ts";
import type { PlacedOrder } from "../../domain/order/facts.ts";
import type { StoredEvent } from "../../events/event.ts";
import { port } from "../shell/port.ts";
import { table } from "./dynamo.ts";
import { EVENT_PREFIX, noteKey, stateKey } from "./keys.ts";
import { placedItem } from "./order-reader.ts";
import { type EventPosition, type ListPage, pageOfEvents } from "./pages.ts";
import type { Table } from "./table.ts";

/** One thing that happened to an order. */
export type HistoryItem = Pick<StoredEvent, "eventId" | "type" | "at" | "actor" | "data"> & { note?: string };

/** What a transaction about an order also did to the card belongs to the customer's timeline. */
const isOfTheOrder = ({ type }: StoredEvent) => !type.startsWith("customer.");

/** The stored events of orders, with the notes that people wrote beside them. */
export class OrderHistory {
  readonly #table: Table;

  constructor(source: Table) {
    this.#table = source;
  }

  /** The order itself, or an `order_not_found` rejection. */
  async placed(orderId: string): Promise<PlacedOrder> {
    const order = placedItem(await this.#table.get(stateKey.order(orderId)));
    if (!order) reject("order_not_found", "There is no such order.");
    return order.state;
  }

  /** A page of what happened, oldest first. */
  async page(
    orderId: string,
    limit: number,
    after: EventPosition | undefined,
  ): Promise<ListPage<HistoryItem, EventPosition>> {
    const { pk } = stateKey.order(orderId);
    const range = { from: EVENT_PREFIX, to: `${EVENT_PREFIX}~` };
    const { items, next } = await pageOfEvents(this.#table, { pk, ...range, keeps: isOfTheOrder, limit, after });
    const found = await this.#table.getMany(items.map(({ eventId }) => noteKey(orderId, eventId)));
    const notes = new Map(found.map(({ sk, note }) => [sk, note as string]));
    const told = items.map(({ eventId, type, at, actor, data }): HistoryItem => {
      const note = notes.get(noteKey(orderId, eventId).sk);
      return { eventId, type, at, actor, data, ...(note !== undefined && { note }) };
    });
    return { items: told, next };
  }
}

export const orderHistory = port("orderHistory", (runtime) => new OrderHistory(runtime.get(table)));
