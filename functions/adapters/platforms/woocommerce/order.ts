import { own } from "../../../../domain/kernel/own.ts";
import { timingOf } from "../../../../domain/order/payment-timing.ts";
import { OrderSnapshot } from "../../../../domain/order/snapshot.ts";
import type { FactVersion, Instant, PaymentTiming, Stage } from "../../../../events/values.ts";
import type { IncomingOrder } from "../../../table/orders.ts";
import { type Circumstances, type Report, Unusable } from "../../adapter.ts";
import { contactFrom } from "../../contact.ts";
import { held } from "../../holding.ts";
import { currencyFrom, moneyFrom, readAs, roundedMoney, versionOf } from "../../reading.ts";
import { type Address, Customer, type Line, Order } from "./forms.ts";

/** What a status says of the stage; a failed or refunded order, or an extension's own status, says nothing. */
const STAGES: Readonly<Record<string, Stage>> = {
  pending: "new",
  "on-hold": "approval",
  processing: "processing",
  completed: "completed",
  cancelled: "cancelled",
};

/** How far a status is, of two snapshots of one second. */
const STEPS = ["pending", "on-hold", "processing", "completed", "cancelled", "failed", "refunded"];

/** A basket that is still being filled. */
const DRAFTS = ["checkout-draft", "auto-draft"];

/** An order's delivery: the whole order as the REST API shows it. */
export function orderReport(payload: unknown, { store }: Circumstances): Report {
  const order = readAs(Order, payload);
  if (DRAFTS.includes(order.status ?? "")) return { kind: "nothing", reason: "draft" };
  const placedAt = order.date_created_gmt ?? order.date_paid_gmt ?? order.date_modified_gmt;
  if (placedAt === undefined) {
    throw new Unusable("wrong_shape", "The delivery is not of its vendor's form at /date_created_gmt.", undefined, [
      "/date_created_gmt",
    ]);
  }
  const currency = currencyFrom(order.currency);
  const version = versionOfOrder(order, payload, order.date_modified_gmt ?? placedAt);
  const total = moneyFrom(order.total, currency);
  const claimedMinor = order.date_paid_gmt ? total.amountMinor : 0;
  const said: IncomingOrder = {
    externalId: order.id,
    version,
    snapshot: held(OrderSnapshot, draftOf(order, currency, placedAt, store.country)),
    claim: { provider: "woocommerce", amountMinor: claimedMinor, at: order.date_paid_gmt ?? version.at },
    refunds: order.refunds.map((refund) => refundFact(refund, currency, placedAt, version.at)),
  };
  return {
    kind: "order",
    order: said,
    names: [order.id, ...(order.number ? [order.number] : [])],
    transactions: /^[\w-]{6,100}$/.test(order.transaction_id ?? "") ? [order.transaction_id as string] : [],
    test: false,
  };
}

/** WooCommerce's times have whole seconds, and one second can see an order placed and paid. */
function versionOfOrder(order: Order, payload: unknown, at: Instant): FactVersion {
  const paid = order.date_paid_gmt ? 1 : 0;
  return versionOf(at, payload, [STEPS.indexOf(order.status ?? ""), paid, order.refunds.length]);
}

/**
 * A refund in the list of its order has neither a time nor a version of its own: it never changes, and happened when
 * the order was first told with it.
 */
function refundFact({ id, total }: Order["refunds"][number], currency: string, placedAt: Instant, toldAt: Instant) {
  const amount = { amountMinor: Math.abs(moneyFrom(total, currency).amountMinor), currency };
  return {
    key: `woocommerce:${id}`,
    provider: "woocommerce",
    amount,
    refundedAt: toldAt,
    basis: "claim" as const,
    version: versionOf(placedAt, amount),
  };
}

function draftOf(order: Order, currency: string, placedAt: Instant, country: string): Record<string, unknown> {
  const { billing, shipping } = order;
  const stage = own(STAGES, order.status ?? "");
  const isCompany = billing?.company !== undefined;
  const { lines, discount } = linesOf(order, currency);
  const method = order.shipping_lines[0]?.method_id ?? order.shipping_lines[0]?.method_title;
  const address = [shipping, billing].find((one) => one?.address_1 ?? one?.city);
  return {
    externalId: order.id,
    ...(order.number && { number: order.number }),
    placedAt,
    updatedAt: order.date_modified_gmt ?? placedAt,
    ...(stage && { status: stage }),
    customer: buyerOf(order, country),
    lines,
    shipping: {
      ...(method && { method }),
      price: roundedMoney(order.shipping_total ?? "0", currency),
      ...(address && { address: addressOf(address) }),
    },
    discount,
    ...(order.total_tax && { tax: roundedMoney(order.total_tax, currency) }),
    total: moneyFrom(order.total, currency),
    ...(order.payment_method && { paymentMethod: order.payment_method }),
    paymentTiming: timingFrom(order, isCompany),
    orderMethod: /pos/.test(order.created_via ?? "") ? "store" : "site",
    ...(order.coupon_lines[0] && { couponCode: order.coupon_lines[0].code }),
    ...sourceOf(order),
    ...(order.customer_note && { note: order.customer_note }),
  };
}

/** An extension's gateway has a name of its own; what the buyer read tells of paying at the door. */
function timingFrom({ payment_method, payment_method_title }: Order, isCompany: boolean): PaymentTiming {
  const timings = [payment_method, payment_method_title].map((method) => timingOf(method, isCompany));
  return timings.find((timing) => timing !== "prepaid") ?? "prepaid";
}

function buyerOf({ billing, shipping, customer_id, ...order }: Order, country: string) {
  return contactFrom(
    {
      externalId: customer_id === "0" ? undefined : customer_id,
      emails: [billing?.email],
      phones: [billing, shipping].map((one) => ({ text: one?.phone, country: one?.country })),
      firstNames: [billing?.first_name, shipping?.first_name],
      lastNames: [billing?.last_name, shipping?.last_name],
      company: billing?.company,
      language: metaOf(order, "wpml_language"),
    },
    country,
  );
}

/** A customer's delivery. */
export function customerReport(payload: unknown, { store, now }: Circumstances): Report {
  const { id, email, first_name, last_name, billing, ...dates } = readAs(Customer, payload);
  const contact = contactFrom(
    {
      externalId: id,
      emails: [email, billing?.email],
      phones: [{ text: billing?.phone, country: billing?.country }],
      firstNames: [first_name, billing?.first_name],
      lastNames: [last_name, billing?.last_name],
      company: billing?.company,
    },
    store.country,
  );
  return { kind: "customer", contact, toldAt: dates.date_modified_gmt ?? dates.date_created_gmt ?? now };
}

const addressOf = (address: Address) => ({
  country: address.country,
  region: address.state,
  city: address.city,
  line1: address.address_1,
  line2: address.address_2,
  postalCode: address.postcode,
});

const metaOf = ({ meta_data }: Pick<Order, "meta_data">, key: string) =>
  meta_data.find((one) => one.key === key)?.value;

/** WooCommerce's own order attribution. */
function sourceOf(order: Order) {
  const said = (name: string) => {
    const value = metaOf(order, `_wc_order_attribution_${name}`);
    return value === undefined || /^\((direct|none)\)$/.test(value) ? undefined : value;
  };
  const utm = Object.fromEntries(
    ["source", "medium", "campaign", "term", "content"].flatMap((name) => {
      const value = said(`utm_${name}`);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const [referrer, landingPage] = [said("referrer"), said("session_entry")];
  const hasUtm = Object.keys(utm).length > 0;
  const source = { ...(hasUtm && { utm }), ...(referrer && { referrer }), ...(landingPage && { landingPage }) };
  return Object.keys(source).length > 0 ? { source } : {};
}

/** Fees are lines of their own; a negative one is a discount on the order. */
function linesOf(order: Order, currency: string) {
  const goods = order.line_items.flatMap((line) => lineOf(line, currency));
  const fees = order.fee_lines.map(({ name, total }) => ({ name: name ?? "-", price: roundedMoney(total, currency) }));
  const charged = fees.filter(({ price }) => price.amountMinor > 0);
  const lines = [...goods, ...charged.map(({ name, price }) => ({ name, quantity: 1, unitPrice: price }))];
  const givenMinor = fees.reduce((sum, { price }) => sum - Math.min(0, price.amountMinor), 0);
  // An order holds at least one line: one of a shop that sold none of its goods is its own.
  const whole = { name: order.number ?? order.id, quantity: 1, unitPrice: moneyFrom(order.total, currency) };
  return { lines: lines.length > 0 ? lines : [whole], discount: { amountMinor: givenMinor, currency } };
}

const QUANTITY_MAX = 1_000_000;

/**
 * A line's totals are exact, its price is not: 10.00 for three. So the unit price is what three at least cost, and the
 * discount what the line is cheaper: quantity x unit price - discount is the total to the minor unit. Goods by weight
 * have no whole quantity and are one piece.
 */
function lineOf(line: Line, currency: string) {
  const given = Number(line.quantity ?? 1);
  if (given === 0) return [];
  const quantity = Number.isInteger(given) && given > 0 && given <= QUANTITY_MAX ? given : 1;
  const totalMinor = roundedMoney(line.total, currency).amountMinor;
  const fullMinor = Math.max(totalMinor, roundedMoney(line.subtotal ?? line.total, currency).amountMinor);
  const unitMinor = Math.ceil(fullMinor / quantity);
  return [
    {
      ...(line.id && { externalId: line.id }),
      ...(line.sku && { sku: line.sku }),
      name: line.name ?? line.sku ?? "-",
      quantity,
      unitPrice: { amountMinor: unitMinor, currency },
      discount: { amountMinor: unitMinor * quantity - totalMinor, currency },
    },
  ];
}
