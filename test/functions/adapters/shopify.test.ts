import { describe, expect, it } from "vitest";
import { Unusable } from "../../../functions/adapters/adapter.ts";
import { orderIn } from "../../support/deliveries.ts";
import { SHOPIFY_CUSTOMER_ID, SHOPIFY_ORDER_ID, shopifyOrder, withBigIds } from "../../support/samples/shopify.ts";
import { uah, usd } from "../../support/samples.ts";

const said = (body: unknown, topic = "orders/updated") => ({ topic, body });
const order = (part: Record<string, unknown> = {}, more = {}) => orderIn("shopify", said(shopifyOrder(part)), more);

describe("an order of Shopify", () => {
  it("is told with its money, lines, buyer and source", () => {
    const { order: told, snapshot, names, test } = orderIn("shopify", said(withBigIds(shopifyOrder())));
    expect(told).toMatchObject({
      externalId: SHOPIFY_ORDER_ID,
      version: { at: "2026-11-20T10:15:01.000Z", rank: 0 },
      claim: { provider: "shopify", amountMinor: 0, at: "2026-11-20T10:15:01.000Z" },
      refunds: [],
      fulfillments: [],
    });
    expect(told.stage).toBeUndefined();
    expect(snapshot).toMatchObject({
      externalId: SHOPIFY_ORDER_ID,
      number: "#1001",
      placedAt: "2026-11-20T10:15:00.000Z",
      lines: [
        {
          externalId: "6866550311766439020",
          ...{ sku: "COF-250", name: "Coffee - 250 g", brand: "Kolo" },
          ...{ quantity: 2, unitPrice: uah(249_00), discount: uah(30_00) },
        },
      ],
      shipping: {
        method: "Nova Poshta",
        price: uah(80_00),
        address: { country: "UA", region: "Kyiv City", city: "Kyiv", line1: "Khreshchatyk 1", postalCode: "01001" },
      },
      discount: uah(20_00),
      tax: uah(88_00),
      total: uah(528_00),
      ...{ paymentMethod: "LiqPay", paymentTiming: "prepaid", orderMethod: "site", couponCode: "NOV10" },
      source: {
        utm: { source: "instagram", medium: "social", campaign: "nov" },
        referrer: "https://instagram.com/",
        landingPage: "/coffee?utm_source=instagram&utm_medium=social&utm_campaign=nov",
      },
      note: "leave at the door",
    });
    expect(names).toEqual([SHOPIFY_ORDER_ID, "#1001"]);
    expect(test).toBe(false);
  });

  it.each([
    ["paid", "0.00", 528_00],
    ["partially_refunded", "0.00", 528_00],
    ["refunded", "0.00", 528_00],
    ["partially_paid", "428.00", 100_00],
    ["partially_paid", undefined, 0],
    ["authorized", "528.00", 0],
    ["voided", "528.00", 0],
    ["something_new", "0.00", 0],
  ])("that is %s with %s outstanding claims %i", (financial_status, total_outstanding, amountMinor) => {
    expect(order({ financial_status, total_outstanding }).order.claim).toMatchObject({ amountMinor });
  });

  it("is cancelled when it was cancelled, completed when it was closed, and nothing of its own else", () => {
    const times = { cancelled_at: "2026-11-21T10:00:00Z", closed_at: "2026-11-22T10:00:00Z" };
    expect(order(times).order.stage).toEqual({ stage: "cancelled", at: "2026-11-21T10:00:00.000Z" });
    expect(order({ ...times, cancelled_at: null }).order.stage).toEqual({
      stage: "completed",
      at: "2026-11-22T10:00:00.000Z",
    });
  });

  it("is further along when it is paid in the second in which it was placed", () => {
    const [placed, paid, closed] = [
      order(),
      order({ financial_status: "paid" }),
      order({ financial_status: "paid", closed_at: "2026-11-20T10:15:01Z" }),
    ].map(({ order: told }) => told.version.hash);
    expect([closed, paid, placed].sort()).toEqual([placed, paid, closed]);
  });

  it("is worth the shop's own money, whatever the buyer saw", () => {
    const { snapshot } = order({ currency: "USD", presentment_currency: "EUR", total_price: "398.00" });
    expect(snapshot.total).toEqual(usd(398_00));
  });

  it("asks for money at the door, by invoice or before by the names of its gateways and its terms", () => {
    const timing = (part: Record<string, unknown>) => order(part).snapshot.paymentTiming;
    expect(timing({ payment_gateway_names: ["Cash on Delivery (COD)"] })).toBe("on_delivery");
    expect(timing({ payment_gateway_names: ["gift_card", "Накладений платіж"] })).toBe("on_delivery");
    expect(timing({ payment_terms: { payment_terms_type: "NET" } })).toBe("invoice");
    expect(timing({ payment_gateway_names: [] })).toBe("prepaid");
  });

  it("is sold in the shop when it comes from the point of sale", () => {
    expect(order({ source_name: "pos" }).snapshot.orderMethod).toBe("store");
  });

  it("counts as a real one though a development store calls it a test, unless the hook marks tests", () => {
    expect(order({ test: true }).test).toBe(false);
    expect(order({ test: true }, { settings: { testOrders: "mark" } }).test).toBe(true);
    expect(order({ test: false }, { settings: { testOrders: "mark" } }).test).toBe(false);
  });

  it("keeps what can be kept of a buyer", () => {
    const contact = (part: Record<string, unknown>) => order(part).snapshot.customer;
    expect(contact({})).toMatchObject({
      ...{ externalId: SHOPIFY_CUSTOMER_ID, email: "olena@example.com", phone: "+380671112233" },
      ...{ firstName: "Olena", lastName: "Koval", locale: "uk" },
    });
    expect(contact({ email: "no address", contact_email: "", phone: "555-SHIP" })).toMatchObject({
      email: "olena@example.com",
      phone: "+380671112233",
    });
    const abroad = { phone: null, shipping_address: { country_code: "US", phone: "(212) 456-7890" } };
    expect(contact(abroad)?.phone).toBe("+12124567890");
    expect(contact({ customer_locale: "fr-CA" })?.locale).toBeUndefined();
    expect(contact({ email: null, contact_email: null, customer: null })).toMatchObject({ phone: "+380671112233" });
  });

  it("tells of permission for marketing as it was decided", () => {
    const consents = (part: Record<string, unknown>) => order(part).snapshot.customer?.consents;
    const grant = { channel: "email", purpose: "marketing", granted: true, source: "shopify" };
    expect(consents({ customer: null })).toEqual([{ ...grant, at: "2026-11-20T10:15:00.000Z" }]);
    expect(consents({ customer: null, buyer_accepts_marketing: false })).toBeUndefined();
    const customer = {
      email_marketing_consent: { state: "unsubscribed", consent_updated_at: "2026-11-19T10:00:00Z" },
      sms_marketing_consent: { state: "not_subscribed", consent_updated_at: null },
    };
    expect(consents({ buyer_accepts_marketing: null, customer })).toEqual([
      { ...grant, granted: false, at: "2026-11-19T10:00:00.000Z" },
    ]);
  });

  it("loses parts that cannot be held, and never the order", () => {
    const { snapshot } = order({
      name: `#${"9".repeat(300)}`,
      note: "😀".repeat(6_000),
      customer: { id: "7".repeat(150), first_name: "O".repeat(500) },
      shipping_address: { city: "K".repeat(500), country_code: "Ukraine" },
      line_items: [{ name: "n".repeat(900), price: "528.00", quantity: 1 }, { name: "without a price" }, null],
      discount_codes: [{ code: "C".repeat(500) }],
    });
    expect(snapshot.number).toHaveLength(200);
    expect(snapshot.note).toBe("😀".repeat(5_000));
    expect(snapshot.customer).toEqual({
      email: "olena@example.com",
      phone: "+380671112233",
      ...named("O".repeat(120)),
    });
    expect(snapshot.shipping?.address).toEqual({ city: "K".repeat(120) });
    expect(snapshot.lines.map(({ name }) => name.length)).toEqual([500]);
    expect(snapshot.couponCode).toHaveLength(120);
  });

  it("holds one line for itself when none of its lines can be read", () => {
    expect(order({ line_items: [] }).snapshot.lines).toEqual([{ name: "#1001", quantity: 1, unitPrice: uah(528_00) }]);
    expect(order({ line_items: [{ name: "Returned", price: "1.00", quantity: 0 }] }).snapshot.lines).toHaveLength(1);
  });

  it.each([
    ["without an id", { id: null }, "wrong_shape"],
    ["without a total", { total_price: undefined }, "wrong_shape"],
    ["without any time", { created_at: null, processed_at: "yesterday" }, "wrong_shape"],
    ["in a currency that no one knows", { currency: "XYZ" }, "currency_unknown"],
    ["with a total finer than its currency", { total_price: "10.005" }, "money_not_exact"],
    ["with a total below zero", { total_price: "-1.00" }, "not_holdable"],
  ])("is unusable %s", (_, part, code) => {
    expect(() => order(part)).toThrow(expect.objectContaining({ code }));
    expect(() => order(part)).toThrow(Unusable);
  });
});

const named = (firstName: string) => ({
  firstName,
  lastName: "Koval",
  locale: "uk",
  consents: [expect.objectContaining({ granted: true })],
});
