import { sumMinor } from "../../../../domain/kernel/money.ts";
import { timingOf } from "../../../../domain/order/payment-timing.ts";
import { OrderSnapshot } from "../../../../domain/order/snapshot.ts";
import type { FactVersion, Instant, Money, PaymentTiming } from "../../../../events/values.ts";
import type { IncomingOrder } from "../../../table/orders.ts";
import { type Circumstances, type Report, Unusable } from "../../adapter.ts";
import { utmOf } from "../../contact.ts";
import { held } from "../../holding.ts";
import { currencyFrom, moneyFrom, readAs, roundedMoney, versionOf } from "../../reading.ts";
import { fulfillmentFact, refundFact } from "./facts.ts";
import { type Address, Fulfillment, type Line, Order, Refund } from "./forms.ts";
import { buyerOf } from "./people.ts";

/** How far a payment is, of two snapshots of one second. */
const PAYMENT_STEPS = ["pending", "authorized", "partially_paid", "paid", "partially_refunded", "refunded", "voided"];
const WHOLLY_PAID = ["paid", "partially_refunded", "refunded"];

/** An order's delivery; every topic of orders carries the whole order, so that the topic says nothing more. */
export function orderReport(payload: unknown, { settings, store }: Circumstances): Report {
  const order = readAs(Order, payload);
  const placedAt = order.processed_at ?? order.created_at;
  if (placedAt === undefined)
    throw new Unusable("wrong_shape", "The delivery is not of its vendor's form at /created_at.", undefined, [
      "/created_at",
    ]);
  const currency = currencyFrom(order.currency);
  const version = versionOfOrder(order, payload, order.updated_at ?? placedAt);
  const said: IncomingOrder = {
    externalId: order.id,
    version,
    snapshot: held(OrderSnapshot, draftOf(order, currency, placedAt, store.country)),
    claim: { provider: "shopify", amountMinor: claimedMinor(order, currency), at: version.at },
    ...stageOf(order),
    refunds: order.refunds.flatMap((refund) => refundFact(refund, currency) ?? []),
    fulfillments: fulfillmentsOf(order, version),
  };
  return {
    kind: "order",
    order: said,
    names: [order.id, ...(order.name ? [order.name] : [])],
    transactions: [],
    test: settings.testOrders === "mark" && order.test === true,
  };
}

/** A refund's own delivery; it may come before its order. */
export function refundReport(payload: unknown, { store }: Circumstances): Report {
  const { order_id: orderId, ...refund } = readAs(Refund, payload);
  const fact = refundFact({ ...refund, order_id: orderId }, store.currency);
  if (orderId === undefined || !fact) {
    throw new Unusable("wrong_shape", "The refund names no order or no time: /order_id, /processed_at.", undefined, [
      "/order_id",
      "/processed_at",
    ]);
  }
  return factReport({ externalId: orderId, version: fact.version, refunds: [fact] });
}

/** A fulfillment's own delivery. */
export function fulfillmentReport(payload: unknown, { now }: Circumstances): Report {
  const one = readAs(Fulfillment, payload);
  if (one.order_id === undefined)
    throw new Unusable("wrong_shape", "The fulfillment names no order: /order_id.", undefined, ["/order_id"]);
  const fact = fulfillmentFact(one, now);
  if (!fact) return { kind: "nothing", reason: "not_sent_yet" };
  return factReport({ externalId: one.order_id, version: fact.version, fulfillments: [fact] });
}

const factReport = (order: IncomingOrder): Report => ({
  kind: "order",
  order,
  names: [],
  transactions: [],
  test: false,
});

/** Shopify's times have whole seconds, and one second can see an order placed, paid and closed. */
function versionOfOrder(order: Order, payload: unknown, at: Instant): FactVersion {
  const ended = order.cancelled_at || order.closed_at ? 1 : 0;
  const paid = PAYMENT_STEPS.indexOf(order.financial_status ?? "");
  return versionOf(at, payload, [ended, paid, order.refunds.length, order.fulfillments.length]);
}

function claimedMinor(order: Order, currency: string): number {
  const total = moneyFrom(order.total_price, currency).amountMinor;
  const status = order.financial_status ?? "";
  if (WHOLLY_PAID.includes(status)) return total;
  if (status !== "partially_paid" || order.total_outstanding === undefined) return 0;
  return Math.max(0, total - moneyFrom(order.total_outstanding, currency).amountMinor);
}

function stageOf({ cancelled_at, closed_at }: Order): Pick<IncomingOrder, "stage"> {
  if (cancelled_at) return { stage: { stage: "cancelled", at: cancelled_at } };
  return closed_at ? { stage: { stage: "completed", at: closed_at } } : {};
}

function fulfillmentsOf(order: Order, version: FactVersion): IncomingOrder["fulfillments"] {
  if (order.fulfillments.length === 0 && order.fulfillment_status === "fulfilled") {
    return [{ key: "all", status: "shipped", version: versionOf(version.at, "all") }];
  }
  return order.fulfillments.flatMap((one) => fulfillmentFact(one, version.at) ?? []);
}

function draftOf(order: Order, currency: string, placedAt: Instant, country: string): Record<string, unknown> {
  const total = moneyFrom(order.total_price, currency);
  const { lines, shipping, discount } = pricesOf(order, currency, total);
  const company = order.billing_address?.company !== undefined;
  return {
    externalId: order.id,
    ...(order.name && { number: order.name }),
    placedAt,
    updatedAt: order.updated_at ?? placedAt,
    customer: buyerOf(order, placedAt, country),
    lines,
    shipping: { ...shipping, ...(order.shipping_address && { address: addressOf(order.shipping_address) }) },
    discount,
    ...(order.total_tax && { tax: roundedMoney(order.total_tax, currency) }),
    total,
    ...(order.payment_gateway_names[0] && { paymentMethod: order.payment_gateway_names[0] }),
    paymentTiming: timingFrom(order, company),
    orderMethod: order.source_name === "pos" ? "store" : "site",
    ...(order.discount_codes[0] && { couponCode: order.discount_codes[0].code }),
    ...sourceOf(order),
    ...(order.note && { note: order.note }),
  };
}

function sourceOf({ landing_site: landingPage, referring_site: referrer }: Order) {
  const utm = utmOf(landingPage);
  const source = { ...(utm && { utm }), ...(referrer && { referrer }), ...(landingPage && { landingPage }) };
  return Object.keys(source).length > 0 ? { source } : {};
}

function timingFrom(order: Order, company: boolean): PaymentTiming {
  if (order.payment_terms) return "invoice";
  const timings = order.payment_gateway_names.map((name) => timingOf(name, company));
  return timings.find((timing) => timing !== "prepaid") ?? "prepaid";
}

const addressOf = (address: Address) => ({
  country: address.country_code,
  region: address.province,
  city: address.city,
  line1: address.address1,
  line2: address.address2,
  postalCode: address.zip,
});

const linesOf = (order: Order, currency: string) =>
  order.line_items
    .filter(({ quantity }) => quantity === undefined || quantity > 0)
    .map((line) => ({
      ...(line.id && { externalId: line.id }),
      ...(line.sku && { sku: line.sku }),
      name: line.name ?? line.title ?? line.sku ?? "-",
      quantity: line.quantity ?? 1,
      unitPrice: roundedMoney(line.price, currency),
      discount: allocated(line.discount_allocations, currency),
      ...(line.vendor && { brand: line.vendor }),
    }));

const allocated = (all: Line["discount_allocations"], currency: string): Money => ({
  amountMinor: sumMinor(all.map(({ amount }) => roundedMoney(amount, currency))),
  currency,
});

/** Every discount is also told by line or shipping line; what is left of the sum belongs to the order as a whole. */
function pricesOf(order: Order, currency: string, total: Money) {
  const lines = linesOf(order, currency);
  const parcels = order.shipping_lines.filter((line) => line.is_removed !== true);
  const prices = parcels.map((line) => roundedMoney(line.discounted_price ?? line.price ?? "0", currency));
  const method = parcels[0]?.title ?? parcels[0]?.code;
  const told = [
    ...lines.map(({ discount }) => discount),
    ...parcels.map((line) => allocated(line.discount_allocations, currency)),
  ];
  const restMinor = roundedMoney(order.total_discounts ?? "0", currency).amountMinor - sumMinor(told);
  return {
    // An order holds at least one line: one of a shop that sold none of its goods is its own.
    lines: lines.length > 0 ? lines : [{ name: order.name ?? order.id, quantity: 1, unitPrice: total }],
    shipping: { ...(method && { method }), price: { amountMinor: sumMinor(prices), currency } },
    discount: { amountMinor: Math.max(0, restMinor), currency },
  };
}
