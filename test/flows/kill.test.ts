import { setTimeout as pause } from "node:timers/promises";
import { afterAll, describe, expect } from "vitest";
import { Random } from "../../infra/cli/sample-day/random.ts";
import { uah } from "../support/samples.ts";
import { it } from "./support/kolo.ts";
import { OwnCloud } from "./support/own-cloud.ts";
import { anOrder, mailsTo, openStore, Store } from "./support/store.ts";

const KILLS = 2;
const CLIENTS = 4;
/** Orders that were acknowledged before a kill, at least. */
const TAKEN_MIN = 8;
/** A kill comes so long after them at most. */
const DELAY_MS_MAX = 2_000;
const HOUR = 3_600;
const seed = Number(process.env.KOLO_SEED ?? Date.now() % 1_000_000);

type Order = ReturnType<typeof anOrder>;

/** Shops that push orders at once, and remember what they were told. */
class Clients {
  readonly acknowledged: Order[] = [];
  /** Sent, and nobody knows what became of them. */
  #unknown: Order[] = [];
  #count = 0;

  /** Pushes what nobody knows of again, then new orders, until the cloud is gone or `enough` were acknowledged. */
  async push(store: Store, enough: number): Promise<void> {
    const waiting = this.#unknown;
    this.#unknown = [];
    const until = this.acknowledged.length + enough;
    const now = await store.kolo.now();
    const client = async () => {
      while (this.acknowledged.length < until) {
        const order = waiting.pop() ?? this.#next(now);
        this.#unknown.push(order);
        const answer = await store.ask("/v1/orders", { body: order });
        expect([200, 201]).toContain(answer.status);
        this.#unknown.splice(this.#unknown.indexOf(order), 1);
        this.acknowledged.push(order);
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: CLIENTS }, client));
    for (const end of ends) if (end.status === "rejected" && !isGone(end.reason)) throw end.reason;
    this.#unknown.push(...waiting);
  }

  /** Waits until so many more were acknowledged. */
  async took(more: number): Promise<void> {
    for (const until = this.acknowledged.length + more; this.acknowledged.length < until; ) await pause(5);
  }

  get unknown(): number {
    return this.#unknown.length;
  }

  #next(now: Date): Order {
    this.#count += 1;
    const total = uah(100_00 + this.#count);
    const payment = {
      externalId: `p-${this.#count}`,
      provider: "manual",
      amount: total,
      capturedAt: now.toISOString(),
    };
    return anOrder(now, { total, payments: [payment] });
  }
}

/** The connection broke: whoever answered is no more. */
const isGone = (error: unknown) => error instanceof TypeError && /fetch failed|terminated/.test(error.message);

describe("a cloud that is killed while it takes orders", () => {
  const cloud = new OwnCloud();
  afterAll(() => cloud.remove());

  it(
    "has every order that it acknowledged, counts each once, and confirms each at least once",
    async () => {
      console.log(`kills by KOLO_SEED=${seed}`);
      const random = new Random(seed);
      const clients = new Clients();
      let store = await openStore(await cloud.start());
      for (let kill = 1; kill <= KILLS; kill += 1) {
        const pushing = clients.push(store, Number.POSITIVE_INFINITY);
        await Promise.race([clients.took(TAKEN_MIN), pushing]);
        const delay = random.between(0, DELAY_MS_MAX);
        await pause(delay);
        await cloud.end("SIGKILL");
        await pushing;
        console.log(
          `kill ${kill} after ${delay} ms: ${clients.acknowledged.length} acknowledged, ${clients.unknown} not`,
        );
        store = new Store(await cloud.start(), store.id, store.key);
        const found = await Promise.all(clients.acknowledged.map(({ externalId }) => store.order(externalId)));
        expect(found.map(({ total, paymentStatus }) => ({ total, paymentStatus }))).toEqual(
          clients.acknowledged.map(({ total }) => ({ total, paymentStatus: "paid" })),
        );
      }
      await clients.push(store, clients.unknown + 1);
      await store.kolo.advance(HOUR);
      const orders = clients.acknowledged;
      const revenue = orders.reduce((sum, { total }) => sum + total.amountMinor, 0);
      expect(await store.orders()).toHaveLength(orders.length);
      expect(await store.metrics("orders", "revenue", "paid_revenue", "customers_new")).toEqual({
        ...{ orders: String(orders.length), customers_new: String(orders.length) },
        ...{ revenue: (revenue / 100).toFixed(2), paid_revenue: (revenue / 100).toFixed(2) },
      });
      const mails = await Promise.all(orders.map(({ customer }) => mailsTo(store.kolo, customer.email)));
      const counts = mails.map(({ length }) => length);
      console.log(`${orders.length} orders, ${counts.filter((count) => count > 1).length} confirmed more than once`);
      expect(counts.filter((count) => count === 0)).toEqual([]);
      // Only what was on its way to the provider at a kill may be sent again.
      expect(Math.max(...counts)).toBeLessThanOrEqual(1 + KILLS);
    },
    { needs: ["process"], timeoutMs: 240_000 },
  );

  it(
    "leaves no process behind when it is asked to stop",
    async () => {
      expect(await cloud.end("SIGINT")).toBe(0);
    },
    { needs: ["process"] },
  );
});
