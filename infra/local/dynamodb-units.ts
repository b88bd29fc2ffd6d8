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

/** What one access to a table cost. */
export interface Spending {
  table: string;
  /** The role of whoever asked; `undefined` is the operator. */
  caller: string | undefined;
  readUnits: number;
  writeUnits: number;
  /** Write units of secondary indexes, by their names. */
  indexWriteUnits: Readonly<Record<string, number>>;
  /** The item that was written, and the size that was paid for; reads tell neither. */
  item?: { key: Item; bytes: number };
}

/** How a write was asked for: a transaction counts twice. */
export interface Asked {
  caller: string | undefined;
  factor: 1 | 2;
}

/** A write that was acknowledged and whose images the stream has not shown yet; an update's bytes are its key's. */
interface Write extends Asked {
  key: Item;
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
  readonly #spent: (spending: Spending) => void;

  /** `spent` hears of every access. */
  constructor(spent: (spending: Spending) => void = () => {}) {
    this.#spent = spent;
  }

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

  read(table: LocalTable, readUnits: number, caller: string | undefined): void {
    this.#spend(table, { caller, readUnits });
  }

  /** Read units of an item that a transaction read. */
  readInTransaction(table: LocalTable, item: Item | undefined, caller: string | undefined): void {
    this.read(table, 2 * Math.max(1, Math.ceil(itemBytes(item ?? {}) / READ_UNIT_BYTES)), caller);
  }

  /** A write that was acknowledged; a deletion or update tells its size only by its images. */
  wrote(table: LocalTable, input: DynamoInput, asked: Asked): void {
    const write = writeOf(table, input, asked);
    if (!this.#streamed.has(table.name)) {
      this.#count(table, write, undefined, input.Item);
      return;
    }
    const keys = this.#pending.get(table.name) ?? new Map<string, Write[]>();
    this.#pending.set(table.name, keys);
    const name = nameOf(table, write.key);
    keys.set(name, [...(keys.get(name) ?? []), write]);
  }

  /** A write that a condition refused costs what it would have cost. */
  refused(table: LocalTable, input: DynamoInput, asked: Asked): void {
    this.#count(table, writeOf(table, input, asked), undefined, undefined);
  }

  /** A record of the stream: the change that a write made. */
  changed(table: LocalTable, key: Item, before: Item | undefined, after: Item | undefined): void {
    const waiting = this.#pending.get(table.name);
    const name = nameOf(table, key);
    const [write = { caller: undefined, factor: 1, key, bytes: 0 }, ...others] = waiting?.get(name) ?? [];
    if (others.length > 0) waiting?.set(name, others);
    else waiting?.delete(name);
    this.#count(table, write, before, after);
  }

  /** The stream has been read to its end: what still waits has changed nothing, and costs its item alone. */
  caughtUp(table: LocalTable): void {
    const waiting = this.#pending.get(table.name);
    if (!waiting || waiting.size === 0) return;
    for (const write of [...waiting.values()].flat()) this.#count(table, write, undefined, undefined);
    waiting.clear();
  }

  #count(table: LocalTable, write: Write, before: Item | undefined, after: Item | undefined): void {
    const { caller, factor, key } = write;
    const images = [before, after].flatMap((image) => (image ? [itemBytes(image)] : []));
    const bytes = images.length > 0 ? Math.max(...images) : write.bytes;
    const indexes = indexWriteUnits(table, before, after);
    this.#spend(table, {
      caller,
      writeUnits: factor * writeUnits(bytes),
      indexWriteUnits: indexes,
      item: { key, bytes },
    });
  }

  #spend(table: LocalTable, spending: Partial<Spending> & Pick<Spending, "caller">): void {
    const whole = { table: table.name, readUnits: 0, writeUnits: 0, indexWriteUnits: {}, ...spending };
    const stats = this.#of(table);
    stats.readUnits += whole.readUnits;
    stats.writeUnits += whole.writeUnits;
    for (const units of Object.values(whole.indexWriteUnits)) stats.indexWriteUnits += units;
    this.#spent(whole);
  }

  #of({ name }: LocalTable): TableStats {
    const known = this.#tables.get(name) ?? { writeUnits: 0, indexWriteUnits: 0, readUnits: 0, requests: {} };
    this.#tables.set(name, known);
    return known;
  }
}

function writeOf(table: LocalTable, { Key, Item: item }: DynamoInput, asked: Asked): Write {
  const named = item ?? Key ?? {};
  const key = Object.fromEntries(Object.entries(named).filter(([name]) => table.keys.includes(name)));
  return { ...asked, key, bytes: itemBytes(named) };
}

function nameOf({ keys }: LocalTable, item: Item): string {
  return keys.map((key) => keyText(item[key])).join("\u0000");
}
