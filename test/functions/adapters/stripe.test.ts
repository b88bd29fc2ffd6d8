import { describe, expect, it } from "vitest";
import { stripe } from "../../../functions/adapters/payments/stripe.ts";
import { paymentIn, translated } from "../../support/deliveries.ts";
import { charge, intent, session, stripeEvent } from "../../support/samples/stripe.ts";
import { uah } from "../../support/samples.ts";

const event = (type: string, object: Record<string, unknown>, created?: number) => ({
  topic: type,
  body: stripeEvent(type, object, created),
});
const OWN = ["pi_kvitka0000000001", "ch_kvitka0000000001"];

describe("a payment of Stripe", () => {
  it("is what its intent received, when it succeeded", () => {
    expect(paymentIn(event("payment_intent.succeeded", intent({ amount: 4000 })))).toMatchObject({
      ...{ provider: "stripe", externalId: "pi_kvitka0000000001", references: OWN },
      received: { amount: uah(34_85), capturedAt: "2026-11-20T08:00:02.000Z" },
    });
  });

  it("is one payment for its intent, its charge and its checkout, and the intent has the last word", () => {
    const told = [
      event("payment_intent.succeeded", intent()),
      event("charge.succeeded", charge()),
      event("checkout.session.completed", session()),
    ].map((said) => paymentIn(said));
    expect(new Set(told.map(({ externalId }) => externalId))).toEqual(new Set(["pi_kvitka0000000001"]));
    const versions = told.map(({ received }) => received?.version.at ?? "");
    expect([...versions].sort().reverse()).toEqual(versions);
  });

  it("of a charge without an intent is the charge's own", () => {
    const told = paymentIn(event("charge.succeeded", charge({ payment_intent: null })));
    expect(told).toMatchObject({ externalId: "ch_kvitka0000000001", received: { amount: uah(34_85) } });
  });

  it("is none while a charge is only authorized, or a checkout moves no money", () => {
    const told = (type: string, object: Record<string, unknown>) => translated("stripe", event(type, object));
    expect(told("charge.succeeded", charge({ captured: false }))).toMatchObject({ reason: "no_money_moved" });
    expect(told("checkout.session.completed", session({ payment_intent: null }))).toMatchObject({ kind: "nothing" });
  });

  it("captured in part is what was captured", () => {
    const told = paymentIn(event("charge.captured", charge({ amount_captured: 2000 })));
    expect(told.received?.amount).toEqual(uah(20_00));
  });

  it("of a checkout that is not paid yet is known by its order's name alone", () => {
    for (const part of [{ payment_status: "unpaid" }, { amount_total: null, currency: null }]) {
      const told = paymentIn(event("checkout.session.completed", session(part)));
      expect(told).toEqual({
        provider: "stripe",
        externalId: "pi_kvitka0000000001",
        references: ["2727", "pi_kvitka0000000001"],
      });
    }
  });

  it.each([
    ["metadata.order_id", { metadata: { order_id: "2727" } }],
    ["metadata.orderId", { metadata: { orderId: 2727 } }],
    ["metadata.order_number", { metadata: { order_number: " 2727 " } }],
  ])("names its order by %s", (_, part) => {
    expect(paymentIn(event("payment_intent.succeeded", intent(part))).references).toEqual(["2727", ...OWN]);
  });

  it("names its order where the hook's settings say, and nowhere else", () => {
    const said = event("payment_intent.succeeded", intent({ metadata: { order_id: "1", shop: { order: "2727" } } }));
    const named = (orderReference: string) => paymentIn(said, { settings: { orderReference } }).references;
    expect(named("metadata.shop.order")).toEqual(["2727", ...OWN]);
    expect(named("metadata.constructor.name")).toEqual(OWN);
    const mailed = event("payment_intent.succeeded", intent({ metadata: { order_id: "olena@example.com" } }));
    expect(paymentIn(mailed).references).toEqual(OWN);
    expect(named("metadata")).toEqual(OWN);
  });

  describe("where stores share an account", () => {
    const settings = { storeReference: "metadata.site_url", storeName: "https://kvitka.example" };
    const told = (metadata: Record<string, string>, type = "payment_intent.succeeded", own = settings) =>
      translated("stripe", event(type, intent({ metadata })), { settings: own });
    const ours = { kind: "payment", payment: paymentIn(event("payment_intent.succeeded", intent())) };

    it.each(["https://kvitka.example", "https://Kvitka.example", "https://kvitka.example/"])(
      "is this store's when it names this store: %s",
      (site_url) => expect(told({ site_url })).toEqual(ours),
    );

    it("is this store's by a name as long as a setting may be", () => {
      const storeName = `https://kvitka.example/${"k".repeat(177)}`;
      const long = { ...settings, storeName };
      expect(stripe.settings.safeParse(long).success).toBe(true);
      expect(told({ site_url: storeName }, "payment_intent.succeeded", long)).toEqual(ours);
    });

    it("is in doubt when it names another or none, whatever order it names", () => {
      const doubt = (reason: string) => ({ ...ours, doubt: { reason, names: OWN } });
      expect(told({ site_url: "https://kava.example" })).toEqual(doubt("other_store"));
      expect(told({ site_url: "https://kvitka.example/pl" })).toEqual(doubt("other_store"));
      expect(told({})).toEqual(doubt("store_not_named"));
      expect(told({ order_id: "1001" })).toMatchObject({ doubt: { names: OWN } });
    });

    it("that moves no money needs no name", () => {
      expect(told({}, "payment_intent.canceled")).toEqual({ kind: "nothing", reason: "topic_not_used" });
    });

    it("is told apart by both settings or by neither", () => {
      expect(stripe.settings.safeParse(settings).success).toBe(true);
      for (const half of [{ storeReference: settings.storeReference }, { storeName: settings.storeName }])
        expect(stripe.settings.safeParse(half).error?.issues).toMatchObject([{ path: ["storeName"] }]);
    });
  });

  it.each([
    ["usd", 1099, 1099],
    ["jpy", 500, 500],
    ["kwd", 5120, 5120],
    ["isk", 50_000, 500],
    ["ugx", 500, 5],
    ["mga", 20, 2_000],
    ["huf", 100_00, 100_00],
  ])("in %s of %i is %i in the currency's own minor unit", (currency, amount, amountMinor) => {
    const told = paymentIn(event("payment_intent.succeeded", intent({ currency, amount_received: amount })));
    expect(told.received?.amount).toEqual({ amountMinor, currency: currency.toUpperCase() });
  });

  it.each([
    ["half a króna", { currency: "isk", amount_received: 150 }, "money_not_exact"],
    ["no currency", { currency: null }, "currency_unknown"],
    ["a currency that is none", { currency: "zzz" }, "currency_unknown"],
    ["an amount that is no number", { amount: "34.85" }, "wrong_shape"],
  ])("of %s is unusable", (_, part, code) => {
    const said = event("payment_intent.succeeded", intent(part));
    expect(() => paymentIn(said)).toThrow(expect.objectContaining({ code }));
  });
});

describe("a refund of Stripe", () => {
  const refunded = (part: Record<string, unknown>) => paymentIn(event("charge.refunded", charge(part))).refunds;

  it("is each one that is listed and succeeded", () => {
    const data = [
      { id: "re_1", amount: 1000, created: 1_795_000_000, status: "succeeded" },
      { id: "re_2", amount: 485, created: 1_795_000_100, status: "pending" },
      { id: "re_3", amount: 100, created: 1_795_000_200 },
    ];
    expect(refunded({ amount_refunded: 1100, refunds: { data } })).toMatchObject([
      { refundKey: "re_1", amount: uah(10_00), cumulative: false, refundedAt: "2026-11-18T11:06:40.000Z" },
      { refundKey: "re_3", amount: uah(1_00), cumulative: false },
    ]);
  });

  it("is the sum so far where none is listed by an id that can be kept", () => {
    const unkept = ["constructor", "__proto__"].map((id) => ({ id, amount: 1485, created: 1_795_000_000 }));
    for (const refunds of [undefined, null, { data: [] }, { data: unkept }]) {
      expect(refunded({ amount_refunded: 1485, refunds })).toMatchObject([
        { refundKey: "total:1485", amount: uah(14_85), cumulative: true, refundedAt: "2026-11-20T08:00:02.000Z" },
      ]);
    }
  });
});
