import { describe, expect } from "vitest";
import { uah } from "../support/samples.ts";
import { aStore, ask, eventually, it, kolo } from "./support/kolo.ts";
import type { Store } from "./support/store.ts";
import { aPayment, aShopifyOrder, aWooOrder } from "./support/words.ts";

const MINUTES = 60;
const money = (store: Store) => store.metrics("paid_revenue", "refunds");

describe("a platform's claim and a provider's evidence", () => {
  it.each([
    ["the claim comes first", ["claim", "evidence"]],
    ["the evidence comes first", ["evidence", "claim"]],
    ["both come twice", ["claim", "evidence", "evidence", "claim"]],
  ])("are one payment when %s", async (_, words) => {
    const store = await aStore({ platform: "shopify" });
    const [shop, bank] = [await store.connect("shopify"), await store.connect("stripe")];
    const now = await kolo.now();
    const sold = aShopifyOrder(now);
    const evidence = aPayment(now, { order: sold.externalId, amountMinor: 528_00 });
    await shop.deliver(sold.said("orders/create"));
    for (const word of words) {
      if (word === "claim") await shop.deliver(sold.said("orders/paid", { financial_status: "paid" }, 60));
      else await bank.deliver(evidence.succeeded());
    }
    expect(await store.order(sold.externalId)).toMatchObject({
      ...{ paymentStatus: "paid", stage: "processing", paid: uah(528_00), due: uah(0) },
      payments: [{ provider: "stripe", externalId: evidence.id, basis: "evidence", amount: uah(528_00) }],
    });
    await eventually(async () => expect(await money(store)).toEqual({ paid_revenue: "528.00", refunds: "0.00" }));
    expect(await store.alerts()).toEqual([]);
  });

  it("of a store without a provider's hook are the claim alone", async () => {
    const store = await aStore({ platform: "shopify" });
    const shop = await store.connect("shopify");
    const sold = aShopifyOrder(await kolo.now());
    await shop.deliver(sold.said("orders/paid", { financial_status: "paid" }));
    expect(await store.order(sold.externalId)).toMatchObject({
      ...{ paymentStatus: "paid", paid: uah(528_00) },
      payments: [{ provider: "shopify", basis: "claim", amount: uah(528_00) }],
    });
  });

  it("of one WooCommerce order meet by the transaction that it names", async () => {
    const store = await aStore({ platform: "woocommerce" });
    const [shop, bank] = [await store.connect("woocommerce"), await store.connect("stripe")];
    const now = await kolo.now();
    const sold = aWooOrder(now);
    const paid = aPayment(now, { amountMinor: 34_85 });
    await bank.deliver(paid.succeeded());
    const claim = { status: "processing", date_paid_gmt: now.toISOString().slice(0, 19), transaction_id: paid.id };
    await shop.deliver(sold.said("order.created", claim));
    expect(await store.order(sold.externalId)).toMatchObject({
      ...{ paymentStatus: "paid", paid: uah(34_85) },
      payments: [{ provider: "stripe", basis: "evidence" }],
    });
  });
});

describe("two stores with one account at a provider", () => {
  it("each count their own payments, though both are told of all", async () => {
    const sites = ["https://kvitka.example", "https://kava.example"] as const;
    const [kvitka, kava] = [await aStore(), await aStore()];
    const settings = (storeName: string) => ({ settings: { storeReference: "metadata.site_url", storeName } });
    const banks = [
      await kvitka.connect("stripe", settings(sites[0])),
      await kava.connect("stripe", settings(sites[1])),
    ];
    const [sold] = [await kvitka.places({ externalId: "1001" }), await kava.places({ externalId: "1001" })];
    const paid = aPayment(await kolo.now(), { order: "1001", store: sites[0], amountMinor: sold.total.amountMinor });
    for (const bank of banks) for (const said of [paid.succeeded(), paid.refunded(100)]) await bank.deliver(said);
    expect(await kvitka.order("1001")).toMatchObject({ paid: sold.total, refunded: uah(100) });
    expect(await kava.order("1001")).toMatchObject({ paymentStatus: "unpaid", payments: [], refunds: [] });
    await kolo.settle();
    expect(await money(kava)).toEqual({ paid_revenue: "0.00", refunds: "0.00" });
    expect(await kava.mismatches()).toEqual([]);
  });
});

describe("a payment that comes before its order", () => {
  it(
    "waits for it, and nobody is alarmed",
    async () => {
      const store = await aStore({ platform: "shopify" });
      const [shop, bank] = [await store.connect("shopify"), await store.connect("stripe")];
      const now = await kolo.now();
      const sold = aShopifyOrder(now);
      await bank.deliver(aPayment(now, { order: sold.number, amountMinor: 528_00 }).succeeded());
      expect(await store.orders()).toEqual([]);
      await kolo.settle();
      await shop.deliver(sold.said("orders/create"));
      expect(await store.order(sold.externalId)).toMatchObject({ paymentStatus: "paid", paid: uah(528_00) });
      await eventually(async () => expect(await money(store)).toEqual({ paid_revenue: "528.00", refunds: "0.00" }));
      await kolo.advance(20 * MINUTES);
      expect(await store.mismatches()).toEqual([]);
      expect(await store.alerts()).toEqual([]);
    },
    { needs: ["clock"] },
  );
});

describe("an order that is cancelled after it was paid", () => {
  it(
    "keeps the cancellation and the money, and finance hears of it",
    async () => {
      const store = await aStore({ platform: "shopify" });
      const [shop, bank] = [await store.connect("shopify"), await store.connect("stripe")];
      const now = await kolo.now();
      const sold = aShopifyOrder(now);
      const paid = aPayment(now, { order: sold.externalId, amountMinor: 528_00 });
      await shop.deliver(sold.said("orders/create"));
      await bank.deliver(paid.succeeded());
      const cancelled = { cancelled_at: new Date(now.getTime() + 60_000).toISOString() };
      await shop.deliver(sold.said("orders/cancelled", cancelled, 60));
      expect(await store.order(sold.externalId)).toMatchObject({
        stage: "cancelled",
        paymentStatus: "paid",
        paid: uah(528_00),
      });
      await kolo.advance(16 * MINUTES);
      expect(await store.mismatches("open")).toMatchObject([{ kind: "paid_after_cancel", actual: uah(528_00) }]);
      expect(await store.alerts()).toMatchObject([{ attributes: { kind: "paid_after_cancel", severity: "urgent" } }]);
      await bank.deliver(paid.refunded(528_00));
      await eventually(async () => expect(await store.mismatches("open")).toEqual([]));
      expect(await store.order(sold.externalId)).toMatchObject({ stage: "cancelled", paymentStatus: "refunded" });
      expect(await money(store)).toEqual({ paid_revenue: "528.00", refunds: "528.00" });
      expect(await store.metrics("orders", "revenue")).toEqual({ orders: "0", revenue: "0.00" });
    },
    { needs: ["clock"] },
  );
});

describe("money that came in for an order", () => {
  it("adds up from parts to paid and beyond", async () => {
    const store = await aStore();
    const order = await store.places();
    const statuses = [];
    for (const part of [uah(200_00), uah(298_00), uah(2_00)]) {
      const { body } = await store.pays(order, part);
      statuses.push([body.paymentStatus, body.due.amountMinor, body.stage]);
    }
    expect(statuses).toEqual([
      ["partially_paid", 298_00, "new"],
      ["paid", 0, "processing"],
      ["overpaid", 0, "processing"],
    ]);
  });

  it("goes back in parts, and never more of it than came in", async () => {
    const store = await aStore();
    const order = await store.places();
    await store.pays(order, order.total);
    const part = await store.refunds(order, uah(98_00));
    expect(part).toMatchObject({ status: 201, body: { paymentStatus: "partially_refunded", refunded: uah(98_00) } });
    const beyond = await store.refunds(order, uah(400_01));
    expect(beyond).toMatchObject({
      status: 409,
      body: { code: "refund_exceeds_captured", facts: { leftMinor: 400_00 } },
    });
    expect(await store.refunds(order, uah(400_00))).toMatchObject({ body: { paymentStatus: "refunded" } });
    await eventually(async () => expect(await money(store)).toEqual({ paid_revenue: "498.00", refunds: "498.00" }));
  });

  it("is not asked for an order of nothing, which is paid at once", async () => {
    const store = await aStore();
    const gift = await store.places({ lines: [{ name: "Sample", quantity: 1, unitPrice: uah(0) }], total: uah(0) });
    expect(gift).toMatchObject({ stage: "processing", paymentStatus: "paid", due: uah(0), payments: [] });
    await eventually(async () =>
      expect(await store.metrics("orders", "revenue")).toEqual({ orders: "1", revenue: "0.00" }),
    );
  });

  it("is taken at the door for cash on delivery, and until then nothing is wrong", async () => {
    const store = await aStore({ platform: "woocommerce" });
    const shop = await store.connect("woocommerce");
    const sold = aWooOrder(await kolo.now());
    const method = { payment_method: "cod", payment_method_title: "Оплата при отриманні", status: "processing" };
    await shop.deliver(sold.said("order.created", method));
    const order = await store.order(sold.externalId);
    expect(order).toMatchObject({ paymentTiming: "on_delivery", paymentStatus: "unpaid", stage: "processing" });
    await store.moves(order, "delivered");
    const capturedAt = (await kolo.now()).toISOString();
    const body = { externalId: "door", provider: "courier", amount: order.total, capturedAt };
    const paid = await ask(`/v1/orders/${order.id}/payments`, { as: "finance", body });
    expect(paid).toMatchObject({ status: 201, body: { paymentStatus: "paid", stage: "delivered" } });
    await eventually(async () => expect(await store.mismatches()).toEqual([]));
  });
});
