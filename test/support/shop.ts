import type { KnownCustomer } from "../../domain/customer/customer.ts";
import { type Identity, normalizeEmail } from "../../domain/customer/identity.ts";
import type { Profile } from "../../domain/customer/profile.ts";
import type { PlacedOrder } from "../../domain/order/facts.ts";
import type { KnownStore } from "../../domain/store/store.ts";
import { Envelope } from "../../events/event.ts";
import { eventsOf } from "../../functions/table/event-item.ts";
import { EVENT_PREFIX, identityKey, stateKey } from "../../functions/table/keys.ts";
import { OrderChanges } from "../../functions/table/order-changes.ts";
import { orderIn } from "../../functions/table/order-item.ts";
import { type Accepted, type IncomingOrder, Orders } from "../../functions/table/orders.ts";
import { Payments } from "../../functions/table/payments.ts";
import type { Item, Table } from "../../functions/table/table.ts";
import { NOW } from "./clock.ts";
import { countedIds, openFingerprints } from "./doubles.ts";
import { checkEvents } from "./given.ts";
import { aStore, incoming } from "./samples.ts";
import { origin } from "./world.ts";

/** A stored card: what is folded from events, and its personal part. */
export type Card = KnownCustomer & { profile: Profile; version: number };

/** Orders and payments over a table, with readable ways to look at what became of them. */
export class Shop {
  readonly table: Table;
  readonly orders: Orders;
  readonly payments: Payments;
  readonly ids = countedIds();

  constructor(table: Table) {
    this.table = table;
    this.orders = new Orders({ table, fingerprints: openFingerprints, ids: this.ids });
    this.payments = new Payments(table, new OrderChanges(table));
  }

  /** Accepts an order as `POST /v1/orders` does: a part of the sample order, or all that a delivery says. */
  accept(
    part: Record<string, unknown> = {},
    { store = aStore(), more = {}, now = NOW, test = false }: Partial<AcceptOptions> = {},
  ): Promise<Accepted> {
    return this.orders.accept(store, incoming(part, more), origin({ test }), now);
  }

  /** Accepts facts without a snapshot. */
  tell(facts: Omit<IncomingOrder, "snapshot">, store: KnownStore = aStore()): Promise<Accepted> {
    return this.orders.accept(store, facts, origin(), NOW);
  }

  async order(orderId: string): Promise<PlacedOrder & { version: number }> {
    const item = await this.table.get(stateKey.order(orderId));
    return { ...(orderIn(item) as PlacedOrder), version: item?.version as number };
  }

  async card(customerId: string): Promise<Card> {
    const item = await this.table.get(stateKey.customer(customerId));
    return { ...(item?.state as KnownCustomer), profile: item?.card as Profile, version: item?.version as number };
  }

  /** The card of an order's buyer. */
  async buyer(orderId: string): Promise<Card> {
    return this.card((await this.order(orderId)).customerId);
  }

  /** Whose this identity is. */
  async owner(identity: Pick<Identity, "kind" | "value">): Promise<string | undefined> {
    const value = identity.kind === "email" ? (normalizeEmail(identity.value) ?? "") : identity.value;
    const item = await this.table.get(identityKey(await openFingerprints.of({ ...identity, value })));
    return item?.customerId as string | undefined;
  }

  /** Every event of an aggregate's partition, in the order of its history. */
  async history(pk: string): Promise<{ type: string; customerId?: string; eventId: string; data: unknown }[]> {
    const { items } = await this.table.query({ pk, prefix: EVENT_PREFIX, limit: 100 });
    const events = items.flatMap((item: Item) => eventsOf(item));
    checkEvents(events);
    for (const { type: _, at: __, data: ___, ...envelope } of events) Envelope.parse(envelope);
    return events;
  }
}

interface AcceptOptions {
  store: KnownStore;
  more: Partial<IncomingOrder>;
  now: string;
  test: boolean;
}
