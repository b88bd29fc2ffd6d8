import { reject } from "../../domain/kernel/rejection.ts";
import type { Capture, PlacedOrder, Refund } from "../../domain/order/facts.ts";
import type { MergeOrder } from "../../domain/order/order.ts";
import type { Instant, Stage } from "../../events/values.ts";
import { payloadHash } from "../shell/derived-ids.ts";
import { port } from "../shell/port.ts";
import { type Origin, saving, type Unit } from "./aggregates.ts";
import { table } from "./dynamo.ts";
import { eventIdOf } from "./event-item.ts";
import { NOTE_PREFIX, noteKey, stateKey } from "./keys.ts";
import { readContent } from "./order-content.ts";
import { orderIn } from "./order-item.ts";
import { settleCustomer } from "./order-purchases.ts";
import { placedAfter, type StoredOrder, whole } from "./order-reader.ts";
import { type LoadedOrder, orderRecord } from "./records.ts";
import { isSeen, sightOf } from "./sight.ts";
import type { Item, Page, Table, Write } from "./table.ts";
import { vouchWrites } from "./vouches.ts";

type PlacedLoaded = LoadedOrder & { state: PlacedOrder };

/** Notes that one read of an order's history looks through. */
const NOTES_READ_MAX = 100;

/** Changes of known orders: what people, keys and payments add to them. No buyer is looked up here. */
export class OrderChanges {
  readonly #table: Table;

  constructor(source: Table) {
    this.#table = source;
  }

  /** A person gives the order a stage. A note that comes without a move, and is not one that was kept, is refused. */
  move(
    orderId: string,
    to: { stage: Stage; note?: string | undefined; version?: number | undefined },
    origin: Origin,
    now: Instant,
  ): Promise<StoredOrder> {
    return this.#change(orderId, origin, now, async (unit, order) => {
      unit.expect(order, to.version);
      const { stage, note } = to;
      const hash = payloadHash([stage, now]);
      const events = unit.decide(order, { type: "order.move", at: now, data: { orderId, stage, hash } });
      if (note && events.length > 0) unit.also(noteWrite(order, note, now));
      if (note && events.length === 0 && !(await this.#isKept(orderId, note))) {
        reject("stage_unchanged", "The order is at this stage already: the note was not kept.", { stage });
      }
      unit.answers(200, orderId);
    });
  }

  /** Records money that came in. */
  pay(
    orderId: string,
    { capture, version }: { capture: Capture; version?: number | undefined },
    origin: Origin,
    now: Instant,
  ): Promise<StoredOrder> {
    return this.#change(orderId, origin, now, (unit, order) => {
      unit.expect(order, version);
      const events = unit.decide(order, { type: "order.record_payment", at: now, data: { orderId, capture } });
      unit.also(...vouchWrites(order.state, events));
      unit.answers(201, orderId);
    });
  }

  /** Records money that went back, never more than came in. */
  refund(
    orderId: string,
    { refund, note, version }: { refund: Refund; note?: string | undefined; version?: number | undefined },
    origin: Origin,
    now: Instant,
  ): Promise<StoredOrder> {
    return this.#change(orderId, origin, now, (unit, order) => {
      unit.expect(order, version);
      const events = unit.decide(order, { type: "order.record_refund", at: now, data: { orderId, refund } });
      if (note && events.length > 0) unit.also(noteWrite(order, note, now));
      unit.answers(201, orderId);
    });
  }

  /** Merges facts inside a transaction of another aggregate, with the customer's purchase. */
  async mergeWithin(unit: Unit, order: LoadedOrder, command: MergeOrder): Promise<void> {
    unit.decide(order, command);
    await settleCustomer(unit, order, undefined, command.at);
  }

  /** True when a note of these words stands in the order's history: it then came twice. */
  async #isKept(orderId: string, note: string): Promise<boolean> {
    const { pk } = stateKey.order(orderId);
    let after: Page["next"];
    do {
      const page = await this.#table.query({ pk, prefix: NOTE_PREFIX, limit: NOTES_READ_MAX, after, consistent: true });
      if (page.items.some((item) => item.note === note)) return true;
      after = page.next;
    } while (after);
    return false;
  }

  /** Answers the order as it is then. Each attempt reads its content too, so that the answer is of one moment. */
  #change(
    orderId: string,
    origin: Origin,
    now: Instant,
    apply: (unit: Unit, order: PlacedLoaded) => void | Promise<void>,
  ): Promise<StoredOrder> {
    return saving(this.#table, origin, async (unit) => {
      const [item, content] = await Promise.all([
        this.#table.get(stateKey.order(orderId)),
        readContent(this.#table, orderId),
      ]);
      const order = unit.adopt(orderRecord(storeIdOf(item)), orderId, item);
      const placed = order as PlacedLoaded;
      if (!isSeen(placed.state, sightOf(origin))) reject("order_not_found", "There is no such order.");
      unit.stamp({ storeId: placed.state.storeId, test: placed.state.test });
      await apply(unit, placed);
      await settleCustomer(unit, order, undefined, now);
      return whole(placedAfter(order), content);
    });
  }
}

/** The store of an order that was placed. */
function storeIdOf(item: Item | undefined): string {
  const state = orderIn(item);
  if (state.status !== "placed") reject("order_not_found", "There is no such order.");
  return state.storeId;
}

/** Free text stays out of events: it is kept beside the first event of its transaction. */
const noteWrite = ({ id, version }: LoadedOrder, note: string, at: Instant): Write => ({
  put: { ...noteKey(id, eventIdOf({ id, version: version + 1 }, 0)), note, at },
});

export const orderChanges = port("orderChanges", (runtime) => new OrderChanges(runtime.get(table)));
