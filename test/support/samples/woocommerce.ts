/** Deliveries of WooCommerce as we make them up, in its form. */

const billing = {
  first_name: "Taras",
  last_name: "Melnyk",
  company: "",
  address_1: "Ivana Franka 5",
  address_2: "",
  city: "Lviv",
  state: "UA46",
  postcode: "79000",
  country: "UA",
  email: "Taras@Example.com",
  phone: "050 222 33 44",
};

/** An order of 3 for 10.00, one of 12.00 less 2.00, a fee of 1.50, shipping 10.00 and tax 3.35: 34.85. */
export const wooOrder = (part: Record<string, unknown> = {}) => ({
  id: 2727,
  number: "W-2727",
  status: "pending",
  currency: "UAH",
  created_via: "checkout",
  date_created: "2026-11-20T10:00:00",
  date_created_gmt: "2026-11-20T08:00:00",
  date_modified_gmt: "2026-11-20T08:00:02",
  date_paid_gmt: null,
  discount_total: "2.00",
  shipping_total: "10.00",
  total: "34.85",
  total_tax: "3.35",
  customer_id: 25,
  customer_note: "",
  billing,
  shipping: { ...billing, email: undefined, phone: undefined },
  payment_method: "stripe",
  payment_method_title: "Card",
  transaction_id: "",
  line_items: [
    { id: 1, name: "Tea &ndash; &laquo;Alpine&raquo;", sku: "TEA", quantity: 3, subtotal: "10.00", total: "10.00" },
    { id: 2, name: "Honey &amp; nuts", sku: "", quantity: 1, subtotal: "12.00", total: "10.00", price: 10 },
  ],
  fee_lines: [{ id: 3, name: "Gift wrap", total: "1.50" }],
  shipping_lines: [{ method_id: "nova_poshta", method_title: "Nova Poshta" }],
  coupon_lines: [{ code: "honey2" }],
  refunds: [],
  meta_data: [
    { id: 1, key: "_wc_order_attribution_utm_source", value: "google" },
    { id: 2, key: "_wc_order_attribution_utm_medium", value: "cpc" },
    { id: 3, key: "_wc_order_attribution_utm_term", value: "(none)" },
    { id: 4, key: "wpml_language", value: "uk" },
    { id: 5, key: "_odd", value: { nested: true } },
  ],
  ...part,
});

/** The buyer alone. */
export const wooCustomer = (part: Record<string, unknown> = {}) => ({
  id: 25,
  date_created_gmt: "2026-11-20T07:59:00",
  date_modified_gmt: null,
  email: "taras@example.com",
  first_name: "Taras",
  last_name: "Melnyk",
  role: "customer",
  billing,
  ...part,
});

const paid = { status: "processing", date_paid_gmt: "2026-11-20T08:00:02", transaction_id: "pi_kvitka0000000001" };

/** One life of an order: placed, paid in the same second, completed, given back in two parts. */
export const wooDay = [
  { topic: "customer.created", body: wooCustomer() },
  { topic: "order.created", body: wooOrder() },
  { topic: "order.updated", body: wooOrder(paid) },
  {
    topic: "order.updated",
    body: wooOrder({ ...paid, status: "completed", date_modified_gmt: "2026-11-21T08:00:00" }),
  },
  {
    topic: "order.updated",
    body: wooOrder({
      ...paid,
      status: "completed",
      date_modified_gmt: "2026-11-22T08:00:00",
      refunds: [{ id: 90, reason: "", total: "-10.00" }],
    }),
  },
  {
    topic: "order.updated",
    body: wooOrder({
      ...paid,
      status: "completed",
      date_modified_gmt: "2026-11-23T08:00:00",
      refunds: [
        { id: 90, reason: "", total: "-10.00" },
        { id: 91, reason: "late", total: "-4.85" },
      ],
    }),
  },
];
