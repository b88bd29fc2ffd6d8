import { reject } from "../../domain/kernel/rejection.ts";
import type { KnownStore } from "../../domain/store/store.ts";
import { port } from "../shell/port.ts";
import { table } from "./dynamo.ts";
import { list, stateKey } from "./keys.ts";
import { type ListPage, pageOfStates } from "./pages.ts";
import { storeIds } from "./store-ids.ts";
import type { Item, Table } from "./table.ts";

/** A store as it is stored now. */
export interface StoredStore {
  version: number;
  state: KnownStore;
}

/** Reads stores for those who show or change them; requests that only need settings use the remembered `Stores`. */
export class StoreReader {
  readonly #table: Table;

  constructor(source: Table) {
    this.#table = source;
  }

  /** The store, or a `store_not_found` rejection. */
  async get(storeId: string): Promise<StoredStore> {
    const store = storedStore(await this.#table.get(stateKey.store(storeId)));
    if (!store) reject("store_not_found", "There is no such store.");
    return store;
  }

  /** A page of all stores, in the order in which they were opened. */
  async page(limit: number, after: string | undefined): Promise<ListPage<StoredStore, string>> {
    const wanted = { index: "gsi3" as const, partitions: [list.stores], oldestFirst: true, limit, after };
    const { items, next } = await pageOfStates(this.#table, wanted);
    return { items: items.flatMap((item) => storedStore(item) ?? []), next };
  }

  /** The names of stores, by id. */
  async names(ids: readonly string[]): Promise<Map<string, string>> {
    const items = await this.#table.getMany(ids.map((id) => stateKey.store(id)));
    const stores = items.flatMap((item) => storedStore(item)?.state ?? []);
    return new Map(stores.map(({ storeId, settings }) => [storeId, settings.name]));
  }

  /** The countries of all stores, each once. */
  async countries(): Promise<string[]> {
    const ids = await storeIds(this.#table);
    const items = await this.#table.getMany(ids.map((id) => stateKey.store(id)));
    return [...new Set(items.flatMap((item) => storedStore(item)?.state.settings.country ?? []))].sort();
  }
}

function storedStore(item: Item | undefined): StoredStore | undefined {
  const { state, version } = (item ?? {}) as { state?: KnownStore; version?: number };
  return state?.status === "open" && version !== undefined ? { state, version } : undefined;
}

export const storeReader = port("storeReader", (runtime) => new StoreReader(runtime.get(table)));
