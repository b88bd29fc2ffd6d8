import { own } from "../../../../domain/kernel/own.ts";
import type { ContactInput } from "../../../../domain/order/snapshot.ts";
import type { Instant } from "../../../../events/values.ts";
import type { Circumstances, Report } from "../../adapter.ts";
import { contactFrom, marketing } from "../../contact.ts";
import { readAs } from "../../reading.ts";
import { type Customer, EmailPermission, KnownCustomer, type Order, type Permission } from "./forms.ts";

type Consents = NonNullable<ContactInput["consents"]>;

const GRANTED: Record<string, boolean> = { subscribed: true, unsubscribed: false };

/** A permission that was decided; "not_subscribed" is silence. `fallback` is for a decision without a time. */
function decided(channel: "email" | "sms", said: Permission | undefined, fallback: Instant): Consents {
  const granted = own(GRANTED, said?.state ?? "");
  return granted === undefined ? [] : [marketing(channel, granted, said?.consent_updated_at ?? fallback, "shopify")];
}

const consentsOf = (customer: Customer | undefined, fallback: Instant): Consents => [
  ...decided("email", customer?.email_marketing_consent, fallback),
  ...decided("sms", customer?.sms_marketing_consent, fallback),
];

/** The buyer of an order: what the order says first, then the customer's card, then the addresses. */
export function buyerOf(order: Order, placedAt: Instant, country: string): ContactInput {
  const { customer, billing_address: billing, shipping_address: shipping } = order;
  const addresses = [shipping, billing, customer?.default_address];
  const ticked = order.buyer_accepts_marketing === true ? [marketing("email", true, placedAt, "shopify")] : [];
  return contactFrom(
    {
      externalId: customer?.id,
      emails: [order.email, order.contact_email, customer?.email],
      phones: [
        { text: order.phone },
        { text: customer?.phone },
        ...addresses.map((one) => ({ text: one?.phone, country: one?.country_code })),
      ],
      firstNames: [customer?.first_name, billing?.first_name, shipping?.first_name],
      lastNames: [customer?.last_name, billing?.last_name, shipping?.last_name],
      company: billing?.company,
      language: order.customer_locale,
      consents: [...ticked, ...consentsOf(customer, placedAt)],
    },
    country,
  );
}

/** A customer's own delivery. */
export function customerReport(payload: unknown, { store, now }: Circumstances): Report {
  const customer = readAs(KnownCustomer, payload);
  const toldAt = customer.updated_at ?? customer.created_at ?? now;
  const { default_address: address } = customer;
  const contact = contactFrom(
    {
      externalId: customer.id,
      emails: [customer.email],
      phones: [{ text: customer.phone }, { text: address?.phone, country: address?.country_code }],
      firstNames: [customer.first_name],
      lastNames: [customer.last_name],
      company: address?.company,
      consents: consentsOf(customer, toldAt),
    },
    store.country,
  );
  return { kind: "customer", contact, toldAt };
}

/** A permission that changed on its own. */
export function permissionReport(payload: unknown, { store, now }: Circumstances): Report {
  const {
    customer_id: externalId,
    email_address: email,
    email_marketing_consent: said,
  } = readAs(EmailPermission, payload);
  const toldAt = said?.consent_updated_at ?? now;
  const consents = decided("email", said, toldAt);
  if (consents.length === 0) return { kind: "nothing", reason: "no_decision" };
  const person = { externalId, emails: [email], phones: [], firstNames: [], lastNames: [], consents };
  return { kind: "customer", contact: contactFrom(person, store.country), toldAt };
}
