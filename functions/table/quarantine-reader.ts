import { reject } from "../../domain/kernel/rejection.ts";
import type { KnownQuarantine } from "../../domain/quarantine/quarantine.ts";
import { port } from "../shell/port.ts";
import { table } from "./dynamo.ts";
import { list, stateKey } from "./keys.ts";
import { type ListPage, pageOfStates } from "./pages.ts";
import type { Dismissal } from "./quarantine.ts";
import type { Item, Table } from "./table.ts";

/** A quarantined delivery as it is stored now, without its raw bytes. */
export interface StoredQuarantine {
  version: number;
  state: KnownQuarantine;
  /** What somebody wrote who dismissed it. */
  note?: string;
}

/** What a list of quarantined deliveries may be narrowed by; dismissed ones are shown to who asks for them. */
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
      partitions: [status === "dismissed" ? list.dismissed : list.quarantine],
      ...(Object.keys(filter).length > 0 && { filter }),
      limit,
      after,
    });
    const found = items.flatMap((item) => storedQuarantine(item) ?? []);
    // The index may be a moment behind the delivery.
    return { items: found.filter(({ state }) => isListed(state, status)), next };
  }
}

const isListed = ({ status }: KnownQuarantine, wanted: QuarantineFilters["status"]): boolean =>
  wanted === undefined ? status !== "dismissed" : status === wanted;

function storedQuarantine(item: Item | undefined): StoredQuarantine | undefined {
  const { state, version, card } = (item ?? {}) as { state?: KnownQuarantine; version?: number; card?: Dismissal };
  return state && version !== undefined ? { state, version, ...(card && { note: card.note }) } : undefined;
}

export const quarantineReader = port("quarantineReader", (runtime) => new QuarantineReader(runtime.get(table)));
