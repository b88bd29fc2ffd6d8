import { isDeepStrictEqual } from "node:util";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import {
  type Condition,
  Conflict,
  type IndexName,
  type Item,
  type Key,
  type Page,
  type Range,
  type Table,
  WRITES_MAX,
  type Write,
} from "../../functions/table/table.ts";
import { itemSize } from "./item-size.ts";
import { applyUpdate, checkItem, keyText, projected, rangeOf, startOf } from "./memory-table-rules.ts";

/** What the stream would carry of one change. */
export interface Change {
  key: Key;
  old?: Item;
  new?: Item;
}

/** A table that forgets, with the rules of the real one, and a look behind the scenes for tests. */
export interface MemoryTable extends Table {
  /** Every item, by key. */
  items(): Item[];
  /** Every change so far, in order, as the stream has it: what changes nothing is not in it. */
  readonly changes: readonly Change[];
  /** Calls so far; `actions` are the items of all writes. */
  readonly counts: { gets: number; queries: number; writes: number; actions: number };
  /** Removes what its TTL has ended, as DynamoDB does some day. */
  expire(now: string): void;
}

const ITEM_MAX_BYTES = 400 * 1024;
const TRANSACTION_MAX_BYTES = 4 * 1024 * 1024;
const PAGE_MAX_BYTES = 1024 * 1024;
const SCAN_PAGE_ITEMS = 50;

type Entries = [string, unknown][];

/** A private copy of what went through the real form already. */
function cloneOf<T>(value: T, arranged = (entries: Entries): Entries => entries): T {
  if (Array.isArray(value)) return value.map((one) => cloneOf(one, arranged)) as T;
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  const entries = arranged(Object.entries(value));
  return Object.fromEntries(entries.map(([name, one]) => [name, cloneOf(one, arranged)])) as T;
}

/** In an order of its own: DynamoDB does not keep the one in which a map was made. */
const shuffled = (entries: Entries): Entries => entries.sort(([a], [b]) => (a < b ? 1 : -1));

/** A private copy, through the real form, so that what DynamoDB would drop or refuse is dropped or refused. */
const copyOf = <T extends Record<string, unknown>>(item: T) =>
  cloneOf(unmarshall(marshall(item, { removeUndefinedValues: true })) as T, shuffled);

const sizes = new WeakMap<Item, number>();

/** The size of a stored item, which never changes: a write puts another one in its place. */
function sizeOf(item: Item): number {
  const size = sizes.get(item) ?? itemSize(item);
  sizes.set(item, size);
  return size;
}

const invalid = (sentence: string) => Object.assign(new Error(sentence), { name: "ValidationException" });

/** Items by key, and the keys of each partition, so that a query reads only its own. */
class Stored extends Map<string, Item> {
  readonly #partitions = new Map<string, Set<string>>();

  override set(key: string, item: Item): this {
    const keys = this.#partitions.get(item.pk) ?? new Set();
    this.#partitions.set(item.pk, keys.add(key));
    return super.set(key, item);
  }

  override delete(key: string): boolean {
    this.#partitions.get(this.get(key)?.pk ?? "")?.delete(key);
    return super.delete(key);
  }

  partition(pk: string): Item[] {
    return [...(this.#partitions.get(pk) ?? [])].map((key) => this.get(key) as Item);
  }
}

const keyOf = (write: Write): Key => {
  if ("put" in write) return write.put;
  if ("add" in write) return write.add;
  return "remove" in write ? write.remove : write.check;
};

function holds(when: Condition | undefined, item: Item | undefined): boolean {
  if (!when) return true;
  if ("absent" in when) return item === undefined;
  if ("present" in when) return item !== undefined;
  const entries = Object.entries(when.equals);
  if (entries.length === 0) throw invalid("A condition that compares nothing is refused.");
  return item !== undefined && entries.every(([name, value]) => item[name] === value);
}

/** What a write makes of the stored item. */
function resultOf(write: Write, item: Item | undefined): Item | undefined {
  if ("put" in write) return copyOf(write.put);
  if ("add" in write) return applyUpdate(write, item);
  return "remove" in write ? undefined : item;
}

function apply(stored: Map<string, Item>, changes: Change[], writes: readonly Write[]): void {
  if (writes.length > WRITES_MAX) throw invalid(`A transaction has at most ${WRITES_MAX} actions.`);
  const keys = writes.map((write) => keyText(keyOf(write)));
  if (new Set(keys).size < keys.length) throw invalid("A transaction names no item twice.");
  const failed = writes.flatMap(({ when }, index) => (holds(when, stored.get(keys[index] as string)) ? [] : [index]));
  if (failed.length > 0) throw new Conflict(failed);
  const results = writes.map((write, index) => resultOf(write, stored.get(keys[index] as string)));
  const bytes = results.map((item) => (item ? sizeOf(item) : 0));
  for (const item of results) if (item) checkItem(item);
  if (bytes.some((size) => size > ITEM_MAX_BYTES)) throw invalid("An item has at most 400 KB.");
  if (bytes.reduce((sum, size) => sum + size, 0) > TRANSACTION_MAX_BYTES)
    throw invalid("A transaction has at most 4 MB.");
  for (const [index, write] of writes.entries()) {
    const key = keys[index] as string;
    const old = stored.get(key);
    const now = results[index];
    if (now) stored.set(key, now);
    else stored.delete(key);
    if (isDeepStrictEqual(old, now)) continue;
    const { pk, sk } = keyOf(write);
    changes.push({ key: { pk, sk }, ...(old && { old }), ...(now && { new: now }) });
  }
}

/** As many items as a page holds; a page that ends for its limits has a next one, even if that will be empty. */
function pageOf(found: Item[], limit: number, index?: IndexName): Page {
  const items: Item[] = [];
  let size = 0;
  for (const item of found) {
    items.push(item);
    size += sizeOf(item);
    if (items.length >= limit || size >= PAGE_MAX_BYTES) return { items, next: startOf(item, index) };
  }
  return { items };
}

function query(stored: Stored, range: Range): Page {
  if (range.index && range.consistent) throw invalid("An index has no consistent reads.");
  if (!Number.isInteger(range.limit) || range.limit < 1) throw invalid("A limit is at least 1.");
  const candidates = range.index ? [...stored.values()] : stored.partition(range.pk);
  const page = pageOf(rangeOf(candidates, range), range.limit, range.index);
  const matching = Object.entries(range.filter ?? {});
  const items = page.items
    .map((item) => cloneOf(projected(item, range.index)))
    .filter((item) => matching.every(([name, value]) => (item.f as Record<string, unknown>)?.[name] === value));
  return { ...page, items };
}

/** Makes an empty table. */
export function memoryTable(): MemoryTable {
  const stored = new Stored();
  const changes: Change[] = [];
  const counts = { gets: 0, queries: 0, writes: 0, actions: 0 };
  const sorted = () => [...stored.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
  return {
    changes,
    counts,
    items: () => sorted().map((one) => cloneOf(one)),
    expire(now) {
      const isOver = ({ expiresAt }: Item) => typeof expiresAt === "number" && expiresAt * 1_000 <= Date.parse(now);
      for (const { pk, sk } of sorted().filter(isOver)) apply(stored, changes, [{ remove: { pk, sk } }]);
    },
    async get(key) {
      counts.gets += 1;
      const item = stored.get(keyText(key));
      return item && cloneOf(item);
    },
    async getMany(keys) {
      counts.gets += keys.length;
      const texts = keys.map(keyText);
      if (new Set(texts).size < texts.length) throw invalid("A batch names no item twice.");
      return texts.flatMap((text) => {
        const item = stored.get(text);
        return item ? [cloneOf(item)] : [];
      });
    },
    async query(range) {
      counts.queries += 1;
      return query(stored, range);
    },
    async write(writes) {
      if (writes.length === 0) return;
      counts.writes += 1;
      counts.actions += writes.length;
      apply(stored, changes, writes);
    },
    async scan({ segment, segments, after }) {
      const isHere = ({ pk }: Item) =>
        [...pk].reduce((sum, char) => sum + (char.codePointAt(0) ?? 0), 0) % segments === segment;
      const rest = sorted().filter(
        (item) => isHere(item) && (!after || keyText(item) > keyText(after as unknown as Key)),
      );
      const page = pageOf(rest, SCAN_PAGE_ITEMS);
      return { ...page, items: page.items.map((one) => cloneOf(one)) };
    },
  };
}
