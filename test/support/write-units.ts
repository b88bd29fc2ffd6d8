import { isDeepStrictEqual } from "node:util";
import type { IndexName, Item } from "../../functions/table/table.ts";
import { itemSize } from "./item-size.ts";
import type { Change, MemoryTable } from "./memory-table.ts";
import { projected } from "./memory-table-rules.ts";

const UNIT_BYTES = 1_024;
const INDEXES: readonly IndexName[] = ["gsi1", "gsi2", "gsi3", "gsi4"];

const unitsOf = (...items: (Item | undefined)[]) =>
  Math.ceil(Math.max(1, ...items.map((item) => (item ? itemSize(item) : 0))) / UNIT_BYTES);

function indexUnits(index: IndexName, { old, new: now }: Change): number {
  const entry = (item: Item | undefined) => (item?.[`${index}pk`] === undefined ? undefined : projected(item, index));
  const [before, after] = [entry(old), entry(now)];
  const moved = ["pk", "sk"].some((part) => before?.[index + part] !== after?.[index + part]);
  if (moved) return (before ? unitsOf(before) : 0) + (after ? unitsOf(after) : 0);
  return isDeepStrictEqual(before, after) ? 0 : unitsOf(before, after);
}

/** Counts write units by AWS's rule: a unit a KB, twice in a transaction, and one for each index entry that changes. */
export function metered(memory: MemoryTable): { table: MemoryTable; spent(): number } {
  let units = 0;
  return {
    /** Units since the last time somebody asked. */
    spent() {
      const sum = units;
      units = 0;
      return sum;
    },
    table: {
      ...memory,
      async write(writes) {
        const seen = memory.changes.length;
        await memory.write(writes);
        for (const change of memory.changes.slice(seen)) {
          units += unitsOf(change.old, change.new) * (writes.length > 1 ? 2 : 1);
          units += INDEXES.reduce((sum, index) => sum + indexUnits(index, change), 0);
        }
      },
    },
  };
}
