import * as z from "zod";
import {
  Code,
  ExternalId,
  fact,
  id,
  Locale,
  MessageChannel,
  Money,
  OrderMethod,
  PaymentTiming,
  Purpose,
  personal,
  Stage,
} from "../../events/values.ts";
import { toInstant } from "../kernel/calendar.ts";
import { isKeepable } from "../kernel/own.ts";

/** Any RFC 3339 time with an offset; kept in UTC with milliseconds. */
export const AnyInstant = fact(
  z.iso.datetime({ offset: true, error: "A time such as 2026-11-20T10:15:00Z" }).transform((text, context) => {
    const instant = toInstant(text);
    if (instant === undefined) context.addIssue({ code: "custom", message: "There is no such time." });
    return instant ?? z.NEVER;
  }),
);

const text = (max: number) => personal(z.string().trim().max(max));
const label = (max: number) => fact(z.string().trim().max(max));

/** Permission to message as the store collected it. */
export const ConsentInput = z.strictObject({
  channel: MessageChannel,
  purpose: Purpose,
  granted: fact(z.boolean()),
  at: AnyInstant,
  source: Code,
});

/** The buyer as the store knows them. Nothing is required: an order without contact still counts. */
export const ContactInput = z.strictObject({
  externalId: ExternalId.optional(),
  email: text(320).optional(),
  phone: text(60).optional(),
  firstName: text(120).optional(),
  lastName: text(120).optional(),
  locale: Locale.optional(),
  gender: personal(z.enum(["female", "male", "other"])).optional(),
  birthDate: personal(z.iso.date()).optional(),
  company: z.strictObject({ name: text(200), taxId: text(40).optional() }).optional(),
  consents: z.array(ConsentInput).max(20).optional(),
});
export type ContactInput = z.infer<typeof ContactInput>;

/** One row of an order. */
export const LineInput = z.strictObject({
  externalId: ExternalId.optional(),
  sku: label(120).optional(),
  name: label(500).min(1),
  quantity: fact(z.int().min(1).max(1_000_000)).default(1),
  unitPrice: Money,
  unitCost: Money.optional(),
  discount: Money.optional(),
  category: label(200).optional(),
  brand: label(200).optional(),
});
export type LineInput = z.infer<typeof LineInput>;

/** Where the goods go. */
export const AddressInput = z.strictObject({
  country: label(2).optional(),
  region: text(120).optional(),
  city: text(120).optional(),
  line1: text(300).optional(),
  line2: text(300).optional(),
  postalCode: text(20).optional(),
});

/** Who moved money. A colon ends the name in a payment's key, so there is none in it. */
export const ProviderInput = fact(
  z.string().regex(/^[\w./#-]{1,80}$/, "Latin letters, digits and _ . / # - only, no colon, at most 80"),
);

/** Money that came in, as a store or manager records it. */
export const PaymentInput = z.strictObject({
  externalId: ExternalId,
  provider: ProviderInput,
  amount: Money.refine(({ amountMinor }) => amountMinor > 0, {
    error: "A payment is more than nothing.",
    path: ["amountMinor"],
  }),
  capturedAt: AnyInstant,
});
export type PaymentInput = z.infer<typeof PaymentInput>;

/** Goods that were sent. Without `units` it covers the whole order. */
export const FulfillmentInput = z.strictObject({
  externalId: ExternalId.refine(isKeepable, "An id of this name cannot be kept"),
  status: fact(z.enum(["shipped", "delivered", "cancelled", "returned"])),
  units: fact(z.int().min(0)).optional(),
  shippedAt: AnyInstant.optional(),
  deliveredAt: AnyInstant.optional(),
  carrier: Code.optional(),
  trackingNumber: ExternalId.optional(),
  updatedAt: AnyInstant.optional(),
});
export type FulfillmentInput = z.infer<typeof FulfillmentInput>;

/** Lines of one order at most. */
export const LINES_MAX = 2_000;

/** An order as a store pushes it (POST /v1/orders) and as every platform's adapter translates it. */
export const OrderSnapshot = z.strictObject({
  externalId: ExternalId,
  number: ExternalId.optional(),
  placedAt: AnyInstant,
  updatedAt: AnyInstant.optional(),
  status: Stage.optional(),
  customer: ContactInput.optional(),
  lines: z.array(LineInput).min(1).max(LINES_MAX),
  shipping: z
    .strictObject({ method: label(120).optional(), price: Money.optional(), address: AddressInput.optional() })
    .optional(),
  discount: Money.optional(),
  tax: Money.optional(),
  /** What the buyer owes, tax included. */
  total: Money.refine(({ amountMinor }) => amountMinor >= 0, {
    error: "A total is not negative.",
    path: ["amountMinor"],
  }),
  paymentMethod: label(120).optional(),
  paymentTiming: PaymentTiming.optional(),
  orderMethod: OrderMethod.default("site"),
  couponCode: label(120).optional(),
  payments: z.array(PaymentInput).max(50).optional(),
  fulfillments: z.array(FulfillmentInput).max(50).optional(),
  source: z
    .strictObject({
      utm: z
        .strictObject({
          source: label(200).optional(),
          medium: label(200).optional(),
          campaign: label(200).optional(),
          term: label(200).optional(),
          content: label(200).optional(),
        })
        .optional(),
      referrer: label(2_000).optional(),
      landingPage: label(2_000).optional(),
      clientId: id(z.string().max(200)).optional(),
    })
    .optional(),
  note: text(5_000).optional(),
  automations: fact(z.enum(["all", "none"])).default("all"),
});
export type OrderSnapshot = z.infer<typeof OrderSnapshot>;

/** Prices in another currency than the total's; costs and payments may well be in another. */
export function foreignCurrencies(snapshot: OrderSnapshot): { pointer: string; currency: string }[] {
  const { currency } = snapshot.total;
  const named: [string, { currency: string } | undefined][] = [
    ["/shipping/price", snapshot.shipping?.price],
    ["/discount", snapshot.discount],
    ["/tax", snapshot.tax],
    ...snapshot.lines.flatMap((line, index): [string, { currency: string } | undefined][] => [
      [`/lines/${index}/unitPrice`, line.unitPrice],
      [`/lines/${index}/discount`, line.discount],
    ]),
  ];
  return named.flatMap(([pointer, money]) =>
    money && money.currency !== currency ? [{ pointer: `${pointer}/currency`, currency: money.currency }] : [],
  );
}
