import { describe, expect, it } from "vitest";
import { PREVIOUS_SECRET_MS } from "../../../domain/hook/hook.ts";
import type { KnownPayment } from "../../../domain/payment/payment.ts";
import { hooks } from "../../../functions/table/hooks.ts";
import { NOW } from "../../support/clock.ts";
import { type SenderName, senders, signedBy } from "../../support/providers.ts";
import { knownIn, type Shop, shop } from "../../support/receiving.ts";
import { shopifyDay, shopifyOrder, withBigIds } from "../../support/samples/shopify.ts";
import { charge, intent, stripeEvent } from "../../support/samples/stripe.ts";
import { wooDay, wooOrder } from "../../support/samples/woocommerce.ts";
import { openStore, uah } from "../../support/samples.ts";
import { origin } from "../../support/world.ts";

const order = { topic: "orders/create", body: withBigIds(shopifyOrder()) };
const MIB = 1_048_576;

/** Nothing but the store and its hooks is stored. */
const writes = ({ table }: Shop) => table.counts.writes;

describe("the door of a hook", () => {
  it("lets in what its provider signed, and says so in a word", async () => {
    const kvitka = await shop();
    const hook = await kvitka.connect("shopify");
    const answer = await kvitka.deliver("shopify", hook, order);
    expect(answer).toMatchObject({ status: 200, body: { received: true } });
    expect((await knownIn(kvitka)).orders).toHaveLength(1);
  });

  it("judges the bytes whether or not the gateway encoded them", async () => {
    const kvitka = await shop();
    const hook = await kvitka.connect("shopify");
    const { headers, raw } = signedBy("shopify", { ...order, body: `${order.body}\n` }, NOW);
    const plain = await kvitka.ask({ method: "POST", path: `/v1/hooks/${hook}`, headers, body: raw.toString() });
    expect([plain.status, (await kvitka.post(hook, { headers, raw })).status]).toEqual([200, 200]);
  });

  it.each(Object.keys(senders) as SenderName[])(
    "refuses %s without a good signature, and writes nothing",
    async (name) => {
      const kvitka = await shop();
      const hook = await kvitka.connect(name);
      const before = writes(kvitka);
      const { raw } = signedBy(name, order, NOW);
      for (const wire of [{ headers: {}, raw }, signedBy(name, order, NOW, "another")]) {
        expect(await kvitka.post(hook, wire)).toMatchObject({ status: 401, body: { code: "bad_signature" } });
      }
      expect(writes(kvitka)).toBe(before);
    },
  );

  it("is not there for a hook that nobody made, or that was taken back", async () => {
    const kvitka = await shop();
    const hook = await kvitka.connect("shopify");
    await kvitka.deliver("shopify", hook, order);
    await kvitka.runtime.get(hooks).disconnect(hook, origin(), NOW);
    kvitka.clock.advance(15_000);
    for (const id of [hook, "hok_nobody", "../secrets", "x".repeat(90)]) {
      expect((await kvitka.deliver("shopify", id, order)).status).toBe(404);
    }
  });

  it("opens for POST", async () => {
    const kvitka = await shop();
    const hook = await kvitka.connect("shopify");
    const answer = await kvitka.ask({ path: `/v1/hooks/${hook}?challenge=1` });
    expect(answer).toMatchObject({ status: 405, headers: { allow: "POST" }, body: { code: "method_not_allowed" } });
  });

  it("takes 4 MB and not a byte more", async () => {
    const kvitka = await shop();
    const hook = await kvitka.connect("shopify");
    const padded = (bytes: number) => {
      const body = withBigIds(shopifyOrder({ padding: "" }));
      return body.replace('"padding":""', `"padding":"${"x".repeat(bytes - Buffer.byteLength(body))}"`);
    };
    const send = (bytes: number) => kvitka.deliver("shopify", hook, { topic: "orders/create", body: padded(bytes) });
    expect((await send(4 * MIB)).status).toBe(200);
    expect(await send(4 * MIB + 1)).toMatchObject({ status: 413, body: { code: "body_too_large" } });
    expect((await knownIn(kvitka)).orders).toHaveLength(1);
  });

  it("knows deliveries by what they say: an Idempotency-Key means nothing here", async () => {
    const kvitka = await shop();
    const hook = await kvitka.connect("shopify");
    const { headers, raw } = signedBy("shopify", order, NOW);
    const marked = { headers: { ...headers, "idempotency-key": "k".repeat(300) }, raw };
    expect((await kvitka.post(hook, marked)).status).toBe(200);
    expect(kvitka.table.items().filter(({ pk }) => pk.startsWith("mark#"))).toEqual([]);
  });

  it("answers a WooCommerce that saves its webhook, and writes nothing", async () => {
    const kvitka = await shop();
    const hook = await kvitka.connect("woocommerce");
    const before = writes(kvitka);
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    expect((await kvitka.post(hook, { headers, raw: Buffer.from("webhook_id=7") })).status).toBe(200);
    expect(writes(kvitka)).toBe(before);
  });
});

describe("a hook's secret", () => {
  it("stays good for a day after another took its place", async () => {
    const kvitka = await shop();
    const hook = await kvitka.connect("shopify");
    await kvitka.runtime.get(hooks).change(hook, { secret: "second" }, { origin: origin(), now: NOW });
    const status = async (secret: string) => (await kvitka.deliver("shopify", hook, order, secret)).status;
    expect([await status("shpss_kvitka"), await status("second"), await status("third")]).toEqual([200, 200, 401]);
    kvitka.clock.advance(PREVIOUS_SECRET_MS - 1);
    expect([await status("shpss_kvitka"), await status("second")]).toEqual([200, 200]);
    kvitka.clock.advance(1);
    expect([await status("shpss_kvitka"), await status("second")]).toEqual([401, 200]);
  });

  it("is known everywhere a second after it changed", async () => {
    const kvitka = await shop();
    const hook = await kvitka.connect("shopify");
    await kvitka.deliver("shopify", hook, order);
    await kvitka.runtime.get(hooks).change(hook, { secret: "second" }, { origin: origin(), now: NOW });
    kvitka.clock.advance(1_000);
    expect((await kvitka.deliver("shopify", hook, order, "second")).status).toBe(200);
  });
});

describe("a delivery that comes again", () => {
  it("is taken and changes nothing", async () => {
    const kvitka = await shop();
    const [store, payments] = [await kvitka.connect("woocommerce"), await kvitka.connect("stripe")];
    const paid = {
      topic: "",
      body: stripeEvent("payment_intent.succeeded", intent({ metadata: { order_id: "2727" } })),
    };
    for (const said of wooDay) await kvitka.deliver("woocommerce", store, said);
    await kvitka.deliver("stripe", payments, paid);
    const before = writes(kvitka);
    for (const said of wooDay.toReversed()) {
      expect((await kvitka.deliver("woocommerce", store, said)).status).toBe(200);
    }
    expect((await kvitka.deliver("stripe", payments, paid)).status).toBe(200);
    expect(writes(kvitka)).toBe(before);
  });
});

describe("a delivery of another matter", () => {
  it("is taken, counted, and kept nowhere", async () => {
    const kvitka = await shop();
    const [platform, payments] = [await kvitka.connect("shopify"), await kvitka.connect("stripe")];
    const before = writes(kvitka);
    await kvitka.deliver("shopify", platform, { topic: "products/update", body: { id: 1 } });
    await kvitka.deliver("stripe", payments, { topic: "", body: stripeEvent("customer.created", { id: "cus_1" }) });
    expect(writes(kvitka)).toBe(before);
    expect(kvitka.counts).toEqual({ DeliveriesIgnored: 2 });
  });
});

describe("a payment that a transaction of the order names", () => {
  const paid = { ...wooOrder({ transaction_id: "ch_kvitka0000000001", date_paid_gmt: "2026-11-20T08:00:02" }) };
  const placed = { topic: "order.created", body: paid };
  const captured = { topic: "", body: stripeEvent("payment_intent.succeeded", intent()) };

  it.each([
    ["after", ["order", "payment"]],
    ["before", ["payment", "order"]],
  ])("is the order's own when it comes %s it", async (_, sequence) => {
    const kvitka = await shop();
    const [store, payments] = [await kvitka.connect("woocommerce"), await kvitka.connect("stripe")];
    for (const what of sequence) {
      if (what === "order") await kvitka.deliver("woocommerce", store, placed);
      else await kvitka.deliver("stripe", payments, captured);
    }
    const { orders, waiting } = await knownIn(kvitka);
    expect(orders).toMatchObject([
      { paymentStatus: "paid", payments: [{ provider: "stripe", basis: "evidence", amount: { amountMinor: 34_85 } }] },
    ]);
    expect(waiting).toEqual([]);
  });

  it("is the order's own when its provider is connected after the order was told of", async () => {
    const kvitka = await shop();
    await kvitka.deliver("woocommerce", await kvitka.connect("woocommerce"), placed);
    await kvitka.deliver("stripe", await kvitka.connect("stripe"), captured);
    const { orders, waiting } = await knownIn(kvitka);
    expect(orders).toMatchObject([{ payments: [{ provider: "stripe", basis: "evidence" }] }]);
    expect(waiting).toEqual([]);
  });
});

describe("a payment of an account that stores share", () => {
  const site = { storeReference: "metadata.site_url", storeName: "https://kvitka.example" };
  const paid = (metadata = {}) => ({ topic: "", body: stripeEvent("payment_intent.succeeded", intent({ metadata })) });
  const refunded = (metadata = {}) => ({
    topic: "",
    body: stripeEvent("charge.refunded", charge({ amount_refunded: 1000, metadata })),
  });
  const refunds = [{ "total:1000": { amount: { amountMinor: 10_00 } } }];
  const refundsIn = async (kvitka: Shop) =>
    (await knownIn(kvitka)).payments.map((payment) => (payment as unknown as KnownPayment).refunds);

  it("is taken when it names the store, waits for a person when it names none, and is else kept nowhere", async () => {
    const kvitka = await shop();
    const hook = await kvitka.connect("stripe", { settings: site });
    await kvitka.deliver("stripe", hook, paid({ site_url: "https://kava.example" }));
    await kvitka.deliver("stripe", hook, paid());
    expect(kvitka.counts).toEqual({ DeliveriesIgnored: 1, DeliveriesQuarantined: 1 });
    expect((await knownIn(kvitka)).payments).toEqual([]);
    await kvitka.deliver("stripe", hook, paid({ site_url: "https://kvitka.example" }));
    expect((await knownIn(kvitka)).payments).toHaveLength(1);
  });

  it.each([
    ["names none", {}],
    ["names the store as it was called before", { site_url: "https://kvitky.example" }],
  ])("and that the store knows already is refunded though it %s", async (_, metadata) => {
    const kvitka = await shop();
    const hook = await kvitka.connect("stripe");
    await kvitka.deliver("stripe", hook, paid(metadata));
    await kvitka.runtime.get(hooks).change(hook, { settings: site }, { origin: origin(), now: NOW });
    kvitka.clock.advance(15_000);
    await kvitka.deliver("stripe", hook, refunded(metadata));
    expect(await refundsIn(kvitka)).toMatchObject(refunds);
    expect(kvitka.counts).toEqual({});
  });

  it.each([
    ["names none", { order_id: "1001" }],
    [
      "names another, and an order of a number that is there too",
      { site_url: "https://kava.example", order_id: "1001" },
    ],
  ])("and that the store vouched for is that order's though it %s", async (_, metadata) => {
    const kvitka = await shop();
    const as = { key: "sto_1" };
    const hook = await kvitka.connect("stripe", { settings: site });
    const paidHere = { externalId: intent().id, provider: "stripe", amount: uah(34_85), capturedAt: NOW };
    const order = { placedAt: NOW, lines: [{ name: "Tea", unitPrice: uah(34_85) }], total: uah(34_85) };
    await kvitka.ask({ as, path: "/v1/orders", body: { ...order, externalId: "1001" } });
    await kvitka.ask({ as, path: "/v1/orders", body: { ...order, externalId: "1002", payments: [paidHere] } });
    for (const said of [refunded(metadata), paid(metadata)]) await kvitka.deliver("stripe", hook, said);
    const shown = async (name: string) => (await kvitka.ask({ as, path: `/v1/orders/ext:${name}` })).body;
    expect(await shown("1002")).toMatchObject({ paid: uah(34_85), refunded: uah(10_00), payments: [{}] });
    expect(await shown("1001")).toMatchObject({ paid: uah(0), refunded: uah(0), payments: [] });
    expect(kvitka.counts).toEqual({});
  });

  it("is an order's whose platform names it, by its charge too", async () => {
    const kvitka = await shop();
    const body = wooOrder({ transaction_id: charge().id });
    await kvitka.deliver("woocommerce", await kvitka.connect("woocommerce"), { topic: "order.created", body });
    await kvitka.deliver("stripe", await kvitka.connect("stripe", { settings: site }), paid());
    expect((await knownIn(kvitka)).orders).toMatchObject([{ payments: [{ provider: "stripe" }] }]);
  });

  it("that another store of ours knows is not this one's", async () => {
    const kvitka = await shop();
    await openStore(kvitka.table, "sto_2");
    await kvitka.deliver("stripe", await kvitka.connect("stripe", {}, "sto_2"), paid());
    await kvitka.deliver("stripe", await kvitka.connect("stripe", { settings: site }), refunded());
    expect(await refundsIn(kvitka)).toEqual([{}]);
    expect(kvitka.counts).toEqual({ DeliveriesQuarantined: 1 });
  });

  it("is taken out of quarantine once the store knows it", async () => {
    const kvitka = await shop();
    const hook = await kvitka.connect("stripe", { settings: site });
    await kvitka.deliver("stripe", hook, refunded());
    const [one] = (await kvitka.ask({ as: "manager", path: "/v1/quarantine" })).body.items;
    const replay = { as: "manager" as const, method: "POST", path: `/v1/quarantine/${one.id}/replay` };
    expect((await kvitka.ask(replay)).status).toBe(409);
    await kvitka.deliver("stripe", hook, paid({ site_url: "https://kvitka.example" }));
    expect((await kvitka.ask(replay)).status).toBe(200);
    expect(await refundsIn(kvitka)).toMatchObject(refunds);
  });
});

describe("a shop that marks tests", () => {
  it("keeps a test order out of its numbers", async () => {
    const kvitka = await shop();
    const hook = await kvitka.connect("shopify", { settings: { testOrders: "mark" } });
    await kvitka.deliver("shopify", hook, { topic: "orders/create", body: shopifyOrder({ test: true }) });
    const { orders, people } = await knownIn(kvitka);
    expect(orders).toMatchObject([{ test: true }]);
    expect(people).toMatchObject([{ stats: { orders: 0 } }]);
  });

  it("counts one of a shop that does not", async () => {
    const kvitka = await shop();
    const hook = await kvitka.connect("shopify");
    for (const said of shopifyDay) await kvitka.deliver("shopify", hook, said);
    expect((await knownIn(kvitka)).people).toMatchObject([{ stats: { orders: 1, paidOrders: 1 } }]);
  });
});
