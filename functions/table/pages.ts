import * as z from "zod";
import { compareText } from "../../domain/kernel/facts.ts";
import type { StoredEvent } from "../../events/event.ts";
import { mapLimited } from "../shell/parallel.ts";
import { eventsOf } from "./event-item.ts";
import type { IndexName, Item, Page, Table } from "./table.ts";

/**
 * Reads of the table, one after another, that one page of a list may take; a page that needs more is a short one.
 * Those of a list's partitions are made together.
 */
export const READS_MAX = 4;
/** A round reads every partition, then what was found in them. */
const ROUND_READS = 2;
/** Partitions that are read at the same time: a list may have two for each store. */
const PARTITIONS_AT_ONCE = 16;
/** Index entries that one read may pass over in search of those that a filter wants. */
const EVALUATED_MAX = 500;
/** Aggregates that one batch reads. */
const BATCH_MAX = 100;

/** A page of a list; `next` continues it and is `undefined` at its end. */
export interface ListPage<T, Position> {
  items: T[];
  next: Position | undefined;
}

/** A list of aggregates: partitions of one index that are merged by their sort keys. */
export interface StateList {
  index: Exclude<IndexName, "gsi1">;
  partitions: readonly string[];
  /** Sort keys between these, both inclusive. */
  from?: string | undefined;
  to?: string | undefined;
  oldestFirst?: boolean;
  /** Members of `f` that the index itself compares. */
  filter?: Readonly<Record<string, string>>;
  /** What only the whole item can tell. */
  keeps?: (item: Item) => boolean;
  limit: number;
  /** The sort key of the last item that was passed. */
  after?: string | undefined;
}

/** Where a list of aggregates goes on: a sort key, which no index has empty. */
export const StatePosition = z.string().min(1).max(200);

/** Reads a page of aggregates, each as it is stored now. */
export async function pageOfStates(table: Table, list: StateList): Promise<ListPage<Item, string>> {
  // DynamoDB refuses a range that ends before it begins.
  if (list.from !== undefined && list.to !== undefined && list.from > list.to) return { items: [], next: undefined };
  const items: Item[] = [];
  let after = list.after;
  for (let reads = 0; reads < READS_MAX; reads += ROUND_READS) {
    const passed = await entries(table, { ...list, after }, list.limit - items.length);
    const states = await statesOf(table, passed.items);
    for (const [index, item] of states.entries()) {
      if (item && (list.keeps?.(item) ?? true)) items.push(item);
      if (items.length < list.limit) continue;
      const more = index + 1 < states.length || passed.next !== undefined;
      return { items, next: more ? sortKeyOf(list, passed.items[index] as Item) : undefined };
    }
    after = passed.next;
    if (after === undefined) break;
  }
  return { items, next: after };
}

const sortKeyOf = ({ index }: StateList, item: Item) => item[`${index}sk`] as string;

/** Index entries in the list's order, as far as all partitions are known; `next` is the last sort key passed. */
async function entries(table: Table, list: StateList, wanted: number): Promise<ListPage<Item, string>> {
  const take = list.keeps ? BATCH_MAX : wanted;
  const pages = await mapLimited(list.partitions, PARTITIONS_AT_ONCE, (pk) => partition(table, list, pk, take));
  const order = (a: string, b: string) => (list.oldestFirst ? compareText(a, b) : compareText(b, a));
  const horizons = pages.flatMap(({ next }) => (next ? [next[`${list.index}sk`] as string] : []));
  const horizon = horizons.sort(order)[0];
  const merged = pages
    .flatMap(({ items }) => items)
    .filter((item) => sortKeyOf(list, item) !== list.after)
    .sort((a, b) => order(sortKeyOf(list, a), sortKeyOf(list, b)));
  const known = merged.filter((item) => horizon === undefined || order(sortKeyOf(list, item), horizon) <= 0);
  const items = known.slice(0, take);
  const last = items.at(-1);
  return { items, next: items.length < known.length && last ? sortKeyOf(list, last) : horizon };
}

async function partition(table: Table, list: StateList, pk: string, take: number): Promise<Page> {
  const { index, filter, oldestFirst = false, after } = list;
  const from = oldestFirst ? (after ?? list.from) : list.from;
  const to = oldestFirst ? list.to : (after ?? list.to);
  const bounds = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  // One more than wanted tells the end from a pause; the item that a page goes on after comes again.
  // A position outside of the range has nothing behind it, and DynamoDB refuses a range that ends before it begins.
  if (bounds.from !== undefined && bounds.to !== undefined && bounds.from > bounds.to) return { items: [] };
  const limit = filter ? EVALUATED_MAX : take + (after === undefined ? 1 : 2);
  return table.query({ index, pk, ...bounds, newestFirst: !oldestFirst, limit, ...(filter && { filter }) });
}

/** An index may show for a moment an aggregate at its old place and at its new one: it is listed once. */
async function statesOf(table: Table, found: readonly Item[]): Promise<(Item | undefined)[]> {
  const keys = new Map(found.map(({ pk, sk }) => [pk, { pk, sk }]));
  const states = await table.getMany([...keys.values()]);
  const byKey = new Map(states.map((item) => [item.pk, item]));
  return found.map(({ pk }) => {
    const state = byKey.get(pk);
    byKey.delete(pk);
    return state;
  });
}

/** A list of events: the items of one partition, each holding the events of one transaction. */
export interface EventList {
  index?: "gsi1";
  pk: string;
  from?: string;
  to?: string;
  newestFirst?: boolean;
  keeps: (event: StoredEvent) => boolean;
  limit: number;
  after?: EventPosition | undefined;
}

/** Where a list of events goes on: the sort key of an item and the number of the last event passed in it. */
export const EventPosition = z.tuple([z.string().min(1).max(200), z.int().min(0)]);
export type EventPosition = z.infer<typeof EventPosition>;

/** Reads a page of events, flattened from the transactions that hold them. */
export async function pageOfEvents(table: Table, list: EventList): Promise<ListPage<StoredEvent, EventPosition>> {
  const items: StoredEvent[] = [];
  let after = list.after;
  for (let reads = 0; reads < READS_MAX; reads += 1) {
    const page = await transactions(table, list, after?.[0]);
    const passed = page.items.flatMap((item) => inside(item, list)).filter(({ at }) => isBeyond(list, at, after));
    for (const [position, { event, at }] of passed.entries()) {
      after = at;
      if (list.keeps(event)) items.push(event);
      if (items.length < list.limit) continue;
      const more = position + 1 < passed.length || page.next !== undefined;
      return { items, next: more ? at : undefined };
    }
    if (!page.next) return { items, next: undefined };
  }
  return { items, next: after };
}

async function transactions(table: Table, list: EventList, sk: string | undefined): Promise<Page> {
  const { index, pk, newestFirst = false } = list;
  const from = newestFirst ? list.from : (sk ?? list.from);
  const to = newestFirst ? (sk ?? list.to) : list.to;
  const bounds = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  // Beside the events lie items of other kinds: a position among those is none.
  const isOutside = sk !== undefined && ((list.from ?? sk) > sk || sk > (list.to ?? sk));
  if (isOutside) return { items: [] };
  return table.query({ ...(index && { index }), pk, ...bounds, newestFirst, limit: BATCH_MAX, consistent: !index });
}

function inside(item: Item, { index, newestFirst }: EventList): { event: StoredEvent; at: EventPosition }[] {
  const sk = (index ? item[`${index}sk`] : item.sk) as string;
  const events = eventsOf(item).map((event, number) => ({ event, at: [sk, number] as EventPosition }));
  return newestFirst ? events.reverse() : events;
}

function isBeyond({ newestFirst }: EventList, [sk, number]: EventPosition, after: EventPosition | undefined): boolean {
  if (!after || sk !== after[0]) return true;
  return newestFirst ? number < after[1] : number > after[1];
}
