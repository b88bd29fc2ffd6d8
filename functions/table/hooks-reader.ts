import type { KnownHook } from "../../domain/hook/hook.ts";
import { reject } from "../../domain/kernel/rejection.ts";
import { port } from "../shell/port.ts";
import { table } from "./dynamo.ts";
import { list, stateKey } from "./keys.ts";
import { type ListPage, pageOfStates } from "./pages.ts";
import type { Item, Table } from "./table.ts";

/** A hook as it is stored now, without its secrets. */
export interface StoredHook {
  version: number;
  state: KnownHook;
}

/** Reads hooks for those who show them. */
export class HookReader {
  readonly #table: Table;

  constructor(source: Table) {
    this.#table = source;
  }

  /** The hook, or a `hook_not_found` rejection; one that was disconnected is none. */
  async get(hookId: string): Promise<StoredHook> {
    const found = await this.find(hookId);
    if (found?.state.status !== "connected") reject("hook_not_found", "There is no such hook.");
    return found;
  }

  /** The hook, disconnected or not, if there ever was one. */
  async find(hookId: string): Promise<StoredHook | undefined> {
    return storedHook(await this.#table.get(stateKey.hook(hookId)));
  }

  /** A page of the hooks of a store, or of all, in the order in which they were connected. */
  async page(
    storeId: string | undefined,
    limit: number,
    after: string | undefined,
  ): Promise<ListPage<StoredHook, string>> {
    const where =
      storeId === undefined
        ? { index: "gsi3" as const, partitions: [list.hooks] }
        : { index: "gsi2" as const, partitions: [list.hooksOfStore(storeId)] };
    const { items, next } = await pageOfStates(this.#table, { ...where, oldestFirst: true, limit, after });
    return { items: items.flatMap((item) => storedHook(item) ?? []).filter(isConnected), next };
  }
}

/** The index may be a moment behind the hook. */
const isConnected = ({ state }: StoredHook) => state.status === "connected";

/** The hook of an item, if it is one. */
export function storedHook(item: Item | undefined): StoredHook | undefined {
  const { state, version } = (item ?? {}) as { state?: KnownHook; version?: number };
  return state && version !== undefined ? { state, version } : undefined;
}

export const hookReader = port("hookReader", (runtime) => new HookReader(runtime.get(table)));
