import { createHmac } from "node:crypto";

/** A payment of the sample shop's own site through Stripe. */
export interface StripePayment {
  /** `pi_...` */
  id: string;
  orderReference: string;
  amountMinor: number;
  currency: "eur";
  /** Unix seconds. */
  created: number;
}

/** The JSON of `payment_intent.succeeded`. */
export const stripeSucceededBody = (payment: StripePayment): string =>
  JSON.stringify({
    id: `evt_${payment.id.slice(3)}a`,
    object: "event",
    type: "payment_intent.succeeded",
    created: payment.created,
    livemode: false,
    data: {
      object: {
        id: payment.id,
        object: "payment_intent",
        amount: payment.amountMinor,
        amount_received: payment.amountMinor,
        currency: payment.currency,
        status: "succeeded",
        created: payment.created,
        metadata: { order_id: payment.orderReference },
      },
    },
  });

/** The JSON of `charge.refunded` for a part of a payment. */
export const stripeRefundedBody = (payment: StripePayment, refundedMinor: number, created: number): string =>
  JSON.stringify({
    id: `evt_${payment.id.slice(3)}r`,
    object: "event",
    type: "charge.refunded",
    created,
    livemode: false,
    data: {
      object: {
        id: `ch_${payment.id.slice(3)}`,
        object: "charge",
        amount: payment.amountMinor,
        amount_captured: payment.amountMinor,
        amount_refunded: refundedMinor,
        currency: payment.currency,
        payment_intent: payment.id,
        refunded: refundedMinor === payment.amountMinor,
        metadata: {},
        refunds: { object: "list", data: [], has_more: false },
      },
    },
  });

/** The headers of a delivery at a time (Unix seconds), signed over the bytes. */
export function stripeHeaders(secret: string, body: string, at: number): Record<string, string> {
  const signature = createHmac("sha256", secret).update(`${at}.${body}`).digest("hex");
  return { "content-type": "application/json; charset=utf-8", "stripe-signature": `t=${at},v1=${signature}` };
}
