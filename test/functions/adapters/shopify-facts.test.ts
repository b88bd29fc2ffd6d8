import { describe, expect, it } from "vitest";
import { Unusable } from "../../../functions/adapters/adapter.ts";
import { orderIn, translated } from "../../support/deliveries.ts";
import {
  SHOPIFY_CUSTOMER_ID,
  SHOPIFY_ORDER_ID,
  shopifyCustomer,
  shopifyFulfillment,
  shopifyOrder,
  shopifyRefund,
  withBigIds,
} from "../../support/samples/shopify.ts";
import { uah, usd } from "../../support/samples.ts";

const order = (part: Record<string, unknown>) =>
  orderIn("shopify", { topic: "orders/updated", body: shopifyOrder(part) });
const report = (topic: string, body: unknown) => translated("shopify", { topic, body });

describe("a refund of Shopify", () => {
  const fact = {
    key: "shopify:890088186047892319",
    provider: "shopify",
    amount: uah(100_00),
    refundedAt: "2026-11-21T07:00:00.000Z",
    basis: "claim",
  };

  it("is the money of its successful transactions, alone and inside of its order alike", () => {
    const alone = report("refunds/create", withBigIds(shopifyRefund()));
    expect(alone).toMatchObject({ kind: "order", order: { externalId: SHOPIFY_ORDER_ID, refunds: [fact] } });
    const inside = order({ refunds: [shopifyRefund()] }).order.refunds;
    expect(alone).toMatchObject({ order: { refunds: inside } });
  });

  it("moves no money when only goods come back, in the order's currency", () => {
    const goods = {
      transactions: [],
      refund_line_items: [{ subtotal_set: { shop_money: { amount: "199.00", currency_code: "USD" } } }],
    };
    const told = report("refunds/create", shopifyRefund(goods));
    expect(told).toMatchObject({ order: { refunds: [{ amount: usd(0), basis: "claim" }] } });
  });

  it("is in the shop's own money where it is told so", () => {
    const set = { shop_money: { amount: "41.50", currency_code: "UAH" }, presentment_money: { amount: "1.00" } };
    const transactions = [{ kind: "refund", status: "success", amount: "1.00", currency: "EUR", amount_set: set }];
    expect(order({ refunds: [shopifyRefund({ transactions })] }).order.refunds).toMatchObject([{ amount: uah(41_50) }]);
  });

  it("is newer with more money at the same time, because a transaction may succeed later", () => {
    const pending = { ...shopifyRefund().transactions[0], status: "pending" };
    const [before, after] = [{ transactions: [pending] }, {}].map(
      (part) => order({ refunds: [shopifyRefund(part)] }).order.refunds?.[0]?.version,
    );
    expect(before?.at).toBe(after?.at);
    expect([after?.hash, before?.hash].sort()).toEqual([before?.hash, after?.hash]);
  });

  it("is unusable without its order", () => {
    expect(() => report("refunds/create", shopifyRefund({ order_id: null }))).toThrow(Unusable);
  });
});

describe("a fulfillment of Shopify", () => {
  const facts = (part: Record<string, unknown>) =>
    order({ fulfillments: [shopifyFulfillment(part)] }).order.fulfillments;

  it("is shipped, delivered or cancelled with the pieces that it covers", () => {
    const shipped = { key: "4355813466233", units: 2, shippedAt: "2026-11-20T16:00:00.000Z" };
    expect(facts({})).toMatchObject([{ ...shipped, status: "shipped" }]);
    expect(facts({ shipment_status: "delivered", updated_at: "2026-11-22T09:00:00Z" })).toMatchObject([
      { ...shipped, status: "delivered", deliveredAt: "2026-11-22T09:00:00.000Z" },
    ]);
    expect(facts({ status: "cancelled" })).toMatchObject([{ status: "cancelled" }]);
  });

  it("is no fact while it is planned, or when it failed", () => {
    for (const status of ["pending", "open", "error", "failure"]) expect(facts({ status })).toEqual([]);
    expect(report("fulfillments/create", shopifyFulfillment({ status: "pending" }))).toMatchObject({ kind: "nothing" });
  });

  it("is told alone as in its order", () => {
    const alone = report("fulfillments/update", withBigIds(shopifyFulfillment()));
    expect(alone).toMatchObject({ order: { externalId: SHOPIFY_ORDER_ID, fulfillments: facts({}) } });
  });

  it.each(["constructor", "__proto__"])("of an id that no list by ids can hold, %s, costs no order", (id) => {
    expect(facts({ id })).toEqual([]);
    expect(() => report("fulfillments/create", shopifyFulfillment({ id }))).toThrow(Unusable);
  });

  it("covers all of an order that is fulfilled without a list", () => {
    expect(order({ fulfillment_status: "fulfilled" }).order.fulfillments).toMatchObject([
      { key: "all", status: "shipped" },
    ]);
  });
});

describe("a customer of Shopify", () => {
  it("is told with what identifies them and what they allow", () => {
    expect(report("customers/update", withBigIds(shopifyCustomer()))).toEqual({
      kind: "customer",
      toldAt: "2026-11-20T10:14:00.000Z",
      contact: {
        ...{ externalId: SHOPIFY_CUSTOMER_ID, email: "olena@example.com", phone: "+380671112233" },
        ...{ firstName: "Olena", lastName: "Koval" },
        consents: [
          {
            ...{ channel: "email", purpose: "marketing", granted: true, source: "shopify" },
            at: "2026-11-20T10:14:00.000Z",
          },
        ],
      },
    });
  });

  it("may take a permission back alone", () => {
    const topic = "customers_email_marketing_consent/update";
    const body = {
      customer_id: 7,
      email_address: "olena@example.com",
      email_marketing_consent: { state: "unsubscribed", consent_updated_at: "2026-11-21T10:00:00Z" },
    };
    expect(report(topic, body)).toMatchObject({
      contact: { externalId: "7", consents: [{ granted: false, at: "2026-11-21T10:00:00.000Z" }] },
    });
    expect(report(topic, { ...body, email_marketing_consent: { state: null } })).toMatchObject({ kind: "nothing" });
  });
});

describe("a request under a privacy law", () => {
  it.each(["customers/data_request", "customers/redact", "shop/redact"])("of the topic %s is one", (topic) => {
    expect(report(topic, { shop_id: 954889 })).toEqual({ kind: "privacy" });
  });
});
