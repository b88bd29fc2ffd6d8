import { keyText } from "../../infra/local/dynamodb-permissions.ts";
import type { Spending } from "../../infra/local/dynamodb-units.ts";
import type { FunctionStats } from "../../infra/local/functions.ts";
import type { BenchFunction, FunctionKind } from "./functions.ts";

/** What one function did in a life, on average. */
export interface FunctionRow {
  name: string;
  kind: FunctionKind;
  invocations: number;
  errors: number;
  ms: number;
  gbSeconds: number;
  writeUnits: number;
  indexWriteUnits: number;
  readUnits: number;
  logBytes: number;
}

/** What one kind of item cost in a life, on average. */
export interface ItemRow {
  kind: string;
  writes: number;
  /** The average size that was paid for. */
  bytes: number;
  writeUnits: number;
  /** Write units of each index. */
  indexWriteUnits: Record<string, number>;
}

const indexUnitsOf = ({ indexWriteUnits }: Spending) => sumOf(Object.values(indexWriteUnits), (units) => units);

function sumOf<T>(all: readonly T[], value: (one: T) => number): number {
  return all.reduce((sum, one) => sum + value(one), 0);
}

/** Functions that did something, in the order of the templates. */
export function functionRows(from: {
  functions: readonly BenchFunction[];
  stats: Readonly<Record<string, FunctionStats>>;
  spendings: readonly Spending[];
  lives: number;
}): FunctionRow[] {
  const { functions, stats, spendings, lives } = from;
  return functions.flatMap(({ name, kind, physicalName, roleArn }) => {
    const did = stats[physicalName];
    if (did === undefined || did.invocations === 0) return [];
    const own = spendings.filter(({ caller }) => caller === roleArn);
    return {
      name,
      kind,
      invocations: did.invocations / lives,
      errors: did.errors,
      ms: did.durationMs / lives,
      gbSeconds: did.gbSeconds / lives,
      writeUnits: sumOf(own, ({ writeUnits }) => writeUnits) / lives,
      indexWriteUnits: sumOf(own, indexUnitsOf) / lives,
      readUnits: sumOf(own, ({ readUnits }) => readUnits) / lives,
      logBytes: (did.logBytes + did.platformLogBytes) / lives,
    };
  });
}

/** Writes by the kind of their item, the dearest first. */
export function itemRows(spendings: readonly Spending[], lives: number): ItemRow[] {
  const written = spendings.filter(({ item }) => item !== undefined);
  const rows = [...Map.groupBy(written, kindOf)].map(([kind, own]) => {
    const indexWriteUnits: Record<string, number> = {};
    for (const [index, units] of own.flatMap((one) => Object.entries(one.indexWriteUnits)))
      indexWriteUnits[index] = (indexWriteUnits[index] ?? 0) + units / lives;
    return {
      kind,
      writes: own.length / lives,
      bytes: sumOf(own, ({ item }) => item?.bytes ?? 0) / own.length,
      writeUnits: sumOf(own, ({ writeUnits }) => writeUnits) / lives,
      indexWriteUnits,
    };
  });
  return rows.sort((one, other) => totalUnits(other) - totalUnits(one));
}

/** Units of a row with those of its indexes. */
export const totalUnits = ({ writeUnits, indexWriteUnits }: ItemRow): number =>
  writeUnits + sumOf(Object.values(indexWriteUnits), (units) => units);

/** `order state`, `order event`, `metric`: the words that the keys of an item begin with. */
function kindOf({ item }: Spending): string {
  const words = ["pk", "sk"].map((name) => /^[a-z]+/.exec(keyText(item?.key[name]) ?? "")?.[0] ?? "");
  return words.join(" ").trim();
}
