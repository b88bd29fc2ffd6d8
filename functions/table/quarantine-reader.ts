import { reject } from "../../domain/kernel/rejection.ts";
import type { KnownQuarantine } from "../../domain/quarantine/quarantine.ts";
import { port } from "../shell/port.ts";
import { table } from "./dynamo.ts";
import { list, stateKey } from "./keys.ts";
import { type ListPage, pageOfStates } from "./pages.ts";
import type { Item, Table } from "./table.ts";

/** A quarantined delivery as it is stored now, without its raw bytes. */
export interface StoredQuarantine {
  version: number;
  state: KnownQuarantine;
}

/** What a list of quarantined deliveries may be narrowed by. */
export interface QuarantineFilters {
  storeId?: string | undefined;
  status?: KnownQuarantine["status"] | undefined;
}

/** Reads quarantined deliveries for those who show them. */
export class QuarantineReader {
  readonly #table: Table;

  constructor(source: Table) {
    this.#table = source;
  }

  /** The delivery, or a `quarantine_not_found` rejection. */
  async get(quarantineId: string): Promise<StoredQuarantine> {
    const found = storedQuarantine(await this.#table.get(stateKey.quarantine(quarantineId)));
    if (!found) reject("quarantine_not_found", "There is no such delivery in quarantine.");
    return found;
  }

  /** A page, newest first; it may be short. */
  async page(
    { storeId, status }: QuarantineFilters,
    limit: number,
    after: string | undefined,
  ): Promise<ListPage<StoredQuarantine, string>> {
    const filter = { ...(storeId && { storeId }), ...(status && { status }) };
    const { items, next } = await pageOfStates(this.#table, {
      index: "gsi3",
      partitions: [list.quarantine],
      ...(Object.keys(filter).length > 0 && { filter }),
      limit,
      after,
    });
    const found = items.flatMap((item) => storedQuarantine(item) ?? []);
    // The index may be a moment behind the delivery.
    return { items: found.filter(({ state }) => status === undefined || state.status === status), next };
  }
}

function storedQuarantine(item: Item | undefined): StoredQuarantine | undefined {
  const { state, version } = (item ?? {}) as { state?: KnownQuarantine; version?: number };
  return state && version !== undefined ? { state, version } : undefined;
}

export const quarantineReader = port("quarantineReader", (runtime) => new QuarantineReader(runtime.get(table)));
