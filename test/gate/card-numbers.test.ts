import { inspect } from "node:util";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { HOUR_MS } from "../support/clock.ts";
import { openVault } from "../support/doubles.ts";
import { shopifyOrder, withBigIds } from "../support/samples/shopify.ts";
import { charge, stripeEvent } from "../support/samples/stripe.ts";
import { wooOrder } from "../support/samples/woocommerce.ts";
import { PLACED_AT, uah } from "../support/samples.ts";
import { placesIn } from "./hostile.ts";
import { asked, connected, delivered, type Merchant, merchant, orderBody } from "./merchant.ts";
import { RIGHTLY } from "./requests.ts";

const CARD = "4111 1111 1111 1111";
const DIGITS = "5555555555554444";
const SAID = `card ${CARD}, or ${DIGITS}; 12/29`;

let shop: Merchant;

/** A value with the sentence at the end of every text but ids, codes and times. */
function said(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) return value.map((one) => said(one, name));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, said(one, key)]));
  }
  const isFree = /name|note|title|company|address|city|line1|region|tags|reason|^value$|message|method/i.test(name);
  return typeof value === "string" && isFree && value.length < 40 && !/_|^[a-z]+$/.test(value) ? SAID : value;
}

const post = (on: string, body: unknown) => {
  const request = RIGHTLY[on]?.(shop.a) as { path: string; method?: string };
  return asked(shop, { ...request, as: "owner", body });
};

beforeAll(async () => {
  shop = await merchant();
  const { customerId, orderId } = shop.a;
  const order = orderBody("paid-by-card", { note: SAID, lines: [{ name: SAID, unitPrice: uah(100_00), brand: SAID }] });
  const customer = { firstName: SAID, lastName: CARD, company: { name: DIGITS }, email: "card@example.com" };
  const address = { line1: SAID, city: CARD, postalCode: DIGITS.slice(0, 16) };
  await post("POST /v1/orders", { ...order, storeId: shop.a.storeId, customer, shipping: { method: SAID, address } });
  await post("POST /v1/customers", { ...customer, email: "card-2@example.com", storeId: shop.a.storeId });
  await asked(shop, {
    ...{ method: "PATCH", path: `/v1/customers/${customerId}`, as: "owner" },
    body: { lastName: SAID, tags: [CARD] },
  });
  await asked(shop, { path: `/v1/orders/${orderId}/stage`, as: "owner", body: { stage: "processing", note: SAID } });
  const refund = { mode: "record", amount: uah(1), reason: "other", note: SAID };
  await asked(shop, { path: `/v1/orders/${orderId}/refunds`, as: "owner", body: refund });
  await post("POST /v1/mismatches/{mismatchId}/resolve", { booking: "6011", note: SAID });
  const [shopify, woo] = [shop.a.hookId, await connected(shop, "woocommerce", shop.a.storeId)];
  const stripe = await connected(shop, "stripe", shop.a.storeId);
  const details = { payment_details: { credit_card_number: DIGITS, pan: 4111111111111111 } };
  for (const more of [{}, { id: "5820982911946154509", currency: "ZZZ" }]) {
    const body = withBigIds({ ...(said(shopifyOrder()) as object), ...details, ...more });
    await delivered(shop, "shopify", shopify, { topic: "orders/create", body });
    const order = { ...(said(wooOrder()) as object), ...details, ...more, id: more.id ? 9 : 10 };
    await delivered(shop, "woocommerce", woo, { topic: "order.created", body: order });
  }
  await delivered(shop, "woocommerce", woo, { topic: "order.created", body: `{"note":"${SAID}` });
  const paid = charge({ description: SAID, payment_method_details: { card: { number: DIGITS, last4: "4444" } } });
  await delivered(shop, "stripe", stripe, { topic: "", body: stripeEvent("charge.succeeded", paid) });
  await shop.ask({ path: "/v1/orders", as: "owner", body: { ...order, total: SAID, storeId: shop.a.storeId } });
  await shop.settle();
  await shop.advance(25 * HOUR_MS);
});

const text = (thing: unknown) => inspect(thing, { depth: 20, maxArrayLength: 10_000, maxStringLength: 1e6 });
const holdsCard = (told: string) => /4111[ -]?1111[ -]?1111[ -]?1111/.test(told) || told.includes(DIGITS);

describe("a card number in what people wrote", () => {
  it("is kept nowhere but its last four digits: not in an item, a log, an event or a mail", () => {
    const kept = shop.table.changes.map(({ new: item }) => item);
    for (const all of [kept, shop.logs, shop.seen, shop.office.mailbox]) expect(holdsCard(text(all))).toBe(false);
    expect(text(kept)).toContain("card **** **** **** 1111, or ************4444; 12/29");
  });

  it("is kept by no delivery in quarantine either, which is else as it came", async () => {
    const raw = shop.table.items().filter(({ sk }) => sk === "raw");
    expect(raw.length).toBeGreaterThanOrEqual(3);
    for (const { pk, sealed } of raw) {
      const zipped = await openVault.open(sealed as string, pk.slice("quarantine#".length));
      expect(holdsCard(gunzipSync(Buffer.from(zipped, "base64")).toString())).toBe(false);
    }
  });

  it("was written in every free text that an order has", async () => {
    const { items } = await asked(shop, { path: "/v1/orders?externalId=paid-by-card", as: "owner" });
    const order = await asked(shop, { path: `/v1/orders/${items[0].id}`, as: "owner" });
    const masked = placesIn(order).filter((path) => {
      const value = path.reduce<unknown>((part, name) => (part as Record<string, unknown>)?.[name], order);
      return typeof value === "string" && value.includes("*");
    });
    expect(masked.map((path) => path.join(".")).sort()).toEqual([
      ...["customer.company.name", "customer.firstName", "customer.lastName", "lines.0.brand", "lines.0.name", "note"],
      ...["shipping.address.city", "shipping.address.line1", "shipping.address.postalCode", "shipping.method"],
    ]);
    expect(order.placedAt).toBe(PLACED_AT);
  });
});
