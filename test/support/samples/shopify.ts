/** Deliveries of Shopify as we make them up, in its form. */

/** An id that no float holds. */
export const SHOPIFY_ORDER_ID = "5820982911946154508";
export const SHOPIFY_CUSTOMER_ID = "7115310627314723954";

/** JSON with ids that stand as numbers on the wire though JavaScript has no such numbers. */
export const withBigIds = (value: unknown): string =>
  JSON.stringify(value).replace(/"(\d{17,19})"(?=[,}\]])/g, (_, digits) => digits);

const address = {
  first_name: "Olena",
  last_name: "Koval",
  company: null,
  address1: "Khreshchatyk 1",
  address2: "",
  city: "Kyiv",
  province: "Kyiv City",
  zip: "01001",
  country_code: "UA",
  phone: "067 111 22 33",
};

/** An order of 498.00 + 80.00 shipping - 50.00 discount, not paid yet. */
export const shopifyOrder = (part: Record<string, unknown> = {}) => ({
  id: SHOPIFY_ORDER_ID,
  name: "#1001",
  order_number: 1001,
  currency: "UAH",
  total_price: "528.00",
  total_outstanding: "528.00",
  total_discounts: "50.00",
  total_tax: "88.00",
  taxes_included: true,
  created_at: "2026-11-20T12:15:00+02:00",
  processed_at: "2026-11-20T12:15:00+02:00",
  updated_at: "2026-11-20T12:15:01+02:00",
  cancelled_at: null,
  closed_at: null,
  financial_status: "pending",
  fulfillment_status: null,
  payment_gateway_names: ["LiqPay"],
  email: "olena@example.com",
  contact_email: "olena@example.com",
  phone: null,
  customer_locale: "uk-UA",
  buyer_accepts_marketing: true,
  customer: {
    id: SHOPIFY_CUSTOMER_ID,
    email: "olena@example.com",
    phone: null,
    first_name: "Olena",
    last_name: "Koval",
    email_marketing_consent: { state: "subscribed", consent_updated_at: "2026-11-20T12:14:00+02:00" },
    default_address: address,
  },
  billing_address: address,
  shipping_address: address,
  discount_codes: [{ code: "NOV10", amount: "50.00", type: "fixed_amount" }],
  line_items: [
    {
      id: "6866550311766439020",
      name: "Coffee - 250 g",
      title: "Coffee",
      sku: "COF-250",
      vendor: "Kolo",
      quantity: 2,
      price: "249.00",
      discount_allocations: [{ amount: "30.00", discount_application_index: 0 }],
    },
  ],
  shipping_lines: [{ title: "Nova Poshta", code: "np", price: "80.00", discounted_price: "80.00" }],
  fulfillments: [],
  refunds: [],
  landing_site: "/coffee?utm_source=instagram&utm_medium=social&utm_campaign=nov",
  referring_site: "https://instagram.com/",
  source_name: "web",
  note: "leave at the door",
  test: false,
  ...part,
});

/** A refund of the order above: 100.00 went back. */
export const shopifyRefund = (part: Record<string, unknown> = {}) => ({
  id: "890088186047892319",
  order_id: SHOPIFY_ORDER_ID,
  created_at: "2026-11-21T09:00:00+02:00",
  processed_at: "2026-11-21T09:00:00+02:00",
  refund_line_items: [],
  transactions: [
    { id: "179259969", kind: "refund", status: "success", amount: "100.00", currency: "UAH" },
    { id: "179259970", kind: "refund", status: "failure", amount: "7.00", currency: "UAH" },
    { id: "179259971", kind: "sale", status: "success", amount: "528.00", currency: "UAH" },
  ],
  ...part,
});

/** A parcel of the order above. */
export const shopifyFulfillment = (part: Record<string, unknown> = {}) => ({
  id: "4355813466233",
  order_id: SHOPIFY_ORDER_ID,
  status: "success",
  shipment_status: null,
  created_at: "2026-11-20T18:00:00+02:00",
  updated_at: "2026-11-20T18:00:00+02:00",
  line_items: [{ id: "6866550311766439020", quantity: 2 }],
  ...part,
});

/** The buyer alone. */
export const shopifyCustomer = (part: Record<string, unknown> = {}) => ({
  id: SHOPIFY_CUSTOMER_ID,
  email: "olena@example.com",
  phone: "+380671112233",
  first_name: "Olena",
  last_name: "Koval",
  created_at: "2026-11-20T12:14:00+02:00",
  updated_at: "2026-11-20T12:14:00+02:00",
  email_marketing_consent: { state: "subscribed", consent_updated_at: "2026-11-20T12:14:00+02:00" },
  sms_marketing_consent: null,
  ...part,
});

/** One life of an order: placed, paid, sent, given back in part. */
export const shopifyDay = [
  { topic: "customers/create", body: withBigIds(shopifyCustomer()) },
  { topic: "orders/create", body: withBigIds(shopifyOrder()) },
  {
    topic: "orders/paid",
    body: withBigIds(shopifyOrder({ financial_status: "paid", total_outstanding: "0.00" })),
  },
  {
    topic: "orders/fulfilled",
    body: withBigIds(
      shopifyOrder({
        financial_status: "paid",
        fulfillment_status: "fulfilled",
        fulfillments: [shopifyFulfillment()],
        updated_at: "2026-11-20T18:00:00+02:00",
      }),
    ),
  },
  { topic: "refunds/create", body: withBigIds(shopifyRefund()) },
  {
    topic: "orders/updated",
    body: withBigIds(
      shopifyOrder({
        financial_status: "partially_refunded",
        fulfillment_status: "fulfilled",
        fulfillments: [shopifyFulfillment()],
        refunds: [shopifyRefund()],
        updated_at: "2026-11-21T09:00:00+02:00",
      }),
    ),
  },
  {
    topic: "fulfillments/update",
    body: withBigIds(shopifyFulfillment({ shipment_status: "delivered", updated_at: "2026-11-22T11:00:00+02:00" })),
  },
];
