import * as z from "zod";
import { Decimal, Id, soft, softList, Time, Words } from "../../reading.ts";

/** What Shopify's webhooks of the REST Admin API look like, as far as it is read. */

const Flag = soft(z.boolean());
const Text = soft(Words);
const Moment = soft(Time);

/** An amount in the shop's own currency, beside the one that the buyer saw. */
const ShopMoney = z.object({ shop_money: z.object({ amount: Decimal, currency_code: Text }) });

export const Address = z.object({
  first_name: Text,
  last_name: Text,
  company: Text,
  address1: Text,
  address2: Text,
  city: Text,
  province: Text,
  zip: Text,
  country_code: soft(z.string().regex(/^[A-Z]{2}$/)),
  phone: Text,
});
export type Address = z.output<typeof Address>;

export const Permission = z.object({ state: Text, consent_updated_at: Moment });
export type Permission = z.output<typeof Permission>;

/** The person, inside an order or alone. */
export const Customer = z.object({
  id: soft(Id),
  email: Text,
  phone: Text,
  first_name: Text,
  last_name: Text,
  created_at: Moment,
  updated_at: Moment,
  email_marketing_consent: soft(Permission),
  sms_marketing_consent: soft(Permission),
  default_address: soft(Address),
});
export type Customer = z.output<typeof Customer>;

/** A customer's delivery: about somebody with an id. */
export const KnownCustomer = Customer.extend({ id: Id });

export const EmailPermission = z.object({
  customer_id: Id,
  email_address: Text,
  email_marketing_consent: soft(Permission),
});

const Allocation = z.object({ amount: Decimal });

export const Line = z.object({
  id: soft(Id),
  name: Text,
  title: Text,
  sku: Text,
  vendor: Text,
  quantity: soft(z.int()),
  price: Decimal,
  discount_allocations: softList(Allocation),
});
export type Line = z.output<typeof Line>;

export const ShippingLine = z.object({
  code: Text,
  title: Text,
  price: soft(Decimal),
  discounted_price: soft(Decimal),
  is_removed: Flag,
  discount_allocations: softList(Allocation),
});
export type ShippingLine = z.output<typeof ShippingLine>;

const Transaction = z.object({
  kind: Text,
  status: Text,
  amount: Decimal,
  currency: Text,
  amount_set: soft(ShopMoney),
});

export const Refund = z.object({
  id: Id,
  order_id: soft(Id),
  created_at: Moment,
  processed_at: Moment,
  transactions: softList(Transaction),
  refund_line_items: softList(z.object({ subtotal_set: soft(ShopMoney) })),
  total_duties_set: soft(ShopMoney),
});
export type Refund = z.output<typeof Refund>;

export const Fulfillment = z.object({
  id: Id,
  order_id: soft(Id),
  status: Text,
  shipment_status: Text,
  created_at: Moment,
  updated_at: Moment,
  line_items: softList(z.object({ quantity: z.int().min(0) })),
});
export type Fulfillment = z.output<typeof Fulfillment>;

export const Order = z.object({
  id: Id,
  name: Text,
  currency: Words,
  total_price: Decimal,
  total_outstanding: soft(Decimal),
  total_discounts: soft(Decimal),
  total_tax: soft(Decimal),
  created_at: Moment,
  processed_at: Moment,
  updated_at: Moment,
  cancelled_at: Moment,
  closed_at: Moment,
  financial_status: Text,
  fulfillment_status: Text,
  payment_gateway_names: softList(Words),
  payment_terms: soft(z.looseObject({})),
  email: Text,
  contact_email: Text,
  phone: Text,
  customer_locale: Text,
  buyer_accepts_marketing: Flag,
  customer: soft(Customer),
  billing_address: soft(Address),
  shipping_address: soft(Address),
  discount_codes: softList(z.object({ code: Words })),
  line_items: softList(Line),
  shipping_lines: softList(ShippingLine),
  fulfillments: softList(Fulfillment),
  refunds: softList(Refund),
  landing_site: Text,
  referring_site: Text,
  source_name: Text,
  note: Text,
  test: Flag,
});
export type Order = z.output<typeof Order>;
