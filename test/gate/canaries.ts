import { shopifyCustomer, shopifyOrder, shopifyRefund } from "../support/samples/shopify.ts";
import { charge, intent, session, stripeEvent } from "../support/samples/stripe.ts";
import { wooCustomer, wooOrder } from "../support/samples/woocommerce.ts";
import { PLACED_AT, uah } from "../support/samples.ts";

/** Makes words that stand nowhere else: each says by its name which attribute of which way in it was. */
export class Canaries {
  readonly planted: string[] = [];
  readonly #way: string;

  constructor(way: string) {
    this.#way = way;
  }

  /** A word for one attribute; what is told again in another form is found by its digits or letters too. */
  word(name: string): string {
    const word = `zq${this.#way}${name}qz`.toLowerCase();
    this.planted.push(word);
    return word;
  }

  email(name = "email"): string {
    return `${this.word(name)}@example.com`;
  }

  /** A number that can exist, the same for a way in and a name. */
  phone(index: number): string {
    const number = `+38050${String(7_000_000 + this.#way.length * 10_007 + index).slice(0, 7)}`;
    this.planted.push(number.slice(4));
    return number;
  }

  birthDate(): string {
    const day = `19${30 + (this.#way.length % 60)}-07-13`;
    this.planted.push(day);
    return day;
  }
}

/** A contact of the API with every attribute that is personal. */
export const contactOf = (one: Canaries) => ({
  externalId: `c-${one.word("externalbuyer")}`,
  email: one.email(),
  phone: one.phone(1),
  firstName: one.word("first"),
  lastName: one.word("last"),
  locale: "en",
  gender: "female",
  birthDate: one.birthDate(),
  company: { name: one.word("company"), taxId: one.word("tax") },
  consents: [{ channel: "email", purpose: "marketing", granted: true, at: PLACED_AT, source: "checkout" }],
});

/** An order of the API with canaries wherever people write. */
export const orderOf = (one: Canaries, externalId: string) => ({
  externalId,
  number: `N-${externalId}`,
  placedAt: PLACED_AT,
  customer: contactOf(one),
  lines: [{ name: one.word("line"), quantity: 1, unitPrice: uah(100_00), category: one.word("category") }],
  total: uah(100_00),
  shipping: {
    method: one.word("method"),
    address: {
      ...{ country: "UA", region: one.word("region"), city: one.word("city"), line1: one.word("street") },
      ...{ line2: one.word("flat"), postalCode: one.word("zip").slice(0, 20) },
    },
  },
  note: one.word("note"),
  couponCode: one.word("coupon"),
  paymentMethod: "card",
  source: {
    utm: { source: "news", campaign: one.word("campaign") },
    referrer: `https://example.com/?mail=${one.word("referrer")}`,
    landingPage: `/?phone=${one.word("landing")}`,
    clientId: one.word("client"),
  },
});

const shopifyPerson = (one: Canaries) => {
  const address = {
    ...{ first_name: one.word("first"), last_name: one.word("last"), company: one.word("company") },
    ...{ address1: one.word("street"), address2: one.word("flat"), city: one.word("city"), zip: "01001" },
    ...{ province: one.word("region"), country_code: "UA", phone: one.phone(2), name: one.word("whole") },
  };
  const customer = { ...shopifyCustomer(), email: one.email(), phone: one.phone(3), note: one.word("customernote") };
  return { address, customer: { ...customer, first_name: one.word("first"), last_name: one.word("last") } };
};

/** What Shopify would say. */
export function shopifySays(one: Canaries) {
  const { address, customer } = shopifyPerson(one);
  const people = { customer, billing_address: address, shipping_address: address, email: customer.email };
  const more = {
    ...{ note: one.word("note"), browser_ip: one.word("ip"), contact_email: customer.email, phone: one.phone(4) },
    note_attributes: [{ name: "gift", value: one.word("gift") }],
    payment_details: { credit_card_name: one.word("cardholder") },
    client_details: { browser_ip: one.word("clientip"), user_agent: one.word("agent") },
  };
  const order = shopifyOrder({ ...people, ...more });
  const refund = { ...shopifyRefund(), note: one.word("refundnote"), user_id: 1 };
  return { customer, order, refund };
}

/** What WooCommerce would say. */
export function wooSays(one: Canaries) {
  const billing = {
    ...{ first_name: one.word("first"), last_name: one.word("last"), company: one.word("company"), country: "UA" },
    ...{ address_1: one.word("street"), address_2: one.word("flat"), city: one.word("city"), state: "UA46" },
    ...{ postcode: "79000", email: one.email(), phone: one.phone(5) },
  };
  const people = { billing, shipping: { ...billing, first_name: one.word("recipient") } };
  const more = { customer_note: one.word("note"), customer_ip_address: one.word("ip"), customer_user_agent: "x" };
  const refunds = [{ id: 90, reason: one.word("reason"), total: "-10.00" }];
  const paid = { status: "processing", date_paid_gmt: "2026-11-20T08:00:02" };
  return { customer: wooCustomer({ ...billing, billing }), order: wooOrder({ ...people, ...more, ...paid, refunds }) };
}

/** What Stripe would say. */
export function stripeSays(one: Canaries) {
  const person = {
    name: one.word("payer"),
    email: one.email(),
    phone: one.phone(6),
    address: { city: one.word("city") },
  };
  const seen = { receipt_email: person.email, billing_details: person, shipping: person, customer_email: person.email };
  const metadata = { order_id: one.email("metadata"), name: one.word("metaname") };
  const words = { description: one.word("description"), statement_descriptor: one.word("statement"), metadata };
  return [
    stripeEvent("payment_intent.succeeded", intent({ ...seen, ...words })),
    stripeEvent("charge.succeeded", charge({ ...seen, ...words })),
    stripeEvent("checkout.session.completed", session({ ...seen, customer_details: person, client_reference_id: "c" })),
    stripeEvent("charge.refunded", charge({ ...seen, ...words, amount_refunded: 1000 })),
  ];
}
