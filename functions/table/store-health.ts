import type { KnownHook } from "../../domain/hook/hook.ts";
import { port } from "../shell/port.ts";
import { table } from "./dynamo.ts";
import { list, SHARDS } from "./keys.ts";
import { pageOfStates } from "./pages.ts";
import { StoreReader } from "./store-reader.ts";
import type { Range, Table } from "./table.ts";

/** Items that one count reads; beyond them it is a lower bound. */
const COUNTED_MAX = 500;
const HOOKS_SHOWN_MAX = 100;

/** Whether a store's connections live, from what the indexes say cheaply. */
export class StoreHealth {
  readonly #table: Table;
  readonly #stores: StoreReader;

  constructor(source: Table) {
    this.#table = source;
    this.#stores = new StoreReader(source);
  }

  /** Keys, hooks, the newest order, and what waits for a person. */
  async of(storeId: string) {
    const { state } = await this.#stores.get(storeId);
    const [hooks, lastOrderAt, mismatches, quarantine] = await Promise.all([
      this.#hooks(storeId),
      this.#lastOrderAt(storeId),
      this.#count({ index: "gsi2", pk: list.mismatchesOfStore(storeId), filter: { status: "open" } }),
      this.#count({ index: "gsi3", pk: list.quarantine, filter: { storeId, status: "kept" } }),
    ]);
    return {
      storeId,
      keys: Object.entries(state.keys).map(([id, key]) => ({ id, ...key })),
      hooks,
      lastOrderAt,
      openMismatches: mismatches.count,
      quarantined: quarantine.count,
      countsAreLowerBounds: mismatches.isMore || quarantine.isMore,
    };
  }

  async #hooks(storeId: string) {
    const partitions = [list.hooksOfStore(storeId)];
    const { items } = await pageOfStates(this.#table, { index: "gsi2", partitions, limit: HOOKS_SHOWN_MAX });
    const hooks = items.map(({ state }) => state as KnownHook);
    return hooks
      .filter(({ status }) => status === "connected")
      .map(({ hookId, provider }) => ({ id: hookId, provider }));
  }

  async #lastOrderAt(storeId: string): Promise<string | null> {
    const newest = Array.from({ length: SHARDS }, (_, shard) =>
      this.#table.query({ index: "gsi2", pk: list.ordersOfStore(storeId, shard), newestFirst: true, limit: 1 }),
    );
    const keys = (await Promise.all(newest)).flatMap(({ items }) => items.map(({ gsi2sk }) => String(gsi2sk)));
    return keys.sort().at(-1)?.split("#")[0] ?? null;
  }

  async #count(range: Omit<Range, "limit">): Promise<{ count: number; isMore: boolean }> {
    const { items, next } = await this.#table.query({ ...range, limit: COUNTED_MAX });
    return { count: items.length, isMore: next !== undefined };
  }
}

export const storeHealth = port("storeHealth", (runtime) => new StoreHealth(runtime.get(table)));
