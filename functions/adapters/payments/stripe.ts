import * as z from "zod";
import { exponentOf } from "../../../domain/kernel/money.ts";
import { own } from "../../../domain/kernel/own.ts";
import { HookSettings } from "../../../events/hook.ts";
import type { FactVersion, Instant, Money } from "../../../events/values.ts";
import { payloadHash } from "../../shell/derived-ids.ts";
import type { IncomingPayment } from "../../table/payments.ts";
import { type HookAdapter, type Report, Unusable } from "../adapter.ts";
import { currencyFrom, Id, readAs, saidAt, soft, softList, Words } from "../reading.ts";
import { hmacSha256, isSame } from "../signature.ts";

/** How far the signed time may be from ours, in seconds. */
export const TOLERANCE_S = 300;
/** Signatures of one header that are tried; Stripe sends one for each secret that is valid. */
const SIGNATURES_MAX = 10;

const Amount = z.int().min(0);
/** Unix time in seconds. */
const Seconds = z.int().min(0).max(253_402_300_799);
/** A reference to another object: its id, or the object itself where it was expanded. */
const Reference = z.union([Id, z.object({ id: Id }).transform(({ id }) => id)]);

const Thing = z.looseObject({
  id: Id,
  created: soft(Seconds),
  currency: soft(Words),
  status: soft(Words),
  payment_intent: soft(Reference),
});

const Event = z.object({ type: Words, created: Seconds, data: z.object({ object: Thing }) });
type Event = z.output<typeof Event>;

const Intent = Thing.extend({ amount: Amount, amount_received: soft(Amount), latest_charge: soft(Reference) });
const Charge = Thing.extend({
  amount: Amount,
  amount_captured: soft(Amount),
  amount_refunded: soft(Amount),
  captured: soft(z.boolean()),
  refunds: soft(
    z.object({ data: softList(z.object({ id: Id, amount: Amount, created: Seconds, status: soft(Words) })) }),
  ),
});
const Session = Thing.extend({ amount_total: soft(Amount), payment_status: soft(Words) });

/** Where Stripe counts in another unit than ISO 4217 (docs.stripe.com/currencies, "Special cases"). */
const STRIPE_EXPONENTS: Readonly<Record<string, number>> = { ISK: 2, UGX: 2, MGA: 0 };

/** Stripe's amount in the minor unit of the currency. */
function amountOf(amount: number, code: string | undefined): Money {
  const currency = currencyFrom(code ?? "");
  const shift = exponentOf(currency) - (STRIPE_EXPONENTS[currency] ?? exponentOf(currency));
  const amountMinor = shift >= 0 ? amount * 10 ** shift : amount / 10 ** -shift;
  if (Number.isSafeInteger(amountMinor)) return { amountMinor, currency };
  throw new Unusable("money_not_exact", `An amount in ${currency} is whole.`);
}

const instantOf = (seconds: number): Instant => new Date(seconds * 1_000).toISOString();

/** Two events that tell one amount are one version of it. */
const versionOf = (seconds: number, told: unknown, rank = 0): FactVersion => ({
  at: instantOf(seconds),
  rank,
  hash: payloadHash(told),
});

const received = (event: Event, amount: Money, version = versionOf(event.created, amount)) => ({
  received: { amount, capturedAt: instantOf(event.created), version },
});

type Said = Pick<IncomingPayment, "received" | "refunds"> & { externalId: string; own?: string | undefined };

function intentSays(event: Event): Said {
  const intent = readAs(Intent, event.data.object);
  const amount = amountOf(intent.amount_received ?? intent.amount, intent.currency);
  return { externalId: intent.id, own: intent.latest_charge, ...received(event, amount) };
}

/** A charge that succeeded is as old as itself: its intent, which succeeds after it, has the last word. */
function chargeSays(event: Event): Said | undefined {
  const charge = readAs(Charge, event.data.object);
  if (charge.captured === false) return undefined;
  const amount = amountOf(charge.amount_captured ?? charge.amount, charge.currency);
  const told = event.type === "charge.succeeded" ? charge.created : undefined;
  const version = versionOf(told ?? event.created, amount);
  return { externalId: charge.payment_intent ?? charge.id, own: charge.id, ...received(event, amount, version) };
}

/** Older API versions list the refunds; without them only the sum so far is known. */
function refundedCharge(event: Event): Said {
  const charge = readAs(Charge, event.data.object);
  const money = (amount: number) => amountOf(amount, charge.currency);
  const listed = (charge.refunds?.data ?? []).filter(({ status }) => status === undefined || status === "succeeded");
  const single = listed.map(({ id, amount, created }) => ({
    refundKey: id,
    amount: money(amount),
    cumulative: false,
    refundedAt: instantOf(created),
    version: versionOf(created, amount),
  }));
  const sum = charge.amount_refunded ?? 0;
  const soFar = {
    refundKey: `total:${sum}`,
    amount: money(sum),
    cumulative: true,
    refundedAt: instantOf(event.created),
    version: versionOf(event.created, sum),
  };
  const refunds = single.length > 0 ? single : sum > 0 ? [soFar] : [];
  return { externalId: charge.payment_intent ?? charge.id, own: charge.id, refunds };
}

/**
 * A checkout names the order and tells its payment's amount; the payment itself knows better, so that the checkout's
 * word is as old as the checkout, which began before anything was paid.
 */
function sessionSays(event: Event): Said | undefined {
  const session = readAs(Session, event.data.object);
  if (session.payment_intent === undefined) return undefined;
  const { amount_total: total, currency, payment_status } = session;
  if (payment_status !== "paid" || total === undefined) return { externalId: session.payment_intent };
  const amount = amountOf(total, currency);
  const version = versionOf(session.created ?? event.created, amount, -1);
  return { externalId: session.payment_intent, ...received(event, amount, version) };
}

const TYPES: Readonly<Record<string, (event: Event) => Said | undefined>> = {
  "payment_intent.succeeded": intentSays,
  "charge.succeeded": chargeSays,
  "charge.captured": chargeSays,
  "charge.refunded": refundedCharge,
  "checkout.session.completed": sessionSays,
  "checkout.session.async_payment_succeeded": sessionSays,
};

const USUAL_REFERENCES = ["metadata.order_id", "metadata.orderId", "metadata.order_number", "client_reference_id"];

/** How the object names its order. */
function referencesIn(thing: Event["data"]["object"], orderReference: string | undefined): string[] {
  const paths = orderReference === undefined ? USUAL_REFERENCES : [orderReference];
  // An e-mail names a person, not an order, and what an order is named by gets into keys and events.
  const names = paths.flatMap((path) => Id.safeParse(saidAt(thing, path)).data ?? []);
  return names.filter((name) => !name.includes("@"));
}

/** Why the payment may be of another store of the same account; one that names none may be anybody's. */
function doubtOf(thing: Event["data"]["object"], { storeReference, storeName }: HookSettings) {
  if (storeReference === undefined || storeName === undefined) return undefined;
  const said = Words.safeParse(saidAt(thing, storeReference)).data;
  if (said === undefined) return "store_not_named";
  return plain(said) === plain(storeName) ? undefined : "other_store";
}

/** A store's name as people mean it: an address is the same in capitals and with a slash at its end. */
const plain = (name: string): string => name.toLowerCase().replace(/\/+$/, "");

/** Half of what tells the stores of an account apart would take every payment for another's. */
const settings = HookSettings.pick({ orderReference: true, storeReference: true, storeName: true }).refine(
  ({ storeReference, storeName }) => (storeReference === undefined) === (storeName === undefined),
  { path: ["storeName"], error: "storeReference and storeName go together" },
);

function isSigned(header: string, raw: Buffer, secrets: readonly string[], now: Instant): boolean {
  const parts = header.split(",").map((part) => part.trim().split("="));
  const valuesOf = (scheme: string) => parts.filter(([name]) => name === scheme).map(([, value = ""]) => value);
  const [time, ...others] = valuesOf("t");
  const signatures = valuesOf("v1").slice(0, SIGNATURES_MAX);
  if (time === undefined || others.length > 0 || !/^\d{1,12}$/.test(time)) return false;
  if (Math.abs(Date.parse(now) / 1_000 - Number(time)) > TOLERANCE_S) return false;
  const payload = Buffer.concat([Buffer.from(`${time}.`), raw]);
  const expected = secrets.map((secret) => hmacSha256(secret, payload, "hex"));
  return signatures.some((given) => expected.some((one) => isSame(given, one)));
}

/** Stripe: signed by the endpoint's secret over time and raw body. All it tells of a payment is keyed by its intent. */
export const stripe: HookAdapter = {
  payments: true,
  settings,
  retries: true,
  verify({ headers, raw }, secrets, now) {
    return isSigned(headers["stripe-signature"] ?? "", raw, secrets, now) ? "authentic" : "forged";
  },
  subjectOf: () => ({}),
  named: { topic: "type", subject: "data.object.id" },
  translate(payload, { settings }): Report {
    const { type } = readAs(z.object({ type: Words }), payload);
    const translate = own(TYPES, type);
    if (!translate) return { kind: "nothing", reason: "topic_not_used" };
    const event = readAs(Event, payload);
    const said = translate(event);
    if (!said) return { kind: "nothing", reason: "no_money_moved" };
    const { own: ownName, ...told } = said;
    const names = [told.externalId, ...(ownName ? [ownName] : [])];
    const reason = doubtOf(event.data.object, settings);
    // Last, because a platform may name a payment by an id of its own, but mostly the payment names its order.
    const named = referencesIn(event.data.object, settings.orderReference);
    const references = [...new Set([...named, ...names])];
    const payment = { provider: "stripe", ...told, references };
    return { kind: "payment", payment, ...(reason && { doubt: { reason, names } }) };
  },
};
