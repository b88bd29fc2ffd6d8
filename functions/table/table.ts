/** The key of an item. */
export interface Key {
  pk: string;
  sk: string;
}

/** An item as plain values. */
export type Item = Key & Record<string, unknown>;

type Scalar = string | number | boolean;

/** What must be true of the stored item for a write to happen. */
export type Condition = { absent: true } | { present: true } | { equals: Readonly<Record<string, Scalar>> };

/** One write of a transaction; no two of one transaction may name the same item. */
export type Write =
  | { put: Item; when?: Condition }
  /** Adds integers to attributes (made when absent) and sets others. */
  | { add: Key; sums: Readonly<Record<string, number>>; set?: Readonly<Record<string, Scalar>>; when?: Condition }
  | { remove: Key; when?: Condition }
  | { check: Key; when: Condition };

/** The sparse indexes: `gsi1` carries whole items, `gsi2` and `gsi3` keys and `f`, `gsi4` keys only. */
export type IndexName = "gsi1" | "gsi2" | "gsi3" | "gsi4";

/** A range of one partition. */
export interface Range {
  index?: IndexName;
  pk: string;
  /** Sort keys from here on (inclusive). */
  from?: string;
  /** Sort keys up to here (inclusive). */
  to?: string;
  prefix?: string;
  newestFirst?: boolean;
  limit: number;
  /** Where the last page ended. */
  after?: Record<string, string> | undefined;
  /** Equality on members of the projected `f`, applied while reading. */
  filter?: Readonly<Record<string, string>>;
  consistent?: boolean;
}

/** A page; `next` continues it. */
export interface Page {
  items: Item[];
  next?: Record<string, string> | undefined;
}

/** The one table. Reads by key are consistent; indexes and lists are not. */
export interface Table {
  get(key: Key): Promise<Item | undefined>;
  /** Items by key, missing ones left out, in no order. Eventually consistent. */
  getMany(keys: readonly Key[]): Promise<Item[]>;
  query(range: Range): Promise<Page>;
  /** All or nothing, at most 100; a single write is not a transaction and costs half. Throws `Conflict`. */
  write(writes: readonly Write[]): Promise<void>;
  /** One page of one segment of the whole table, keys in no order: for reconciling and drills. */
  scan(page: {
    segment: number;
    segments: number;
    after?: Record<string, string> | undefined;
    /** Each item as it is when it is read, for twice the price. */
    consistent?: boolean;
  }): Promise<Page>;
}

/** A condition did not hold or another transaction was faster: nothing was written. */
export class Conflict extends Error {
  /** Indexes of the writes whose conditions failed; empty when another transaction held an item. */
  readonly failed: readonly number[];

  constructor(failed: readonly number[], cause?: unknown) {
    super(
      failed.length > 0 ? `Conditions of writes ${failed.join(", ")} do not hold.` : "Another transaction was faster.",
      { cause },
    );
    this.name = "Conflict";
    this.failed = failed;
  }
}

/** Writes in one transaction at most. */
export const WRITES_MAX = 100;
