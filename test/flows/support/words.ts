import { randomInt } from "node:crypto";
import type { Said } from "../../support/providers.ts";
import { shopifyOrder, shopifyRefund, withBigIds } from "../../support/samples/shopify.ts";
import { charge, intent, stripeEvent } from "../../support/samples/stripe.ts";
import { wooOrder } from "../../support/samples/woocommerce.ts";
import { aBuyer } from "./store.ts";

/** Digits of an id that nobody else has; the first is not zero. */
export const digits = (count: number): string =>
  Array.from({ length: count }, (_, index) => randomInt(index === 0 ? 1 : 0, 10)).join("");

/** Platforms' times have whole seconds. */
const at = (from: Date, seconds = 0) =>
  new Date(Math.floor(from.getTime() / 1_000 + seconds) * 1_000).toISOString().replace(".000Z", "Z");

/** An order of a Shopify shop in the words that the platform has for it; 528.00 in all. */
export interface ShopifyTale {
  externalId: string;
  number: string;
  buyer: ReturnType<typeof aBuyer>;
  /** What the platform says of the order, so many seconds after it was placed. */
  said(topic: string, part?: Record<string, unknown>, seconds?: number): Said;
  /** Money that the platform says went back, in major units. */
  refunded(amount: string, seconds?: number): Said;
}

/** Somebody orders in a Shopify shop, with an id that no float holds. */
export function aShopifyOrder(now: Date, part: Record<string, unknown> = {}, buyer = aBuyer()): ShopifyTale {
  const externalId = digits(19);
  const number = `#${digits(9)}`;
  const sample = shopifyOrder();
  const { email, phone } = buyer;
  const address = { ...sample.billing_address, phone };
  const customer = { ...sample.customer, id: digits(19), email, default_address: address };
  const people = { email, contact_email: email, customer, billing_address: address, shipping_address: address };
  const ids = { id: externalId, name: number, created_at: at(now), processed_at: at(now) };
  return {
    ...{ externalId, number, buyer },
    said: (topic, change = {}, seconds = 0) => ({
      topic,
      body: withBigIds(shopifyOrder({ ...people, ...ids, updated_at: at(now, seconds), ...part, ...change })),
    }),
    refunded(amount, seconds = 120) {
      const transactions = [{ id: digits(9), kind: "refund", status: "success", amount, currency: "UAH" }];
      const times = { created_at: at(now, seconds), processed_at: at(now, seconds) };
      return {
        topic: "refunds/create",
        body: withBigIds(shopifyRefund({ id: digits(18), order_id: externalId, ...times, transactions })),
      };
    },
  };
}

/** Somebody orders in a WooCommerce shop for 34.85; `said` tells of it so many seconds later. */
export function aWooOrder(now: Date, buyer = aBuyer()) {
  const id = Number(digits(8));
  const { email, phone } = buyer;
  const billing = { ...wooOrder().billing, email, phone };
  const times = { date_created: at(now).slice(0, 19), date_created_gmt: at(now).slice(0, 19) };
  const order = { id, number: `W-${id}`, customer_id: 0, billing, shipping: billing, ...times };
  return {
    externalId: String(id),
    buyer,
    said: (topic: string, part: Record<string, unknown> = {}, seconds = 0): Said => ({
      topic,
      body: wooOrder({ ...order, date_modified_gmt: at(now, seconds).slice(0, 19), ...part }),
    }),
  };
}

/** A card payment through Stripe that names its order. */
export function aPayment(now: Date, { order, store, amountMinor, currency = "uah" }: Paid) {
  const id = `pi_${digits(20)}`;
  const own = `ch_${id.slice(3)}`;
  const seconds = Math.floor(now.getTime() / 1_000);
  const metadata = { ...(order && { order_id: order }), ...(store && { site_url: store }) };
  const common = { amount: amountMinor, currency, created: seconds, metadata };
  const told = (type: string, object: Record<string, unknown>, later: number): Said => ({
    topic: type,
    body: stripeEvent(type, object, seconds + later),
  });
  return {
    id,
    succeeded: () =>
      told("payment_intent.succeeded", intent({ ...common, id, amount_received: amountMinor, latest_charge: own }), 2),
    /** How much of it has gone back in all. */
    refunded: (sumMinor: number, later = 3_600) => {
      const part = { ...common, id: own, payment_intent: id, amount_captured: amountMinor, amount_refunded: sumMinor };
      return told("charge.refunded", charge(part), later);
    },
  };
}

interface Paid {
  order?: string;
  /** The site that was paid, where several share an account. */
  store?: string;
  amountMinor: number;
  currency?: string;
}
