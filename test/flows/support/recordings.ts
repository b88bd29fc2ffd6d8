import { fixture } from "../../support/fixtures.ts";
import type { Said, SenderName } from "../../support/providers.ts";

/** A recorded delivery, ready to be signed and sent again. */
export interface Recorded extends Said {
  from: SenderName;
}

/** The recordings were written again by JavaScript, which cost the ids their last digits: here they are as sent. */
const EXACT: [lost: string, sent: string][] = [
  ["820982911946154500", "820982911946154508"],
  ["890088186047892400", "890088186047892319"],
  ["115310627314723950", "115310627314723954"],
  ["706405506930370000", "706405506930370084"],
];

const exactly = (value: unknown): string =>
  EXACT.reduce((text, [lost, sent]) => text.replaceAll(lost, sent), JSON.stringify(value));

/** What Shopify's own test sender delivered on a topic. */
export const shopify = (topic: string): Recorded => ({
  from: "shopify",
  topic,
  body: exactly(fixture(`shopify/${topic.replace("/", "-")}`)),
});

/** What WooCommerce delivered on a topic, with parts of it replaced. */
export const woocommerce = (topic: string, part: object = {}, name = topic): Recorded => ({
  from: "woocommerce",
  topic,
  body: JSON.stringify({ ...fixture(`woocommerce/${name}`), ...part }),
});

/** What Stripe delivered of a type, with parts of its object replaced. */
export function stripe(topic: string, part: object = {}): Recorded {
  const event = fixture(`stripe/${topic}`);
  const object = { ...event.data.object, ...part };
  return { from: "stripe", topic, body: JSON.stringify({ ...event, data: { object } }) };
}

/** The topics of one Shopify order's life. */
export const SHOPIFY_LIFE = ["create", "updated", "paid", "cancelled", "fulfilled"].map((what) => `orders/${what}`);

const WOO_REFUND = { date_modified_gmt: "2017-03-23T10:00:00", refunds: [{ id: 726, reason: "", total: "-10.00" }] };

/** Everything that was recorded of orders, people and money. */
export const everything = (): Recorded[] => [
  ...SHOPIFY_LIFE.map(shopify),
  shopify("refunds/create"),
  shopify("customers/create"),
  shopify("fulfillments/create"),
  woocommerce("order.created"),
  woocommerce("order.updated", WOO_REFUND, "order.created"),
  woocommerce("customer.created"),
  stripe("payment_intent.succeeded"),
  stripe("checkout.session.completed", { metadata: { order_id: "727" } }),
  stripe("charge.refunded"),
];

/** The same told about people of another world: the recorded addresses are everybody's. */
export const inWorld = (recorded: Recorded, tag: string): Recorded => ({
  ...recorded,
  body: String(recorded.body).replace(/@(example|biller)\.com/g, `.${tag}@$1.com`),
});
