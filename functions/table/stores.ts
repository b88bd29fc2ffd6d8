import { reject } from "../../domain/kernel/rejection.ts";
import type { KnownStore } from "../../domain/store/store.ts";
import { port } from "../shell/port.ts";
import { table } from "./dynamo.ts";
import { stateKey } from "./keys.ts";
import type { Table } from "./table.ts";

/** How long a store's settings may be a little old in a warm process, in ms. */
export const STORE_CACHE_MS = 15_000;

/** Reads of stores, remembered for a few seconds: every request needs one and they hardly change. */
export class Stores {
  readonly #table: Table;
  readonly #known = new Map<string, { store: KnownStore; until: number }>();

  constructor(source: Table) {
    this.#table = source;
  }

  /** The store, or a `store_not_found` rejection. */
  async get(storeId: string, nowMs: number): Promise<KnownStore> {
    const known = this.#known.get(storeId);
    if (known && known.until > nowMs && nowMs + STORE_CACHE_MS >= known.until) return known.store;
    const item = await this.#table.get(stateKey.store(storeId));
    const store = item?.state as KnownStore | undefined;
    if (!store) reject("store_not_found", "There is no such store.");
    this.#known.set(storeId, { store, until: nowMs + STORE_CACHE_MS });
    return store;
  }
}

export const stores = port("stores", (runtime) => new Stores(runtime.get(table)));
