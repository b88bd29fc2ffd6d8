import { type DynamoInput, type Item, keyText } from "./dynamodb-permissions.ts";
import { indexWriteUnits, itemBytes, writeUnits } from "./dynamodb-sizes.ts";
import type { LocalTable } from "./dynamodb-tables.ts";

const READ_UNIT_BYTES = 4_096;

/** Counters of one table since the start. */
export interface TableStats {
  /** Write units of items, those of transactions counted twice. */
  writeUnits: number;
  /** Write units of secondary indexes. */
  indexWriteUnits: number;
  readUnits: number;
  requests: Record<string, number>;
}

/** A write that was acknowledged and whose images the stream has not shown yet. */
interface Write {
  factor: 1 | 2;
  bytes: number;
}

/**
 * Counts read and write units by AWS's rule. DynamoDB Local counts transactions wrongly and tells no index units
 * in them, so writes are counted from the images of the stream, which show the item before and after.
 */
export class Units {
  readonly #tables = new Map<string, TableStats>();
  readonly #pending = new Map<string, Map<string, Write[]>>();
  /** Tables of which every stream record is shown here. */
  readonly #streamed = new Set<string>();

  streamed(table: LocalTable): void {
    this.#streamed.add(table.name);
  }

  stats(): Record<string, TableStats> {
    return Object.fromEntries(this.#tables);
  }

  request(table: LocalTable, operation: string): void {
    const { requests } = this.#of(table);
    requests[operation] = (requests[operation] ?? 0) + 1;
  }

  read(table: LocalTable, units: number): void {
    this.#of(table).readUnits += units;
  }

  /** Read units of an item that a transaction read. */
  readInTransaction(table: LocalTable, item: Item | undefined): void {
    this.read(table, 2 * Math.max(1, Math.ceil(itemBytes(item ?? {}) / READ_UNIT_BYTES)));
  }

  /** A write that was acknowledged; a deletion or update tells its size only by its images. */
  wrote(table: LocalTable, { Key, Item: item }: DynamoInput, factor: 1 | 2): void {
    const write = { factor, bytes: itemBytes(item ?? Key ?? {}) };
    if (!this.#streamed.has(table.name)) {
      this.#count(table, write, undefined, item);
      return;
    }
    const keys = this.#pending.get(table.name) ?? new Map<string, Write[]>();
    this.#pending.set(table.name, keys);
    const key = keyOf(table, item ?? Key ?? {});
    keys.set(key, [...(keys.get(key) ?? []), write]);
  }

  /** A write that a condition refused costs what it would have cost. */
  refused(table: LocalTable, { Key, Item: item }: DynamoInput, factor: 1 | 2): void {
    this.#of(table).writeUnits += factor * writeUnits(itemBytes(item ?? Key ?? {}));
  }

  /** A record of the stream: the change that a write made. */
  changed(table: LocalTable, keys: Item, before: Item | undefined, after: Item | undefined): void {
    const waiting = this.#pending.get(table.name);
    const key = keyOf(table, keys);
    const [write = { factor: 1, bytes: 0 }, ...others] = waiting?.get(key) ?? [];
    if (others.length > 0) waiting?.set(key, others);
    else waiting?.delete(key);
    this.#count(table, write, before, after);
  }

  /** The stream has been read to its end: what still waits has changed nothing, and costs its item alone. */
  caughtUp(table: LocalTable): void {
    const waiting = this.#pending.get(table.name);
    if (!waiting || waiting.size === 0) return;
    for (const { factor, bytes } of [...waiting.values()].flat())
      this.#of(table).writeUnits += factor * writeUnits(bytes);
    waiting.clear();
  }

  #count(table: LocalTable, { factor, bytes }: Write, before: Item | undefined, after: Item | undefined): void {
    const stats = this.#of(table);
    const largest = Math.max(before ? itemBytes(before) : 0, after ? itemBytes(after) : 0, before || after ? 0 : bytes);
    stats.writeUnits += factor * writeUnits(largest);
    stats.indexWriteUnits += indexWriteUnits(table, before, after);
  }

  #of({ name }: LocalTable): TableStats {
    const known = this.#tables.get(name) ?? { writeUnits: 0, indexWriteUnits: 0, readUnits: 0, requests: {} };
    this.#tables.set(name, known);
    return known;
  }
}

function keyOf({ keys }: LocalTable, item: Item): string {
  return keys.map((key) => keyText(item[key])).join("\u0000");
}
