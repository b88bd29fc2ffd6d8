import type { StoredEvent } from "../../events/event.ts";
import { port } from "../shell/port.ts";
import { table } from "./dynamo.ts";
import { list } from "./keys.ts";
import { type EventPosition, type ListPage, pageOfEvents } from "./pages.ts";
import type { Table } from "./table.ts";

/** What happened around customers, whatever it happened to: orders, payments, messages, journeys. */
export class Timeline {
  readonly #table: Table;

  constructor(source: Table) {
    this.#table = source;
  }

  /** A page of it, newest first. */
  page(
    customerId: string,
    keeps: (event: StoredEvent) => boolean,
    limit: number,
    after: EventPosition | undefined,
  ): Promise<ListPage<StoredEvent, EventPosition>> {
    const pk = list.timeline(customerId);
    return pageOfEvents(this.#table, { index: "gsi1", pk, newestFirst: true, keeps, limit, after });
  }
}

export const timeline = port("timeline", (runtime) => new Timeline(runtime.get(table)));
