import { Random } from "../../infra/cli/sample-day/random.ts";
import type { Deployment } from "../flows/support/deployment.ts";
import { type Answer, type As, ask } from "../flows/support/http.ts";
import { anOrder, type Hook, openStore, type Store } from "../flows/support/store.ts";
import { aPayment, aShopifyOrder } from "../flows/support/words.ts";
import { type Said, signedBy } from "../support/providers.ts";
import { uah } from "../support/samples.ts";

/** An order that the traffic brought, as whoever brought it remembers it. */
export interface Brought {
  externalId: string;
  email: string;
  amountMinor: number;
  /** Its money was acknowledged. */
  paid: boolean;
}

/** One request of the traffic: what it is, how it is sent, and what is true once it was acknowledged. */
export interface Request {
  kind: Kind;
  send(): Promise<Answer>;
  acknowledged(answer: Answer): void;
}

/** What the traffic is made of, and how often each comes in a hundred. */
export const MIX = { order: 30, update: 15, payment: 15, read: 25, webhook: 15 } as const;
export type Kind = keyof typeof MIX;

type Hooks = Record<"shop" | "bank", Hook>;

interface Known extends Brought {
  id: string;
  body: Record<string, unknown>;
}

/** A store with its shop, platform and payment provider, all of which make requests. */
export class TrafficShop {
  readonly store: Store;
  /** Every order that was acknowledged. */
  readonly brought: Brought[] = [];
  /** Requests that were not acknowledged: nobody knows whether they happened. */
  unknown = 0;
  readonly #hooks: Hooks;
  readonly #random: Random;
  readonly #owner: string;
  readonly #pushed: Known[] = [];
  readonly #unpaid: Known[] = [];
  readonly #owed: { sale: Brought; number: string }[] = [];
  #count = 0;

  private constructor(store: Store, { hooks, owner, seed }: { hooks: Hooks; owner: string; seed: number }) {
    this.store = store;
    this.#hooks = hooks;
    this.#owner = owner;
    this.#random = new Random(seed);
  }

  static async open(kolo: Deployment, seed: number): Promise<TrafficShop> {
    const store = await openStore(kolo, { platform: "shopify" });
    const hooks = { shop: await store.connect("shopify"), bank: await store.connect("stripe") };
    return new TrafficShop(store, { hooks, owner: await kolo.token("owner"), seed });
  }

  /** The next request of a kind; what it would be about may not be there yet, then it is a new order. */
  next(kind: Kind, now: Date): Request {
    if (kind === "webhook") return this.#delivery(now);
    if (kind === "payment") return this.#payment(now) ?? this.#order(now);
    const known = this.#pushed.length > 0 ? this.#random.pick(this.#pushed) : undefined;
    if (!known || kind === "order") return this.#order(now);
    return kind === "update" ? this.#update(now, known) : this.#read(now, known);
  }

  #order(now: Date): Request {
    this.#count += 1;
    const total = uah(100_00 + this.#count);
    const body = anOrder(now, { total });
    const { externalId, customer } = body;
    const known = { id: "", externalId, email: customer.email, amountMinor: total.amountMinor, paid: false, body };
    const acknowledged = (answer: Answer) => {
      known.id = answer.body.id;
      this.brought.push(known);
      this.#pushed.push(known);
      this.#unpaid.push(known);
    };
    return { kind: "order", send: () => this.store.ask("/v1/orders", { body }), acknowledged };
  }

  #update(now: Date, { body }: Known): Request {
    const changed = { ...body, updatedAt: now.toISOString(), note: `seen at ${now.toISOString()}` };
    return { kind: "update", send: () => this.store.ask("/v1/orders", { body: changed }), acknowledged() {} };
  }

  #payment(now: Date): Request | undefined {
    const known = this.#unpaid.shift();
    if (!known) return undefined;
    const body = {
      ...{ externalId: `p-${known.externalId}`, provider: "manual", amount: uah(known.amountMinor) },
      capturedAt: now.toISOString(),
    };
    const acknowledged = () => {
      known.paid = true;
    };
    return { kind: "payment", send: () => this.store.ask(`/v1/orders/${known.id}/payments`, { body }), acknowledged };
  }

  /** An order, the list that it is in, its history, or a metric. */
  #read(now: Date, { id, externalId }: Known): Request {
    const { kolo, id: storeId } = this.store;
    const key: As = { key: this.store.key };
    const authorization = `Bearer ${this.#owner}`;
    const day = now.toISOString().slice(0, 10);
    const days = `from=${day.slice(0, 8)}01&to=${day}`;
    const reads: (() => Promise<Answer>)[] = [
      () => ask(kolo, `/v1/orders/${id}`, { as: key }),
      () => ask(kolo, `/v1/orders?storeId=${storeId}&limit=25`, { as: key }),
      () => ask(kolo, `/v1/orders/ext:${externalId}/history`, { as: key }),
      () => ask(kolo, `/v1/metrics/revenue?storeId=${storeId}&${days}`, { headers: { authorization } }),
    ];
    return { kind: "read", send: this.#random.pick(reads), acknowledged() {} };
  }

  #delivery(now: Date): Request {
    const owed = this.#random.between(0, 1) === 0 ? this.#owed.shift() : undefined;
    if (owed) {
      const { sale, number } = owed;
      const said = aPayment(now, { order: number, amountMinor: sale.amountMinor }).succeeded();
      const acknowledged = () => {
        sale.paid = true;
      };
      return { kind: "webhook", send: this.#signed("stripe", said, now), acknowledged };
    }
    const { externalId, number, buyer, said } = aShopifyOrder(now);
    const sale: Brought = { externalId, email: buyer.email, amountMinor: 528_00, paid: false };
    const acknowledged = () => {
      this.brought.push(sale);
      this.#owed.push({ sale, number });
    };
    return { kind: "webhook", send: this.#signed("shopify", said("orders/create"), now), acknowledged };
  }

  /** Signed before it is sent, so that signing is no part of the answer's time. */
  #signed(provider: "shopify" | "stripe", said: Said, now: Date): Request["send"] {
    const { raw, headers } = signedBy(provider, said, now.toISOString());
    const hook = this.#hooks[provider === "shopify" ? "shop" : "bank"];
    return () => hook.post(raw, headers);
  }
}
