import { compareText } from "../../domain/kernel/facts.ts";
import { reject } from "../../domain/kernel/rejection.ts";
import type { AlertFacts } from "../../domain/mismatch/alert.ts";
import type { Mismatch, MismatchCommand } from "../../domain/mismatch/mismatch.ts";
import type { KnownPayment } from "../../domain/payment/payment.ts";
import type { KnownStore } from "../../domain/store/store.ts";
import type { EventOf } from "../../events/event.ts";
import type { MismatchEvent, MismatchOpened } from "../../events/mismatch.ts";
import { type Instant, MismatchKind } from "../../events/values.ts";
import { port } from "../shell/port.ts";
import { type Origin, saving, setCard } from "./aggregates.ts";
import { table } from "./dynamo.ts";
import { list, stateKey } from "./keys.ts";
import { mismatchIdOf, type Suspicion } from "./mismatch-ids.ts";
import { placedItem } from "./order-reader.ts";
import { type ListPage, pageOfStates } from "./pages.ts";
import { paymentIdOf } from "./payment-ids.ts";
import { mismatchRecord } from "./records.ts";
import type { Item, Table } from "./table.ts";

/** What finance wrote when it settled a mismatch: free text, so it stays out of events. */
interface Settlement {
  note?: string;
}

type Opened = Extract<Mismatch, { status: "open" | "closed" | "resolved" }>;

/** A mismatch that finance was told of, as it is stored now. */
export interface StoredMismatch {
  storeId: string;
  version: number;
  state: Opened;
  note?: string;
  /** The payment that came without an order, by what its provider has for finding it. */
  payment?: Pick<KnownPayment, "provider" | "externalId" | "references">;
}

export type MismatchStatus = Opened["status"];

/** What a list of mismatches may be narrowed by. */
export interface MismatchFilters {
  storeId?: string | undefined;
  orderId?: string | undefined;
  status?: MismatchStatus | undefined;
  kind?: MismatchKind | undefined;
}

/** Mismatches for finance. */
export class Mismatches {
  readonly #table: Table;

  constructor(source: Table) {
    this.#table = source;
  }

  /** The mismatch, or a `mismatch_not_found` rejection; one that is only suspected is not one yet. */
  async get(mismatchId: string): Promise<StoredMismatch> {
    const found = storedMismatch(await this.#table.get(stateKey.mismatch(mismatchId)));
    if (!found) reject("mismatch_not_found", "There is no such mismatch.");
    const [shown = found] = await this.#withPayments([found]);
    return shown;
  }

  /** A page of mismatches, newest first. */
  async page(
    filters: MismatchFilters,
    limit: number,
    after: string | undefined,
  ): Promise<ListPage<StoredMismatch, string>> {
    const { orderId } = filters;
    const { items, next } =
      orderId === undefined ? await this.#indexed(filters, limit, after) : await this.#ofOrder(orderId, limit, after);
    const found = await this.#withPayments(items.flatMap((item) => storedMismatch(item) ?? []));
    return { items: found.filter((one) => matches(one, filters)), next };
  }

  #indexed(
    { storeId, status, kind }: MismatchFilters,
    limit: number,
    after: string | undefined,
  ): Promise<ListPage<Item, string>> {
    const where =
      storeId === undefined
        ? { index: "gsi3" as const, partitions: [list.mismatches] }
        : { index: "gsi2" as const, partitions: [list.mismatchesOfStore(storeId)] };
    const filter = { ...(status && { status }), ...(kind && { kind }) };
    const filtered = { limit, after, ...(Object.keys(filter).length > 0 && { filter }) };
    return pageOfStates(this.#table, { ...where, ...filtered });
  }

  /** An order has one mismatch of a kind at most, and each of its payments one; their ids follow from that. */
  async #ofOrder(orderId: string, limit: number, after: string | undefined): Promise<ListPage<Item, string>> {
    const order = placedItem(await this.#table.get(stateKey.order(orderId)));
    const paymentIds = Object.values(order?.state.captures ?? {}).map(({ key, provider }) =>
      paymentIdOf(order?.storeId ?? "", provider, key.slice(provider.length + 1)),
    );
    const all: Suspicion[] = [
      ...MismatchKind.options.map((kind) => ({ kind, orderId })),
      ...paymentIds.map((paymentId) => ({ kind: "unknown_order" as const, paymentId })),
    ];
    const keys = all.map((about) => stateKey.mismatch(mismatchIdOf(about)));
    const positionOf = (item: Item) => String(item.gsi3sk);
    const left = (await this.#table.getMany(keys))
      .filter((item) => item.gsi3sk !== undefined && (after === undefined || positionOf(item) < after))
      .sort((a, b) => compareText(positionOf(b), positionOf(a)));
    const items = left.slice(0, limit);
    return { items, next: left.length > limit ? positionOf(items.at(-1) as Item) : undefined };
  }

  /** Adds to a payment that came without an order what its provider has for finding it, and the order once found. */
  async #withPayments(found: readonly StoredMismatch[]): Promise<StoredMismatch[]> {
    const ids = found.flatMap(({ state }) => state.paymentId ?? []);
    const items = await this.#table.getMany(ids.map((id) => stateKey.payment(id)));
    const known = new Map(items.map(({ state }) => [(state as KnownPayment).paymentId, state as KnownPayment]));
    return found.map((one) => {
      const payment = known.get(one.state.paymentId ?? "");
      if (!payment) return one;
      const { provider, externalId, references, orderId } = payment;
      const state = { ...one.state, ...(orderId && { orderId }) };
      return { ...one, state, payment: { provider, externalId, references } };
    });
  }

  /** Settles an open mismatch by a booking. */
  resolve(
    mismatchId: string,
    by: { booking: string; note?: string | undefined; version: number | undefined },
    origin: Origin,
    now: Instant,
  ): Promise<void> {
    return saving(this.#table, origin, async (unit) => {
      const item = await this.#table.get(stateKey.mismatch(mismatchId));
      const storeId = (item?.storeId ?? "") as string;
      const record = mismatchRecord(storeId);
      const mismatch = unit.adopt<Mismatch, MismatchCommand, MismatchEvent, Settlement>(record, mismatchId, item);
      unit.stamp({ storeId });
      unit.about(await this.#customerOf(mismatch.state));
      unit.expect(mismatch, by.version);
      const { booking, note } = by;
      const events = unit.decide(mismatch, { type: "mismatch.resolve", at: now, data: { booking } });
      if (events.length > 0) setCard(mismatch, note ? { note } : {});
      unit.answers(200, mismatchId);
    });
  }

  /** Whose order it is about; a payment without an order is nobody's yet. */
  async #customerOf(state: Mismatch): Promise<string | undefined> {
    if (state.status === "absent") return undefined;
    const { orderId = (await this.#payment(state.paymentId))?.orderId } = state;
    return orderId && placedItem(await this.#table.get(stateKey.order(orderId)))?.state.customerId;
  }

  async #payment(paymentId: string | undefined): Promise<KnownPayment | undefined> {
    if (paymentId === undefined) return undefined;
    return (await this.#table.get(stateKey.payment(paymentId)))?.state as KnownPayment | undefined;
  }

  /** What an alert about an opened mismatch says. */
  async factsOf(opened: EventOf<typeof MismatchOpened>["data"], storeId: string): Promise<AlertFacts> {
    const { orderId, paymentId, mismatchId, kind, severity, expected, actual } = opened;
    const [store, order, payment] = await Promise.all([
      this.#table.get(stateKey.store(storeId)),
      orderId === undefined ? undefined : this.#table.get(stateKey.order(orderId)),
      this.#payment(paymentId),
    ]);
    const number = placedItem(order)?.state.header.number;
    return {
      mismatchId,
      kind,
      severity,
      actual,
      store: { storeId, name: (store?.state as KnownStore | undefined)?.settings.name ?? storeId },
      ...(expected && { expected }),
      ...(orderId && { order: { orderId, number: number ?? orderId } }),
      ...(payment && { payment: { provider: payment.provider, externalId: payment.externalId } }),
    };
  }
}

/**
 * The index may be a moment behind the mismatch, so the mismatch itself has the last word. A payment that an order
 * vouched for may have turned out to be another order's.
 */
const matches = ({ storeId, state }: StoredMismatch, filters: MismatchFilters): boolean =>
  (filters.orderId === undefined || state.orderId === filters.orderId) &&
  (filters.storeId === undefined || storeId === filters.storeId) &&
  (filters.status === undefined || state.status === filters.status) &&
  (filters.kind === undefined || state.kind === filters.kind);

function storedMismatch(item: Item | undefined): StoredMismatch | undefined {
  const {
    state,
    version = 0,
    storeId = "",
    card,
  } = (item ?? {}) as {
    state?: Mismatch;
    version?: number;
    storeId?: string;
    card?: Settlement;
  };
  if (!state || state.status === "absent" || state.status === "suspected" || !state.openedAt) return undefined;
  const note = state.status === "resolved" ? card?.note : undefined;
  return { storeId, version, state, ...(note && { note }) };
}

export const mismatches = port("mismatches", (runtime) => new Mismatches(runtime.get(table)));
