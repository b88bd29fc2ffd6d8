import { createHmac } from "node:crypto";
import { type BasketLine, decimal, sumOf } from "./goods.ts";
import type { Person } from "./people.ts";

/** An order of the sample shop's WooCommerce store. */
export interface WooOrder {
  id: number;
  person: Person;
  lines: BasketLine[];
  placedAt: string;
  method: "cod" | "liqpay";
}

const SHIPPING_MINOR = 70_00;

/** Total with delivery, in kopiykas. */
export const wooTotal = (order: WooOrder): number => sumOf(order.lines, "priceUah") + SHIPPING_MINOR;

/** WooCommerce writes times without an offset. */
const bare = (instant: string) => instant.slice(0, 19);

interface Change {
  status: "pending" | "processing" | "completed" | "cancelled";
  modifiedAt: string;
  paidAt?: string;
  refunds?: { id: number; amountMinor: number }[];
}

const moneyOf = (order: WooOrder, change: Change) => ({
  currency: "UAH",
  discount_total: "0.00",
  discount_tax: "0.00",
  shipping_total: decimal(SHIPPING_MINOR),
  shipping_tax: "0.00",
  total: decimal(wooTotal(order)),
  total_tax: "0.00",
  prices_include_tax: true,
  payment_method: order.method,
  payment_method_title: order.method === "cod" ? "Cash on delivery" : "LiqPay",
  transaction_id: "",
  date_paid: change.paidAt ? bare(change.paidAt) : null,
  date_paid_gmt: change.paidAt ? bare(change.paidAt) : null,
  refunds: (change.refunds ?? []).map(({ id, amountMinor }) => ({ id, reason: "", total: `-${decimal(amountMinor)}` })),
});

const buyerOf = ({ person }: WooOrder) => {
  const name = { first_name: person.firstName, last_name: person.lastName, company: "" };
  const place = { address_1: "Central street, 2", address_2: "", city: person.city, state: "", postcode: "01001" };
  const address = { ...name, ...place, country: person.country };
  return { customer_id: 0, billing: { ...address, email: person.email, phone: person.phone }, shipping: address };
};

const goodsOf = (order: WooOrder) => ({
  line_items: order.lines.map(({ product, quantity }, index) => ({
    id: order.id * 10 + index,
    name: product.names[order.person.locale],
    product_id: Number(product.id),
    variation_id: 0,
    quantity,
    subtotal: decimal(product.priceUah * quantity),
    subtotal_tax: "0.00",
    total: decimal(product.priceUah * quantity),
    total_tax: "0.00",
    sku: product.sku,
    price: product.priceUah / 100,
  })),
  shipping_lines: [
    {
      id: order.id * 100,
      method_title: "Ukrposhta",
      method_id: "flat_rate",
      total: decimal(SHIPPING_MINOR),
      total_tax: "0.00",
    },
  ],
  fee_lines: [],
  coupon_lines: [],
});

/** The JSON of an order webhook: the REST resource. */
export function wooOrderBody(order: WooOrder, change: Change): string {
  return JSON.stringify({
    id: order.id,
    parent_id: 0,
    number: String(order.id),
    status: change.status,
    date_created: bare(order.placedAt),
    date_created_gmt: bare(order.placedAt),
    date_modified: bare(change.modifiedAt),
    date_modified_gmt: bare(change.modifiedAt),
    customer_note: "",
    meta_data: [],
    ...moneyOf(order, change),
    ...buyerOf(order),
    ...goodsOf(order),
  });
}

/** The headers of a delivery, signed over the bytes. */
export function wooHeaders(secret: string, topic: string, body: string, deliveryId: string): Record<string, string> {
  return {
    "content-type": "application/json",
    "x-wc-webhook-topic": topic,
    "x-wc-webhook-resource": topic.split(".")[0] ?? "",
    "x-wc-webhook-event": topic.split(".")[1] ?? "",
    "x-wc-webhook-source": "https://sample.example.com/",
    "x-wc-webhook-id": "7",
    "x-wc-webhook-delivery-id": deliveryId,
    "x-wc-webhook-signature": createHmac("sha256", secret).update(body).digest("base64"),
  };
}
