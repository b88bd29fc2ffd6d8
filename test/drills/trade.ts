import type { Deployment } from "../flows/support/deployment.ts";
import type { Answer } from "../flows/support/http.ts";
import { anOrder, type Hook, openStore, type Store } from "../flows/support/store.ts";
import { aPayment, aShopifyOrder } from "../flows/support/words.ts";
import { uah } from "../support/samples.ts";

/** What a shop or a provider keeps by itself and can say again word for word. */
type Saying = () => Promise<Answer>;

/** A shop that trades, with a platform and a payment provider; all of them keep what they said. */
export class Trade {
  readonly store: Store;
  /** Who bought, by the shop's own id of the order. */
  readonly buyers = new Map<string, string>();
  readonly #shop: Hook;
  readonly #bank: Hook;
  readonly #said: Saying[] = [];

  private constructor(store: Store, hooks: { shop: Hook; bank: Hook }) {
    this.store = store;
    this.#shop = hooks.shop;
    this.#bank = hooks.bank;
  }

  static async open(kolo: Deployment): Promise<Trade> {
    const store = await openStore(kolo, { platform: "shopify" });
    return new Trade(store, { shop: await store.connect("shopify"), bank: await store.connect("stripe") });
  }

  /** A day: orders that are paid or not, and deliveries of which one is paid, one in part, and one not at all. */
  async day(): Promise<void> {
    const now = await this.store.kolo.now();
    for (const index of [1, 2, 3]) {
      const total = uah(100_00 * index);
      const captured = { provider: "manual", amount: total, capturedAt: now.toISOString() };
      const paid = anOrder(now, { total, payments: [{ externalId: `p-${now.getTime()}-${index}`, ...captured }] });
      const unpaid = anOrder(now, { total });
      for (const body of [paid, unpaid]) {
        this.buyers.set(body.externalId, body.customer.email);
        await this.#say(() => this.store.ask("/v1/orders", { body }));
      }
    }
    for (const amountMinor of [528_00, 500_00, 0]) {
      const sold = aShopifyOrder(now);
      this.buyers.set(sold.externalId, sold.buyer.email);
      await this.#say(() => this.#shop.deliver(sold.said("orders/create")));
      const payment = aPayment(now, { order: sold.number, amountMinor }).succeeded();
      if (amountMinor > 0) await this.#say(() => this.#bank.deliver(payment));
    }
  }

  /** How many things were said so far. */
  get said(): number {
    return this.#said.length;
  }

  /** Says again what was said from a number on. */
  async again(from: number): Promise<void> {
    for (const saying of this.#said.slice(from)) await ok(saying);
  }

  async #say(saying: Saying): Promise<void> {
    await ok(saying);
    this.#said.push(saying);
  }
}

async function ok(saying: Saying): Promise<void> {
  const { status, text } = await saying();
  if (status !== 200 && status !== 201) throw new Error(`It was answered ${status}: ${text.slice(0, 300)}`);
}

/** All that people see of a shop: its orders and its numbers. */
export async function seen(store: Store) {
  const orders = (await store.orders()).map(({ externalId, total, paid, stage, paymentStatus }) => ({
    ...{ externalId, total, paid, stage, paymentStatus },
  }));
  orders.sort((one, other) => (one.externalId < other.externalId ? -1 : 1));
  const metrics = await store.metrics("orders", "revenue", "paid_revenue", "customers_new", "average_order_value");
  const mismatches = (await store.mismatches("open")).map(({ kind, orderId }) => `${kind} ${orderId}`).sort();
  return { orders, metrics, mismatches };
}
