import type { Customer } from "../../domain/customer/customer.ts";
import { compareText } from "../../domain/kernel/facts.ts";
import { viewOf } from "../../domain/order/view.ts";
import type { PaymentStatus, Stage } from "../../events/values.ts";
import { port } from "../shell/port.ts";
import { table } from "./dynamo.ts";
import { byTime, list, SHARDS, stateKey } from "./keys.ts";
import { orderIdOf } from "./order-ids.ts";
import { type PlacedItem, placedItem } from "./order-reader.ts";
import { type ListPage, pageOfStates, READS_MAX } from "./pages.ts";
import { isSeen, type Sight } from "./sight.ts";
import { storeIds } from "./store-ids.ts";
import type { Item, Table } from "./table.ts";

/** What a list of orders may be narrowed by. */
export interface OrderFilters extends Sight {
  customerId?: string | undefined;
  externalId?: string | undefined;
  stage?: Stage | undefined;
  paymentStatus?: PaymentStatus | undefined;
  /** Placed between these, both included. */
  from?: string | undefined;
  to?: string | undefined;
}

const partitionsOf = (storeId: string) =>
  Array.from({ length: SHARDS }, (_, shard) => list.ordersOfStore(storeId, shard));

/** Lists of orders, newest first: the most selective filter picks the index, the rest filter. */
export class OrderLists {
  readonly #table: Table;

  constructor(source: Table) {
    this.#table = source;
  }

  /** A page of orders; it may be short. */
  async page(filters: OrderFilters, limit: number, after: string | undefined): Promise<ListPage<PlacedItem, string>> {
    const { customerId, externalId } = filters;
    if (externalId === undefined && customerId !== undefined) {
      return this.#ofCustomer(customerId, filters, limit, after);
    }
    if (externalId !== undefined) return this.#named(externalId, filters, limit, after);
    const { items, next } = await this.#indexed(filters, limit, after);
    return { items: found(items, filters), next };
  }

  /** The card names its orders, a thousand at most, so that they need no index of their own. */
  async #ofCustomer(
    customerId: string,
    filters: OrderFilters,
    limit: number,
    after: string | undefined,
  ): Promise<ListPage<PlacedItem, string>> {
    const card = (await this.#table.get(stateKey.customer(customerId)))?.state as Customer | undefined;
    const left = (card?.status === "known" ? card.purchases : [])
      .filter(({ placedAt }) => isBetween(placedAt, filters))
      .map(({ orderId, placedAt }) => ({ key: stateKey.order(orderId), sk: byTime(placedAt, orderId) }))
      .filter(({ sk }) => after === undefined || sk < after)
      .sort((a, b) => compareText(b.sk, a.sk));
    const items: PlacedItem[] = [];
    let next = after;
    for (let reads = 1; reads < READS_MAX && items.length < limit && left.length > 0; reads += 1) {
      const batch = left.splice(0, limit - items.length);
      const states = await this.#table.getMany(batch.map(({ key }) => key));
      const byKey = new Map(states.map((item) => [item.pk, item]));
      items.push(
        ...found(
          batch.flatMap(({ key }) => byKey.get(key.pk) ?? []),
          filters,
        ),
      );
      next = batch.at(-1)?.sk;
    }
    return { items, next: left.length > 0 ? next : undefined };
  }

  /** The orders of this externalId: one a store, and one that a test key brought. */
  async #named(
    externalId: string,
    filters: OrderFilters,
    limit: number,
    after: string | undefined,
  ): Promise<ListPage<PlacedItem, string>> {
    const { storeId, test } = filters;
    const stores = await this.#stores(storeId);
    const modes = test === undefined ? [false, true] : [test];
    const all = await this.#table.getMany(
      stores.flatMap((id) => modes.map((mode) => stateKey.order(orderIdOf(id, externalId, mode)))),
    );
    const left = found(all, filters)
      .filter((one) => after === undefined || positionOf(one) < after)
      .sort((a, b) => compareText(positionOf(b), positionOf(a)));
    const items = left.slice(0, limit);
    return { items, next: left.length > limit ? positionOf(items.at(-1) as PlacedItem) : undefined };
  }

  async #indexed(filters: OrderFilters, limit: number, after: string | undefined): Promise<ListPage<Item, string>> {
    const { storeId, test, stage, paymentStatus, from, to } = filters;
    // A sort key goes on after its time, so the last one of an instant is beyond the instant itself.
    // Test orders are few among many: a page looks further for them.
    const range = { from, to: to && `${to}#~`, limit, after, ...(test && { keeps: isTest }) };
    const filter = { ...(stage && { stage }), ...(paymentStatus && { paymentStatus }) };
    const filtered = { ...range, ...(Object.keys(filter).length > 0 && { filter }) };
    const partitions = (await this.#stores(storeId)).flatMap(partitionsOf);
    return pageOfStates(this.#table, { index: "gsi2", partitions, ...filtered });
  }

  /** The stores that a list is about: the one that is named, or all. */
  async #stores(named: string | undefined): Promise<string[]> {
    return named === undefined ? storeIds(this.#table) : [named];
  }
}

const positionOf = ({ orderId, state }: PlacedItem): string => byTime(state.header.placedAt, orderId);
const isTest = (item: Item): boolean => placedItem(item)?.state.test === true;

/** The index may be a moment behind the order, so the order itself has the last word. */
function matches({ state }: PlacedItem, filters: OrderFilters): boolean {
  const { stage, paymentStatus } = viewOf(state);
  return (
    isSeen(state, filters) &&
    (filters.customerId === undefined || state.customerId === filters.customerId) &&
    (filters.stage === undefined || stage === filters.stage) &&
    (filters.paymentStatus === undefined || paymentStatus === filters.paymentStatus) &&
    isBetween(state.header.placedAt, filters)
  );
}

const isBetween = (placedAt: string, { from, to }: OrderFilters) =>
  (from === undefined || placedAt >= from) && (to === undefined || placedAt <= to);

const found = (items: readonly Item[], filters: OrderFilters): PlacedItem[] =>
  items.flatMap((item) => placedItem(item) ?? []).filter((order) => matches(order, filters));

export const orderLists = port("orderLists", (runtime) => new OrderLists(runtime.get(table)));
