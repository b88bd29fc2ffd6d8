import { dayOf } from "../../domain/kernel/calendar.ts";
import type { Capture, Fulfillment, Order, Refund, StageReport } from "../../domain/order/facts.ts";
import type { OrderReport } from "../../domain/order/order.ts";
import { timingOf } from "../../domain/order/payment-timing.ts";
import type { OrderSnapshot } from "../../domain/order/snapshot.ts";
import type { KnownStore } from "../../domain/store/store.ts";
import type { OrderHeader } from "../../events/order.ts";
import type { FactVersion, Instant, Messaging, Stage } from "../../events/values.ts";
import { payloadHash } from "../shell/derived-ids.ts";
import { type Ids, port } from "../shell/port.ts";
import { type Fingerprints, fingerprints } from "../shell/secrets.ts";
import { type Origin, saving, type Unit } from "./aggregates.ts";
import { type Introduction, introduce, loadCard, ownerOf, recognise } from "./buyers.ts";
import { table } from "./dynamo.ts";
import { contentOf, contentWrites, describe } from "./order-content.ts";
import { orderIdOf } from "./order-ids.ts";
import { settleCustomer } from "./order-purchases.ts";
import { placedAfter, type StoredOrder } from "./order-reader.ts";
import { type LoadedCustomer, type LoadedOrder, orderRecord } from "./records.ts";
import type { Table } from "./table.ts";
import { vouchWrites } from "./vouches.ts";

/** What a request or a translated delivery says of one order. */
export interface IncomingOrder {
  externalId: string;
  version: FactVersion;
  snapshot?: OrderSnapshot;
  /** How much the platform takes for paid, and since when. */
  claim?: { provider: string; amountMinor: number; at: Instant };
  /** A stage with a time of its own, such as a cancellation. */
  stage?: { stage: Stage; at: Instant };
  captures?: readonly Capture[];
  refunds?: readonly Refund[];
  fulfillments?: readonly Fulfillment[];
}

/** What became of it. */
export interface Accepted {
  orderId: string;
  /** True when the order was not known before. */
  placed: boolean;
  changed: boolean;
  /** The whole order as it is stored now, unless its content is another than what was told. */
  order?: StoredOrder;
}

/** An order placed longer ago than this is history: nobody is messaged about it. */
export const STALE_AFTER_MS = 48 * 3_600_000;

interface Ports {
  table: Table;
  fingerprints: Fingerprints;
  ids: Ids;
}

/** Orders with what must be true together with them: the customer's card, identities, content, purchases. */
export class Orders {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** Merges what a store says of an order; the first snapshot places it. Safe to repeat, in any order. */
  accept(store: KnownStore, incoming: IncomingOrder, origin: Origin, now: Instant): Promise<Accepted> {
    const test = origin.test ?? false;
    const orderId = orderIdOf(store.storeId, incoming.externalId, test);
    return saving(this.#ports.table, { ...origin, storeId: store.storeId }, async (unit) => {
      const contact = incoming.snapshot?.customer ?? {};
      const [order, identities] = await Promise.all([
        unit.load(orderRecord(store.storeId), orderId),
        recognise(this.#ports, contact, store, test),
      ]);
      const before = order.state;
      const told = { contact, identities, test, toldAt: incoming.version.at, at: now };
      const card = incoming.snapshot && (await this.#buyer(unit, order, told));
      const report = reportOf(asPlaced(store, before), orderId, incoming, now, test);
      const data: OrderReport = { ...report, ...(card && { customerId: card.id }) };
      const events = unit.decide(order, { type: "order.merge", at: now, data });
      const headerMoved = events.some(({ type }) => type === "order.placed" || type === "order.updated");
      const known = before.status === "placed" ? before.header : undefined;
      const hash = report.header?.contentHash;
      if (incoming.snapshot && headerMoved && known?.contentHash !== hash) {
        const of = { orderId, storeId: store.storeId, test };
        unit.also(...contentWrites(of, incoming.snapshot, known?.chunks ?? 0));
      }
      unit.also(...vouchWrites({ orderId, storeId: store.storeId, test }, events));
      await settleCustomer(unit, order, card, now);
      const placed = before.status !== "placed" && order.state.status === "placed";
      unit.answers(placed ? 201 : 200, orderId);
      return { orderId, placed, changed: events.length > 0, ...afterwards(order, incoming.snapshot, hash) };
    });
  }

  /** The card of the buyer, told what the snapshot says of them. */
  async #buyer(unit: Unit, order: LoadedOrder, told: Introduction): Promise<LoadedCustomer> {
    const { identities, test, at } = told;
    const current = order.state.status === "placed" ? order.state.customerId : undefined;
    const owner = ownerOf(identities);
    let card = await loadCard(this.#ports, unit, current ?? owner);
    if (current === undefined && isFull(card)) return strangerTo(this.#ports, unit, test, at);
    const isPlaceholder = card.state.status === "known" && card.state.placeholder;
    if (current !== undefined && owner !== undefined && owner !== current && isPlaceholder) {
      unit.decide(card, { type: "customer.remove_purchase", at, data: { orderId: order.id } });
      card = await loadCard(this.#ports, unit, owner);
      unit.decide(order, { type: "order.reassign", at, data: { orderId: order.id, customerId: owner } });
    }
    introduce(unit, card, told);
    return card;
  }
}

/** The order as its transaction leaves it; nothing where its content is not what the snapshot says. */
function afterwards(loaded: LoadedOrder, snapshot: OrderSnapshot | undefined, hash?: string) {
  const placed = placedAfter(loaded);
  if (!placed || !snapshot || placed.state.header.contentHash !== hash) return {};
  return { order: { ...placed, content: contentOf(snapshot) } };
}

/** Orders of one card at most: an address that orders more often is a shop's own or a marketplace's, not a person's. */
export const PURCHASES_MAX = 1_000;

const isFull = ({ state }: LoadedCustomer) => state.status === "known" && state.purchases.length >= PURCHASES_MAX;

/** A card for one order whose contact says nothing about who bought. */
async function strangerTo(ports: Ports, unit: Unit, test: boolean, now: Instant): Promise<LoadedCustomer> {
  const card = await loadCard(ports, unit, undefined);
  introduce(unit, card, { contact: {}, identities: [], test, toldAt: now, at: now });
  return card;
}

/** The store as the order sees it: its day stays the one of the zone in which it was placed. */
function asPlaced(store: KnownStore, order: Order): KnownStore {
  if (order.status !== "placed") return store;
  return { ...store, settings: { ...store.settings, timeZone: order.header.timeZone } };
}

function messagingOf(snapshot: OrderSnapshot, now: Instant): Messaging {
  if (snapshot.automations === "none") return "none";
  return Date.parse(now) - Date.parse(snapshot.placedAt) > STALE_AFTER_MS ? "stale" : "all";
}

function headerOf(store: KnownStore, incoming: IncomingOrder, snapshot: OrderSnapshot): OrderHeader {
  const { timeZone } = store.settings;
  const { claim, version, externalId } = incoming;
  const isCompany = snapshot.customer?.company !== undefined;
  return {
    externalId,
    number: snapshot.number ?? externalId,
    placedAt: snapshot.placedAt,
    day: dayOf(snapshot.placedAt, timeZone),
    timeZone,
    totalMinor: snapshot.total.amountMinor,
    currency: snapshot.total.currency,
    paymentTiming: snapshot.paymentTiming ?? timingOf(snapshot.paymentMethod, isCompany),
    orderMethod: snapshot.orderMethod,
    ...describe(snapshot),
    ...(claim && { claim: { provider: claim.provider, amountMinor: claim.amountMinor } }),
    version,
  };
}

function stageOf({ stage, snapshot, version }: IncomingOrder): StageReport | undefined {
  // Told with every later snapshot, a cancellation stays one fact: its own time and kind make it.
  if (stage) return { stage: stage.stage, reportedAt: stage.at, by: "platform", hash: payloadHash(stage) };
  if (!snapshot?.status) return undefined;
  return { stage: snapshot.status, reportedAt: version.at, by: "platform", hash: version.hash };
}

function reportOf(
  store: KnownStore,
  orderId: string,
  incoming: IncomingOrder,
  now: Instant,
  test: boolean,
): OrderReport {
  const { snapshot, claim, captures, refunds, fulfillments } = incoming;
  const stage = stageOf(incoming);
  return {
    orderId,
    storeId: store.storeId,
    test,
    evidenceExpected: store.paymentHooks.length > 0,
    ...(snapshot && { header: headerOf(store, incoming, snapshot), messaging: messagingOf(snapshot, now) }),
    ...(stage && { stage }),
    ...(claim && { claimedAt: claim.at }),
    ...(captures && { captures }),
    ...(refunds && { refunds }),
    ...(fulfillments && { fulfillments }),
  };
}

export const orders = port("orders", (runtime) => {
  return new Orders({ table: runtime.get(table), fingerprints: runtime.get(fingerprints), ids: runtime.ids });
});
