import { list, stateKey } from "./keys.ts";
import type { Table } from "./table.ts";

/** A merchant has fewer stores than this: what is asked of all of them reads each. */
export const STORES_MAX = 500;

/** The ids of all stores, the oldest first. */
export async function storeIds(table: Table): Promise<string[]> {
  const { items, next } = await table.query({ index: "gsi3", pk: list.stores, limit: STORES_MAX });
  if (next) throw new Error(`Fewer than ${STORES_MAX} stores are served.`);
  return items.map(({ pk }) => pk.slice(stateKey.store("").pk.length));
}
