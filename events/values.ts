import * as z from "zod";

/**
 * What an attribute may hold. `personal` data lives on the card, in the order's contact part and in messages, where
 * erasure reaches it; it never enters an event, a key, a log or a metric. A test reads these marks.
 */
export type DataClass = "fact" | "id" | "personal";

/** The mark of every leaf schema. */
export const dataClass = z.registry<{ data: DataClass }>();

const marked = <T extends z.ZodType>(schema: T, data: DataClass): T => {
  dataClass.add(schema, { data });
  return schema;
};

/** Marks a schema as a small fact: a number, a code, a time. */
export const fact = <T extends z.ZodType>(schema: T): T => marked(schema, "fact");
/** Marks a schema as an identifier of ours or of a platform. */
export const id = <T extends z.ZodType>(schema: T): T => marked(schema, "id");
/** Marks a schema as personal data. */
export const personal = <T extends z.ZodType>(schema: T): T => marked(schema, "personal");

const prefixed = (prefix: string) =>
  id(z.string().regex(new RegExp(`^${prefix}_[0-9A-Za-z_-]{1,64}$`), `An id of ours, which begins with ${prefix}_`));

export const StoreId = prefixed("sto");
export const OrderId = prefixed("ord");
export const CustomerId = prefixed("cus");
export const PaymentId = prefixed("pay");
export const MessageId = prefixed("msg");
export const MismatchId = prefixed("mis");
export const JourneyId = prefixed("jrn");
export const EnrollmentId = prefixed("enr");
export const HookId = prefixed("hok");
export const QuarantineId = prefixed("qua");

/** An id that a platform or provider gave. */
export const ExternalId = id(z.string().min(1).max(200).regex(/\S/, "An id is not blank"));

/** RFC 3339 in UTC with milliseconds, so that text order is time order. */
export const Instant = fact(z.iso.datetime({ precision: 3 }));
export type Instant = string;

/** A calendar day, `YYYY-MM-DD`. */
export const Day = fact(z.iso.date());

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

/** True for a code that ISO 4217 has or had. */
export const isCurrency = (code: string): boolean => CURRENCIES.has(code);

/** ISO 4217. */
export const Currency = fact(
  z
    .string()
    .regex(/^[A-Z]{3}$/, "An ISO 4217 code, such as UAH")
    // Only for what looks like one, so that a field has one error; it does not abort, so that others have theirs.
    .refine(isCurrency, { error: "There is no such currency in ISO 4217.", when: ({ issues }) => issues.length === 0 }),
);

/** An amount in the minor unit (kopiyka, cent), never a fraction; at most 10 billion, so that sums stay exact. */
export const AmountMinor = fact(z.int().min(-1e12).max(1e12));

/** Money as everyone sees it: minor units and the currency. */
export const Money = z.strictObject({ amountMinor: AmountMinor, currency: Currency }).meta({ id: "Money" });
export type Money = z.infer<typeof Money>;

export const Locale = fact(z.enum(["uk", "ru", "en"]));
export type Locale = z.infer<typeof Locale>;

export const Stage = fact(z.enum(["new", "approval", "processing", "shipped", "delivered", "completed", "cancelled"]));
export type Stage = z.infer<typeof Stage>;

export const PaymentStatus = fact(
  z.enum(["unpaid", "partially_paid", "paid", "overpaid", "partially_refunded", "refunded"]),
);
export type PaymentStatus = z.infer<typeof PaymentStatus>;

export const FulfillmentStatus = fact(z.enum(["unfulfilled", "partially_shipped", "shipped", "delivered", "returned"]));
export type FulfillmentStatus = z.infer<typeof FulfillmentStatus>;

/** When the buyer pays: before, at the door, or by invoice. */
export const PaymentTiming = fact(z.enum(["prepaid", "on_delivery", "invoice"]));
export type PaymentTiming = z.infer<typeof PaymentTiming>;

export const OrderMethod = fact(z.enum(["site", "phone", "one_click", "messenger", "marketplace", "store"]));
export type OrderMethod = z.infer<typeof OrderMethod>;

/** Whether anybody is messaged about an order: `none` was asked for, `stale` came more than 48 h after its placing. */
export const Messaging = fact(z.enum(["all", "none", "stale"]));
export type Messaging = z.infer<typeof Messaging>;

export const MessageChannel = fact(z.enum(["email", "sms", "telegram", "viber", "whatsapp"]));
export type MessageChannel = z.infer<typeof MessageChannel>;

export const Purpose = fact(z.enum(["transactional", "marketing"]));
export type Purpose = z.infer<typeof Purpose>;

export const MismatchKind = fact(
  z.enum([
    "amount_short",
    "amount_over",
    "currency",
    "unknown_order",
    "duplicate_capture",
    "refund_exceeds_paid",
    "paid_after_cancel",
    "missing_payment",
  ]),
);
export type MismatchKind = z.infer<typeof MismatchKind>;

export const RefundReason = fact(
  z.enum(["requested_by_customer", "returned", "damaged", "not_delivered", "duplicate", "fraud", "other"]),
);

/** A short code of ours or a provider's: letters, digits and `._-:/#` only, so that no sentence hides in it. */
export const Code = fact(
  z.string().regex(/^[\w.:/#-]{1,80}$/, "Latin letters, digits and _ . : / # - only, at most 80"),
);

/**
 * How new a fact is: the provider's own time, then the rank (a re-read by `pull` is 1, a delivery 0), then the
 * payload's hash, so that of two versions the same one wins whatever the order of arrival.
 */
export const FactVersion = z.strictObject({ at: Instant, rank: fact(z.int()), hash: fact(z.string()) });
export type FactVersion = z.infer<typeof FactVersion>;

/** What a payment's provider signed beats anybody else's word of the same payment, however new that is. */
export const CaptureVersion = FactVersion.extend({ signed: fact(z.literal(true)).optional() });
export type CaptureVersion = z.infer<typeof CaptureVersion>;
