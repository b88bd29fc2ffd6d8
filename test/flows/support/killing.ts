import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "../../../infra/cli/sample-day/random.ts";
import { type Audit, audit } from "../../support/audit.ts";
import { uah } from "../../support/samples.ts";
import type { Answer } from "./http.ts";
import type { OwnCloud } from "./own-cloud.ts";
import { anOrder, type Hook, type Store } from "./store.ts";
import { aPayment, aShopifyOrder } from "./words.ts";

const CLIENTS = 4;
/** Writes that are acknowledged before a kill, at least. */
const TAKEN_MIN = 8;
/** A kill comes so long after them at most. */
const DELAY_MS_MAX = 2_000;

/** An order that somebody placed, as they remember it. */
export interface Sold {
  externalId: string;
  email: string;
  amountMinor: number;
  /** Whether its money was acknowledged, too. */
  paid: boolean;
}

/** Something that is sent until it is acknowledged, and then is true for ever. */
interface Act {
  send(): Promise<Answer>;
  /** What is remembered once it was acknowledged. */
  keep(): void;
}

/** A shop that pushes orders, a platform and a payment provider that deliver: all at once, and all remember. */
export class Clients {
  /** Orders that were acknowledged. */
  readonly sold: Sold[] = [];
  acknowledged = 0;
  readonly #store: Store;
  readonly #shop: Hook;
  readonly #bank: Hook;
  /** Delivered orders that nobody has paid yet, by the number that the payment names. */
  readonly #owed: { sale: Sold; number: string }[] = [];
  /** Sent, and nobody knows what became of it. */
  #unknown: Act[] = [];
  #count = 0;

  constructor(store: Store, hooks: { shop: Hook; bank: Hook }) {
    this.#store = store;
    this.#shop = hooks.shop;
    this.#bank = hooks.bank;
  }

  get unknown(): number {
    return this.#unknown.length;
  }

  /** Sends what nobody knows of again, then new things, until the cloud is gone or `enough` were acknowledged. */
  async push(enough: number): Promise<void> {
    const waiting = this.#unknown;
    this.#unknown = [];
    const until = this.acknowledged + enough;
    const now = await this.#store.kolo.now();
    const client = async () => {
      while (this.acknowledged < until) {
        const act = waiting.pop() ?? this.#next(now);
        this.#unknown.push(act);
        const { status, text } = await act.send();
        if (status !== 200 && status !== 201) throw new Error(`It was answered ${status}: ${text.slice(0, 300)}`);
        this.#unknown.splice(this.#unknown.indexOf(act), 1);
        act.keep();
        this.acknowledged += 1;
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: CLIENTS }, client));
    for (const end of ends) if (end.status === "rejected" && !isGone(end.reason)) throw end.reason;
    this.#unknown.push(...waiting);
  }

  /** Waits until so many more were acknowledged. */
  async took(more: number): Promise<void> {
    for (const until = this.acknowledged + more; this.acknowledged < until; ) await pause(5);
  }

  /** By turns: two paid orders are pushed, one is delivered, one delivered before is paid. */
  #next(now: Date): Act {
    this.#count += 1;
    const turn = this.#count % CLIENTS;
    const owed = turn === 0 ? this.#owed.shift() : undefined;
    if (owed) return this.#payment(now, owed);
    return turn <= 1 ? this.#delivery(now) : this.#order(now);
  }

  #order(now: Date): Act {
    const total = uah(100_00 + this.#count);
    const capturedAt = now.toISOString();
    const payment = { externalId: `p-${this.#count}`, provider: "manual", amount: total, capturedAt };
    const body = anOrder(now, { total, payments: [payment] });
    const { externalId, customer } = body;
    const sold: Sold = { externalId, email: customer.email, amountMinor: total.amountMinor, paid: true };
    return { send: () => this.#store.ask("/v1/orders", { body }), keep: () => void this.sold.push(sold) };
  }

  #delivery(now: Date): Act {
    const { externalId, number, buyer, said } = aShopifyOrder(now);
    const sale: Sold = { externalId, email: buyer.email, amountMinor: 528_00, paid: false };
    const keep = () => {
      this.sold.push(sale);
      this.#owed.push({ sale, number });
    };
    return { send: () => this.#shop.deliver(said("orders/create")), keep };
  }

  #payment(now: Date, { sale, number }: { sale: Sold; number: string }): Act {
    const said = aPayment(now, { order: number, amountMinor: sale.amountMinor }).succeeded();
    const keep = () => {
      sale.paid = true;
    };
    return { send: () => this.#bank.deliver(said), keep };
  }
}

/** The connection broke: whoever answered is no more. */
const isGone = (error: unknown) => error instanceof TypeError && /fetch failed|terminated/.test(error.message);

/** Connects a store's platform and payment provider, and gives all who send. */
export async function clientsOf(store: Store): Promise<Clients> {
  return new Clients(store, { shop: await store.connect("shopify"), bank: await store.connect("stripe") });
}

/** What a kill left behind. */
export interface Killed {
  delayMs: number;
  /** Acknowledged writes so far, and those of which nobody knows. */
  acknowledged: number;
  unknown: number;
  /** From the start of the process to the first order that it answers. */
  recoveryMs: number;
  /** Orders of the store. */
  orders: number;
  /** Acknowledged, and not there or not as acknowledged. */
  lost: string[];
  /** Metrics that are not what the store's orders come to, with both values. */
  miscounted: string[];
  audit: Audit;
}

/** Has all clients push, kills the cloud at a random moment, starts it again, and compares. */
export async function killOnce(cloud: OwnCloud, store: Store, clients: Clients, random: Random): Promise<Killed> {
  const pushing = clients.push(Number.POSITIVE_INFINITY);
  await Promise.race([clients.took(TAKEN_MIN), pushing]);
  const delayMs = random.between(0, DELAY_MS_MAX);
  await pause(delayMs);
  await cloud.end("SIGKILL");
  await pushing;
  const { acknowledged, unknown } = clients;
  const started = performance.now();
  await cloud.start();
  if (clients.sold[0]) await store.order(clients.sold[0].externalId);
  const recoveryMs = performance.now() - started;
  return { delayMs, acknowledged, unknown, recoveryMs, ...(await look(store, clients)) };
}

/** Compares what was acknowledged with what is there, when nothing is in flight. */
export async function look(
  store: Store,
  { sold }: Clients,
): Promise<Pick<Killed, "orders" | "lost" | "miscounted" | "audit">> {
  await store.kolo.settle();
  const orders = await store.orders();
  const found = new Map(orders.map((order) => [String(order.externalId), order]));
  const isThere = ({ externalId, amountMinor, paid }: Sold) => {
    const order = found.get(externalId);
    return order?.total.amountMinor === amountMinor && (!paid || order.paymentStatus === "paid");
  };
  const lost = sold.filter((one) => !isThere(one)).map(({ externalId }) => externalId);
  const sum = (part: (order: (typeof orders)[number]) => number) =>
    (orders.reduce((total, order) => total + part(order), 0) / 100).toFixed(2);
  const expected: Record<string, string> = {
    orders: String(orders.length),
    customers_new: String(orders.length),
    revenue: sum(({ total }) => total.amountMinor),
    paid_revenue: sum(({ paid }) => paid.amountMinor),
  };
  const counted = await store.metrics(...Object.keys(expected));
  const miscounted = Object.entries(expected).flatMap(([name, value]) =>
    counted[name] === value ? [] : [`${name} is ${counted[name]}, not ${value}`],
  );
  return { orders: orders.length, lost, miscounted, audit: await audit(store.kolo.url) };
}

/** Everything that speaks against a kill; nothing = all that was acknowledged is there, and every number is right. */
export const complaintsOf = ({ lost, miscounted, audit }: Pick<Killed, "lost" | "miscounted" | "audit">): string[] => [
  ...lost.map((externalId) => `order ${externalId} is lost or not as it was acknowledged`),
  ...miscounted,
  ...audit.differing.map((text) => `metric ${text} is not the sum of its ledgers`),
  ...audit.suspects.map((source) => `the ledger of ${source} is not what it contributes`),
];
