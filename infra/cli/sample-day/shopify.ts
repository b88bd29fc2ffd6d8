import { createHmac } from "node:crypto";
import { type BasketLine, decimal, sumOf } from "./goods.ts";
import type { Person } from "./people.ts";

/** An order of the sample shop's Shopify store, as far as its webhooks tell of it. */
export interface ShopifyOrder {
  /** Beyond 2^53, as Shopify's ids may be. */
  id: string;
  number: number;
  person: Person;
  lines: BasketLine[];
  placedAt: string;
  gateway: "shopify_payments" | "Cash on Delivery (COD)";
}

const SHIPPING_MINOR = 80_00;

/** Total with delivery, in kopiykas. */
export const shopifyTotal = (order: ShopifyOrder): number => sumOf(order.lines, "priceUah") + SHIPPING_MINOR;

type Change = { updatedAt: string; paid?: boolean; cancelled?: boolean; fulfilled?: boolean };

const moneyOf = (order: ShopifyOrder, change: Change) => {
  const total = shopifyTotal(order);
  return {
    currency: "UAH",
    financial_status: change.paid ? "paid" : "pending",
    payment_gateway_names: [order.gateway],
    subtotal_price: decimal(total - SHIPPING_MINOR),
    total_discounts: "0.00",
    total_tax: "0.00",
    total_price: decimal(total),
    total_outstanding: change.paid ? "0.00" : decimal(total),
    taxes_included: true,
  };
};

const buyerOf = ({ person }: ShopifyOrder) => {
  const name = { first_name: person.firstName, last_name: person.lastName };
  const place = { city: person.city, country_code: person.country, address1: "Central street, 1", zip: "01001" };
  return {
    email: person.email,
    phone: null,
    customer_locale: `${person.locale}-UA`,
    buyer_accepts_marketing: person.acceptsMarketing,
    customer: { id: 5_000 + person.number, email: person.email, ...name, phone: person.phone },
    shipping_address: { ...name, ...place, phone: person.phone },
  };
};

const goodsOf = (order: ShopifyOrder, { fulfilled, updatedAt }: Change) => ({
  fulfillment_status: fulfilled ? "fulfilled" : null,
  shipping_lines: [{ title: "Nova Poshta", price: decimal(SHIPPING_MINOR), discounted_price: decimal(SHIPPING_MINOR) }],
  line_items: order.lines.map(({ product, quantity }, index) => ({
    id: order.number * 10 + index,
    product_id: Number(product.id),
    sku: product.sku,
    title: product.names[order.person.locale],
    name: product.names[order.person.locale],
    quantity,
    price: decimal(product.priceUah),
    total_discount: "0.00",
  })),
  fulfillments: fulfilled
    ? [{ id: order.number * 100, status: "success", created_at: updatedAt, updated_at: updatedAt, line_items: [] }]
    : [],
  refunds: [],
});

/** The JSON of an order webhook. Ids are written as digits, never through a float. */
export function shopifyOrderBody(order: ShopifyOrder, change: Change): string {
  const body = {
    id: "@id@",
    admin_graphql_api_id: `gid://shopify/Order/${order.id}`,
    name: `#${order.number}`,
    order_number: order.number,
    created_at: order.placedAt,
    processed_at: order.placedAt,
    updated_at: change.updatedAt,
    cancelled_at: change.cancelled ? change.updatedAt : null,
    closed_at: null,
    test: false,
    source_name: "web",
    landing_site: "/collections/coffee?utm_source=instagram&utm_medium=social&utm_campaign=autumn",
    referring_site: "https://instagram.com/",
    note: null,
    ...moneyOf(order, change),
    ...buyerOf(order),
    ...goodsOf(order, change),
  };
  return JSON.stringify(body).replace('"@id@"', order.id);
}

/** The JSON of a refund webhook that gives back one amount. */
export function shopifyRefundBody(
  order: ShopifyOrder,
  refund: { id: string; at: string; amountMinor: number },
): string {
  const { id, at, amountMinor } = refund;
  const transaction = {
    id: "@transaction@",
    kind: "refund",
    status: "success",
    amount: decimal(amountMinor),
    currency: "UAH",
    gateway: order.gateway,
  };
  const body = {
    id: "@id@",
    order_id: "@order@",
    created_at: at,
    processed_at: at,
    note: "Damaged on the way",
    refund_line_items: [],
    transactions: [transaction],
  };
  return JSON.stringify(body).replace('"@id@"', id).replace('"@order@"', order.id).replace('"@transaction@"', `${id}1`);
}

/** The headers of a delivery, signed over the bytes. */
export function shopifyHeaders(
  secret: string,
  topic: string,
  body: string,
  deliveryId: string,
): Record<string, string> {
  return {
    "content-type": "application/json",
    "x-shopify-topic": topic,
    "x-shopify-shop-domain": "kolo-sample.myshopify.com",
    "x-shopify-webhook-id": deliveryId,
    "x-shopify-event-id": deliveryId,
    "x-shopify-hmac-sha256": createHmac("sha256", secret).update(body).digest("base64"),
  };
}
