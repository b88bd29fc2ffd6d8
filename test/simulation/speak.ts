import { orderIdOf } from "../../functions/table/order-ids.ts";
import type { Request } from "../support/http.ts";
import { type SenderName, signedBy } from "../support/providers.ts";
import type { CaptureSaid, Instant, OrderSaid, Parcel, ParcelSaid, RefundSaid, StageMoved } from "./facts.ts";
import type { Writing } from "./writing.ts";

/** A fact before anybody knows when it was said. */
export type Unsaid<F> = F extends unknown ? Omit<F, "saidAt" | "acknowledgedAt"> : never;

/** A shop as its own people know it. */
export interface Shop {
  storeId: string;
  currency: string;
  /** Where each provider delivers. */
  hooks: Partial<Record<SenderName, string>>;
  /** What providers sign with, once their first secret was replaced. */
  secrets: Partial<Record<SenderName, string>>;
}

/** A shop with how it tells of its orders. */
export interface TellingShop extends Shop {
  name: string;
  by: OrderSaid["by"];
}

/** A request that can be made again and again; a signature is of the time of sending. */
export interface Sayable {
  noun: string;
  request(now: Instant): Request;
}

/** What goes with the one thing that has a price, in an order of more than one piece. */
const gifts = ({ units = 1 }: Pick<OrderSaid, "units">) => (units > 1 ? [units - 1] : []);

const decimal = (minor: number) => `${Math.trunc(minor / 100)}.${String(minor % 100).padStart(2, "0")}`;

/** Mostly a key is sent with what people do by hand: a repeated request is then known for one. */
const byHand = (key: string) => ({ "idempotency-key": key });

/** Puts an order's snapshot on the wire as its store does. */
export function orderSayable(shop: Shop, said: Unsaid<OrderSaid>, writing: Writing): Sayable {
  if (said.by === "api") {
    const body = apiOrder(shop, said, writing);
    const as = said.test ? { testKey: shop.storeId } : { key: shop.storeId };
    return { noun: "orders", request: () => ({ path: "/v1/orders", as, body }) };
  }
  const isNew = said.updatedAt === said.placedAt;
  return said.by === "shopify"
    ? delivery(shop, "shopify", isNew ? "orders/create" : "orders/updated", shopifyOrder(shop, said, writing))
    : delivery(shop, "woocommerce", isNew ? "order.created" : "order.updated", wooOrder(shop, said, writing));
}

function delivery(shop: Shop, provider: SenderName, topic: string, body: unknown): Sayable {
  return {
    noun: "webhooks",
    request(now) {
      const { headers, raw } = signedBy(provider, { topic, body }, now, shop.secrets[provider]);
      const type = { "content-type": "application/json" };
      return { method: "POST", path: `/v1/hooks/${shop.hooks[provider]}`, headers: { ...type, ...headers }, body: raw };
    },
  };
}

function apiOrder({ currency }: Shop, said: Unsaid<OrderSaid>, { email, phone }: Writing) {
  const total = { amountMinor: said.totalMinor, currency };
  const { consent } = said;
  const consents = consent && [{ channel: "email", purpose: "marketing", ...consent, source: "checkout" }];
  const customer = { ...(email && { email }), ...(phone && { phone }), ...(consents && { consents }) };
  return {
    externalId: said.order,
    placedAt: said.placedAt,
    updatedAt: said.updatedAt,
    ...(said.status && { status: said.status }),
    ...(Object.keys(customer).length > 0 && { customer }),
    lines: [
      { name: "Coffee", quantity: 1, unitPrice: total },
      ...gifts(said).map((quantity) => ({ name: "Sample", quantity, unitPrice: { amountMinor: 0, currency } })),
    ],
    total,
    paymentMethod: said.timing === "prepaid" ? "card" : "cod",
    automations: said.automations,
    payments: said.payments.map(({ id, at, amountMinor, currency: code }) => ({
      externalId: id,
      provider: id.startsWith("pi_") ? "stripe" : "manual",
      amount: { amountMinor, currency: code },
      capturedAt: at,
    })),
    fulfillments: (said.parcels ?? []).map(apiParcel),
  };
}

/**
 * A time that another one tells as well may be left out, and so may when it left, once it has arrived or come back. Of
 * a parcel with the whole order nobody says it at all: it left with the first word of it.
 */
function apiParcel({ id, at, shippedAt, ...parcel }: Parcel) {
  const isOver = parcel.status === "delivered" || parcel.status === "returned";
  const isSaid = !isOver && parcel.units !== undefined;
  const isTold = at === (parcel.deliveredAt ?? (isSaid ? shippedAt : undefined));
  return { externalId: id, ...parcel, ...(isSaid && { shippedAt }), ...(!isTold && { updatedAt: at }) };
}

function shopifyOrder({ currency }: Shop, said: Unsaid<OrderSaid>, { email, phone }: Writing) {
  const claimed = said.claim?.amountMinor ?? 0;
  const isWhole = claimed >= said.totalMinor;
  return {
    id: said.order,
    name: `#${said.order}`,
    currency,
    total_price: decimal(said.totalMinor),
    total_outstanding: decimal(Math.max(0, said.totalMinor - claimed)),
    created_at: said.placedAt,
    updated_at: said.updatedAt,
    cancelled_at: said.status === "cancelled" ? said.updatedAt : null,
    financial_status: said.claim === undefined ? "pending" : isWhole ? "paid" : "partially_paid",
    payment_gateway_names: [said.timing === "prepaid" ? "card" : "Cash on Delivery (COD)"],
    ...(email && { email }),
    ...(phone && { phone }),
    line_items: [
      { id: `${said.order}9`, name: "Coffee", quantity: 1, price: decimal(said.totalMinor) },
      ...gifts(said).map((quantity) => ({ id: `${said.order}8`, name: "Sample", quantity, price: "0.00" })),
    ],
    refunds: said.refund ? [shopifyRefund(currency, said.order, said.refund)] : [],
    fulfillments: (said.parcels ?? []).map((one) => shopifyParcel(said.order, one)),
  };
}

function shopifyParcel(order: string, { id, status, units, shippedAt, at }: Parcel) {
  return {
    id,
    order_id: order,
    status: status === "cancelled" ? "cancelled" : "success",
    shipment_status: status === "delivered" ? "delivered" : null,
    created_at: shippedAt,
    updated_at: at,
    line_items: units === undefined ? [] : [{ id: `${order}8`, quantity: units }],
  };
}

function shopifyRefund(currency: string, order: string, { id, at, amountMinor }: NonNullable<OrderSaid["refund"]>) {
  const moved = { kind: "refund", status: "success", amount: decimal(amountMinor), currency };
  return { id, order_id: order, created_at: at, processed_at: at, refund_line_items: [], transactions: [moved] };
}

const WOO_STATUS: Readonly<Record<string, string>> = { new: "pending", approval: "on-hold" };

/** WordPress leaves the zone of a time out: it is UTC by its name. */
const gmt = (at: Instant) => at.slice(0, 19);

function wooOrder(
  { currency }: Shop,
  said: Unsaid<OrderSaid>,
  { email, phone, transaction = said.transaction }: Writing,
) {
  return {
    id: Number(said.order),
    number: said.order,
    status: WOO_STATUS[said.status ?? "new"] ?? said.status,
    currency,
    date_created_gmt: gmt(said.placedAt),
    date_modified_gmt: gmt(said.updatedAt),
    date_paid_gmt: said.claim ? gmt(said.claim.at) : null,
    total: decimal(said.totalMinor),
    billing: { ...(email && { email }), ...(phone && { phone }) },
    payment_method: said.timing === "prepaid" ? "card" : "cod",
    line_items: [
      { id: 1, name: "Coffee", quantity: 1, subtotal: decimal(said.totalMinor), total: decimal(said.totalMinor) },
      ...gifts(said).map((quantity) => ({ id: 2, name: "Sample", quantity, subtotal: "0.00", total: "0.00" })),
    ],
    ...(transaction && { transaction_id: transaction }),
    refunds: said.refund ? [{ id: said.refund.id, total: `-${decimal(said.refund.amountMinor)}` }] : [],
  };
}

const secondsOf = (at: Instant) => Date.parse(at) / 1_000;

/** Money that came in, as the provider tells of it or a person records it. */
export function captureSayable(shop: Shop, said: Unsaid<CaptureSaid>): Sayable {
  const { id, at, amountMinor, currency, order } = said;
  if (said.by === "person") {
    const body = { externalId: id, provider: "manual", amount: { amountMinor, currency }, capturedAt: at };
    const path = `/v1/orders/${orderIdOf(shop.storeId, order, false)}/payments`;
    return { noun: "orders", request: () => ({ path, as: "owner", headers: byHand(id), body }) };
  }
  const object = {
    id,
    object: "payment_intent",
    amount: amountMinor,
    amount_received: amountMinor,
    currency: currency.toLowerCase(),
    created: secondsOf(at) - 60,
    latest_charge: id.replace("pi_", "ch_"),
    metadata: said.isNameless ? {} : { order_id: order },
    status: "succeeded",
  };
  return stripeSayable(shop, "payment_intent.succeeded", at, object);
}

function stripeSayable(shop: Shop, type: string, at: Instant, object: { id: string }): Sayable {
  const body = {
    id: `evt_${type}_${object.id}_${at}`,
    object: "event",
    created: secondsOf(at),
    type,
    data: { object },
  };
  return delivery(shop, "stripe", type, body);
}

/** Money that went back. */
export function refundSayable(shop: Shop, said: Unsaid<RefundSaid>): Sayable {
  const { id, at, amountMinor, currency, order, payment = "" } = said;
  if (said.by === "person") {
    const amount = { amountMinor, currency };
    const body = { mode: "record", amount, reason: "returned", externalId: id, refundedAt: at };
    const path = `/v1/orders/${orderIdOf(shop.storeId, order, false)}/refunds`;
    return { noun: "orders", request: () => ({ path, as: "owner", headers: byHand(id), body }) };
  }
  if (said.by === "shopify") {
    return delivery(shop, "shopify", "refunds/create", shopifyRefund(currency, order, { id, at, amountMinor }));
  }
  const single = { id, amount: amountMinor, created: secondsOf(at), status: "succeeded" };
  const object = {
    id: payment.replace("pi_", "ch_"),
    object: "charge",
    amount: amountMinor,
    amount_refunded: amountMinor,
    captured: true,
    currency: currency.toLowerCase(),
    created: secondsOf(at) - 1,
    payment_intent: payment,
    ...(!said.isSum && { refunds: { data: [single] } }),
    status: "succeeded",
  };
  return stripeSayable(shop, "charge.refunded", at, object);
}

/** What a platform tells of one parcel. */
export function parcelSayable(shop: Shop, said: Unsaid<ParcelSaid>): Sayable {
  const topic = said.at === said.shippedAt ? "fulfillments/create" : "fulfillments/update";
  return delivery(shop, "shopify", topic, shopifyParcel(said.order, said));
}

/** A manager's word on where an order stands. */
export function moveSayable(shop: Shop, { order, stage }: Pick<StageMoved, "order" | "stage">): Sayable {
  const path = `/v1/orders/${orderIdOf(shop.storeId, order, false)}/stage`;
  const key = `move-${order}-${stage}`;
  return { noun: "orders", request: () => ({ path, as: "manager", headers: byHand(key), body: { stage } }) };
}
