import type { Instant } from "../../events/values.ts";
import { port } from "../shell/port.ts";
import { table } from "./dynamo.ts";
import { list, SHARDS } from "./keys.ts";
import type { Table } from "./table.ts";

/** Something that is due: what kind of thing it is, and which one. */
export interface DueItem {
  kind: string;
  id: string;
}

const PAGE_ITEMS = 100;
/** Pages of one shard that one pass reads at most. */
export const PAGES_MAX = 50;

/** The list of everything that waits for its time. */
export class DueItems {
  readonly #table: Table;

  constructor(source: Table) {
    this.#table = source;
  }

  /** What was due before an instant, oldest first in each shard; what does not fit comes in the next pass. */
  async *before(instant: Instant): AsyncGenerator<DueItem> {
    for (let shard = 0; shard < SHARDS; shard += 1) {
      let after: Record<string, string> | undefined;
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const range = { index: "gsi4" as const, pk: list.due(shard), to: instant, limit: PAGE_ITEMS, after };
        const { items, next } = await this.#table.query(range);
        yield* items.map(({ pk }) => ({ kind: pk.slice(0, pk.indexOf("#")), id: pk.slice(pk.indexOf("#") + 1) }));
        if (!next) break;
        after = next;
      }
    }
  }
}

export const dueItems = port("dueItems", (runtime) => new DueItems(runtime.get(table)));
