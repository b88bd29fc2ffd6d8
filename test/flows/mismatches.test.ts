import { beforeAll, describe, expect } from "vitest";
import { eur, uah } from "../support/samples.ts";
import type { Answer } from "./support/http.ts";
import { aStore, ask, eventually, it, kolo } from "./support/kolo.ts";
import { type Store, unique } from "./support/store.ts";
import { aPayment, aShopifyOrder } from "./support/words.ts";

/** One way in which money stops agreeing, and what puts it right. */
interface Trouble {
  kind: string;
  graceMinutes: number;
  severity: "urgent" | "normal";
  /** Goes wrong; gives what puts it right (nothing: only finance can) and what says the same trouble again. */
  happens(store: Store): Promise<{ rights?: () => Promise<unknown>; again: () => Promise<unknown> }>;
}

const capture = async (amount: object) => ({
  body: { externalId: unique("p"), provider: "manual", amount, capturedAt: (await kolo.now()).toISOString() },
});

/** Pays an order pushed by the shop, and can pay the same again. */
async function paid(store: Store, order: { id: string }, amount: object): Promise<() => Promise<Answer>> {
  const payment = await capture(amount);
  const pay = () => store.ask(`/v1/orders/${order.id}/payments`, payment);
  await pay();
  return pay;
}

const troubles: Trouble[] = [
  {
    ...{ kind: "amount_short", graceMinutes: 15, severity: "normal" },
    async happens(store) {
      const order = await store.places();
      const again = await paid(store, order, uah(497_00));
      return { again, rights: () => store.pays(order, uah(1_00)) };
    },
  },
  {
    ...{ kind: "amount_over", graceMinutes: 15, severity: "normal" },
    async happens(store) {
      const order = await store.places();
      const again = await paid(store, order, uah(500_00));
      return { again, rights: () => store.refunds(order, uah(2_00)) };
    },
  },
  {
    ...{ kind: "currency", graceMinutes: 0, severity: "urgent" },
    happens: async (store) => ({ again: await paid(store, await store.places(), eur(12_00)) }),
  },
  {
    ...{ kind: "unknown_order", graceMinutes: 15, severity: "normal" },
    async happens(store) {
      const [shop, bank] = [await store.connect("shopify"), await store.connect("stripe")];
      const now = await kolo.now();
      const sold = aShopifyOrder(now);
      const payment = aPayment(now, { order: sold.externalId, amountMinor: 528_00 });
      const again = () => bank.deliver(payment.succeeded());
      await again();
      return { again, rights: () => shop.deliver(sold.said("orders/create")) };
    },
  },
  {
    ...{ kind: "duplicate_capture", graceMinutes: 0, severity: "urgent" },
    async happens(store) {
      const order = await store.places();
      await store.pays(order, order.total);
      const again = await paid(store, order, order.total);
      return { again, rights: () => store.refunds(order, order.total) };
    },
  },
  {
    ...{ kind: "refund_exceeds_paid", graceMinutes: 0, severity: "urgent" },
    async happens(store) {
      const shop = await store.connect("shopify");
      const sold = aShopifyOrder(await kolo.now());
      await shop.deliver(sold.said("orders/create"));
      const refund = sold.refunded("100.00");
      const again = () => shop.deliver(refund);
      await again();
      return { again, rights: () => shop.deliver(sold.said("orders/paid", { financial_status: "paid" }, 60)) };
    },
  },
  {
    ...{ kind: "paid_after_cancel", graceMinutes: 15, severity: "urgent" },
    async happens(store) {
      const order = await store.places();
      await store.moves(order, "cancelled");
      const again = await paid(store, order, order.total);
      return { again, rights: () => store.refunds(order, order.total) };
    },
  },
  {
    ...{ kind: "missing_payment", graceMinutes: 60, severity: "urgent" },
    async happens(store) {
      const [shop, bank] = [await store.connect("shopify"), await store.connect("stripe")];
      const now = await kolo.now();
      const sold = aShopifyOrder(now);
      const claim = sold.said("orders/paid", { financial_status: "paid" });
      const again = () => shop.deliver(claim);
      await again();
      const payment = aPayment(now, { order: sold.externalId, amountMinor: 528_00 });
      return { again, rights: () => bank.deliver(payment.succeeded()) };
    },
  },
];

interface Case extends Trouble {
  store: Store;
  rights?: () => Promise<unknown>;
  again: () => Promise<unknown>;
}

/** The kinds of a store's mismatches in a status, over all cases. */
const kinds = async (cases: Case[], status: string) =>
  (await Promise.all(cases.map(({ store }) => store.mismatches(status)))).flat().map(({ kind }) => kind);
const kindsWithin = (minutes: number) =>
  troubles.filter(({ graceMinutes }) => graceMinutes <= minutes).map(({ kind }) => kind);

/** Lets minutes pass where time can be moved. */
const pass = (minutes: number) => (kolo.capabilities.has("clock") ? kolo.advance(minutes * 60) : kolo.settle());

describe("money that does not agree", () => {
  const served = troubles.filter(({ graceMinutes }) => graceMinutes === 0 || kolo.capabilities.has("clock"));
  const cases: Case[] = [];

  beforeAll(async () => {
    for (const trouble of served) {
      const store = await aStore();
      cases.push({ ...trouble, store, ...(await trouble.happens(store)) });
    }
  });

  it("is told to finance at once where waiting cannot help", async () => {
    await eventually(async () => expect(await kinds(cases, "open")).toEqual(kindsWithin(0)));
  });

  it(
    "is nobody's news within its grace, and told once it has run out",
    async () => {
      for (const [minutes, grace] of [
        [14, 0],
        [2, 15],
        [45, 60],
      ] as const) {
        await pass(minutes);
        expect(await kinds(cases, "open")).toEqual(kindsWithin(grace));
      }
    },
    { needs: ["clock"] },
  );

  it("is one mismatch and one alert, in finance's language, with attributes to filter by", async () => {
    for (const { store, kind, severity } of cases) {
      const [mismatch, ...others] = await store.mismatches();
      expect(others).toEqual([]);
      expect(mismatch).toMatchObject({ kind, severity, storeId: store.id, status: "open" });
      const alerts = await eventually(async () => {
        const told = await store.alerts();
        expect(told).toHaveLength(1);
        return told;
      });
      expect(alerts[0]?.attributes).toEqual({ mismatchId: mismatch.id, kind, severity, storeId: store.id });
      expect(alerts[0]?.topic).toMatch(/finance-?alerts/i);
      expect(alerts[0]?.message.split("\n")[0]).toMatch(/[а-яіїє]{3}.*\.$/i);
    }
  });

  it("is not told again when the same is said again", async () => {
    for (const { again } of cases) await again();
    await pass(61);
    expect(await kinds(cases, "open")).toEqual(served.map(({ kind }) => kind));
    for (const { store } of cases) expect(await store.alerts()).toHaveLength(1);
  });

  it("is closed by itself when it agrees again; a foreign currency by finance alone", async () => {
    for (const { rights } of cases) await rights?.();
    const agreed = served.map(({ kind }) => kind).filter((kind) => kind !== "currency");
    await eventually(async () => expect(await kinds(cases, "closed")).toEqual(agreed));
    expect(await kinds(cases, "open")).toEqual(["currency"]);
    await pass(61);
    for (const { store } of cases) expect(await store.alerts()).toHaveLength(1);
  });

  it("is settled by finance with a booking, once", async () => {
    const { store } = cases.find(({ kind }) => kind === "currency") as Case;
    const [{ id }] = await store.mismatches("open");
    const resolve = (booking: string, as: "finance" | "manager" = "finance") =>
      ask(`/v1/mismatches/${id}/resolve`, { as, body: { booking, note: "exchanged by the bank" } });
    expect(await resolve("BK-7", "manager")).toMatchObject({ status: 403 });
    expect(await resolve("BK-7")).toMatchObject({ status: 200, body: { status: "resolved", booking: "BK-7" } });
    expect(await resolve("BK-7")).toMatchObject({ status: 200 });
    expect(await resolve("BK-8")).toMatchObject({ status: 409, body: { code: "mismatch_not_open" } });
    expect(await store.mismatches("open")).toEqual([]);
  });
});
