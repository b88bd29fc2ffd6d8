/** Deliveries of Stripe as we make them up, in its form. */

const PAID_AT = Date.parse("2026-11-20T08:00:02Z") / 1_000;

let events = 0;

/** An event around an object. */
export function stripeEvent(type: string, object: Record<string, unknown>, created: number = PAID_AT) {
  events += 1;
  return {
    id: `evt_${events}`,
    object: "event",
    api_version: "2024-06-20",
    created,
    livemode: false,
    type,
    data: { object },
  };
}

/** A payment intent of 34.85 that succeeded. */
export const intent = (part: Record<string, unknown> = {}) => ({
  id: "pi_kvitka0000000001",
  object: "payment_intent",
  amount: 3485,
  amount_received: 3485,
  currency: "uah",
  created: PAID_AT - 60,
  latest_charge: "ch_kvitka0000000001",
  metadata: {},
  status: "succeeded",
  ...part,
});

/** The charge of the intent. */
export const charge = (part: Record<string, unknown> = {}) => ({
  id: "ch_kvitka0000000001",
  object: "charge",
  amount: 3485,
  amount_captured: 3485,
  amount_refunded: 0,
  captured: true,
  currency: "uah",
  created: PAID_AT - 1,
  payment_intent: "pi_kvitka0000000001",
  metadata: {},
  status: "succeeded",
  ...part,
});

/** The checkout that the intent was made by. */
export const session = (part: Record<string, unknown> = {}) => ({
  id: "cs_kvitka0000000001",
  object: "checkout.session",
  amount_total: 3485,
  currency: "uah",
  created: PAID_AT - 120,
  client_reference_id: "2727",
  metadata: {},
  payment_intent: "pi_kvitka0000000001",
  payment_status: "paid",
  status: "complete",
  ...part,
});

const DAY_S = 86_400;

/** One payment's life: paid, told three times, given back in two parts of which only the sum is told. */
export const stripeDay = [
  stripeEvent("payment_intent.succeeded", intent()),
  stripeEvent("charge.succeeded", charge(), PAID_AT + 1),
  stripeEvent("checkout.session.completed", session(), PAID_AT + 3),
  stripeEvent("charge.refunded", charge({ amount_refunded: 1000 }), PAID_AT + 2 * DAY_S),
  stripeEvent("charge.refunded", charge({ amount_refunded: 1485 }), PAID_AT + 3 * DAY_S),
].map((body) => ({ topic: body.type, body }));
