import { describe, expect } from "vitest";
import { hasFixtures } from "../support/fixtures.ts";
import type { SenderName } from "../support/providers.ts";
import { usd } from "../support/samples.ts";
import { aStore, eventually, it, kolo, ok } from "./support/kolo.ts";
import {
  everything,
  inWorld,
  type Recorded,
  SHOPIFY_LIFE,
  shopify,
  stripe,
  woocommerce,
} from "./support/recordings.ts";
import { type Store, unique } from "./support/store.ts";

const DECADES = [
  { from: "2009-01-01", to: "2018-12-31" },
  { from: "2019-01-01", to: "2022-12-31" },
];
const METRICS = [
  ...["orders", "revenue", "paid_revenue", "refunds", "average_order_value"],
  ...["customers_new", "repeat_purchase_rate", "lifetime_value", "days_between_orders"],
];

/** An American store with hooks, after deliveries that were all taken. */
async function after(deliveries: Recorded[], ...providers: SenderName[]): Promise<Store> {
  const store = await aStore({ country: "US", currency: "USD", timeZone: "America/New_York", locale: "en" });
  const hooks = new Map<SenderName, Awaited<ReturnType<Store["connect"]>>>();
  for (const provider of providers) hooks.set(provider, await store.connect(provider));
  const tag = unique("w");
  for (const recorded of deliveries) {
    const answer = await hooks.get(recorded.from)?.deliver(inWorld(recorded, tag));
    expect(answer).toMatchObject({ status: 200 });
  }
  return store;
}

const of = (provider: SenderName) => everything().filter(({ from }) => from === provider);

/** Every number of a store, over all the years of the recordings. */
async function numbers(store: Store) {
  const values = DECADES.flatMap((days) =>
    METRICS.map(async (name) => [days.from, name, await store.metric(name, days)]),
  );
  return Promise.all(values);
}

/** All that is known of a store's orders, whatever the ids they are kept under. */
async function known(store: Store) {
  const listed = await store.orders();
  const orders = await Promise.all(listed.map(({ externalId }) => store.order(externalId)));
  return orders.map(({ id, storeId, customerId, version, customer, ...order }) => ({
    ...order,
    customer: { ...customer, email: customer.email?.replace(/\.w-\w+@/, "@") },
  }));
}

describe.skipIf(!hasFixtures)("recorded deliveries of real providers", () => {
  it("of Shopify make one cancelled order with its exact id, and its buyer", async () => {
    const store = await after([...SHOPIFY_LIFE.map(shopify), shopify("refunds/create")], "shopify");
    expect(await known(store)).toMatchObject([
      {
        ...{ externalId: "820982911946154508", number: "#9999", stage: "cancelled", paymentStatus: "unpaid" },
        ...{ total: usd(388_00), discount: usd(20_00), payments: [], fulfillmentStatus: "unfulfilled" },
        refunds: [{ externalId: "890088186047892319", amount: usd(0), basis: "claim" }],
        lines: [
          { sku: "IPOD2008PINK", unitPrice: usd(199_00) },
          { sku: "IPOD2008PINK", unitPrice: usd(199_00) },
        ],
        customer: { externalId: "115310627314723954", email: "jon@example.com", firstName: "John" },
      },
    ]);
  });

  it("of WooCommerce make one order, paid and partly given back", async () => {
    const store = await after(of("woocommerce"), "woocommerce");
    expect(await known(store)).toMatchObject([
      {
        ...{ externalId: "727", stage: "processing", paymentStatus: "partially_refunded", total: usd(29_35) },
        payments: [{ provider: "woocommerce", basis: "claim", amount: usd(29_35) }],
        refunds: [{ externalId: "726", amount: usd(10_00) }],
      },
    ]);
    await eventually(async () => expect(await store.metric("paid_revenue", DECADES[0])).toBe("29.35"));
    expect(await store.metric("refunds", DECADES[0])).toBe("10.00");
  });

  it("of Stripe make one payment of the order that it names, with its refund", async () => {
    const store = await after(of("stripe"), "stripe");
    expect(await store.orders()).toEqual([]);
    const order = await store.places({
      externalId: "727",
      total: usd(10_99),
      lines: [{ name: "CD", unitPrice: usd(10_99) }],
    });
    expect(await store.order("727")).toMatchObject({
      ...{ id: order.id, paymentStatus: "partially_refunded", paid: usd(10_99), refunded: usd(1_00) },
      payments: [{ externalId: "pi_1PgafyB7WZ01zgkWSjxsAJo3", basis: "evidence", amount: usd(10_99) }],
    });
  });

  it("about other matters are taken and change nothing", async () => {
    const others = [
      "app/uninstalled",
      "carts/update",
      "checkouts/create",
      "inventory_levels/update",
      "products/update",
    ];
    const sent = [...others.map(shopify), woocommerce("product.created"), stripe("recorded_invoice.paid")];
    const store = await after(sent, "shopify", "woocommerce", "stripe");
    expect(await store.orders()).toEqual([]);
    expect((await ok(`/v1/quarantine?storeId=${store.id}`, { as: "manager" })).items).toEqual([]);
  });

  it("mail nobody about years gone by", async () => {
    await kolo.settle();
    const before = (await kolo.outbox()).length;
    await after(everything(), "shopify", "woocommerce", "stripe");
    await kolo.settle();
    expect((await kolo.outbox()).length).toBe(before);
  });

  it("say the same each twice and in reverse order, in state and in numbers", async () => {
    const all = everything();
    const forth = await after(all, "shopify", "woocommerce", "stripe");
    const back = await after(
      all.toReversed().flatMap((one) => [one, one]),
      "shopify",
      "woocommerce",
      "stripe",
    );
    const expected = await known(forth);
    expect(expected.map(({ externalId, paid, refunded }) => [externalId, paid, refunded]).sort()).toEqual([
      ["727", usd(10_99), usd(1_00)],
      ["820982911946154508", usd(0), usd(0)],
    ]);
    expect(await known(back)).toEqual(expected);
    await eventually(async () => expect(await numbers(back)).toEqual(await numbers(forth)));
    expect(await forth.metrics("orders")).toEqual({ orders: "0" });
    expect(await forth.metric("revenue", DECADES[0])).toBe("29.35");
    expect(await forth.metric("paid_revenue", DECADES[0])).toBe("10.99");
    expect(await forth.metric("refunds", DECADES[0])).toBe("1.00");
  });
});
