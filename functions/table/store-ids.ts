import { list, stateKey } from "./keys.ts";
import type { Table } from "./table.ts";

/** Stores of a merchant at most: what is asked of all of them reads each. */
export const STORES_MAX = 499;
/** What a read of them takes: those that are opened in the same moment are not counted by each other. */
const READ_MAX = 2 * STORES_MAX;

/** The ids of all stores, the oldest first. */
export async function storeIds(table: Table): Promise<string[]> {
  const { items, next } = await table.query({ index: "gsi3", pk: list.stores, limit: READ_MAX });
  if (next) throw new Error(`${STORES_MAX} stores are served.`);
  return items.map(({ pk }) => pk.slice(stateKey.store("").pk.length));
}
