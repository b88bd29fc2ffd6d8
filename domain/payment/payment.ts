import type { PaymentEvent } from "../../events/payment.ts";
import type { FactVersion, Instant, Money } from "../../events/values.ts";
import type { Command, Decider } from "../kernel/decider.ts";
import { compareText, isNewer } from "../kernel/facts.ts";
import { sumMinor } from "../kernel/money.ts";
import { reject, unreachable } from "../kernel/rejection.ts";
import type { Capture, Refund } from "../order/facts.ts";

interface Received {
  amount: Money;
  capturedAt: Instant;
  version: FactVersion;
}

interface Returned {
  refundKey: string;
  amount: Money;
  cumulative: boolean;
  refundedAt: Instant;
  version: FactVersion;
}

/** Whose payment it is, in the provider's words. */
export interface PaymentSource {
  paymentId: string;
  storeId: string;
  hookId: string;
  provider: string;
  /** The provider's own id, one for all its deliveries about this payment. */
  externalId: string;
}

/** One payment as its provider tells of it; it may wait for its order. */
export type Payment =
  | { status: "absent" }
  | ({
      status: "known";
      received?: Received;
      references: string[];
      refunds: Record<string, Returned>;
      orderId?: string;
    } & PaymentSource);

export type KnownPayment = Extract<Payment, { status: "known" }>;

/** What one delivery of a provider says about one payment; `orderId` is the order that was found for it just now. */
export type ReportPayment = Command<
  "payment.report",
  PaymentSource & {
    received?: Received;
    references?: readonly string[];
    refunds?: readonly Returned[];
    orderId?: string | undefined;
  }
>;
/** The order of a payment was found. */
export type MatchPayment = Command<"payment.match", { orderId: string }>;
export type PaymentCommand = ReportPayment | MatchPayment;

/** How many names of its order a payment keeps. */
export const REFERENCES_MAX = 10;

/** A provider's payment: captures, refunds and references merge in any order. */
export const payment: Decider<Payment, PaymentCommand, PaymentEvent> = {
  initial: { status: "absent" },
  decide(command, state) {
    switch (command.type) {
      case "payment.report":
        return report(command, state);
      case "payment.match":
        return match(command, state);
      default:
        return unreachable(command);
    }
  },
  evolve,
};

function report({ at, data }: ReportPayment, state: Payment): PaymentEvent[] {
  const { received, references = [], refunds = [], orderId, ...source } = data;
  const known = state.status === "known" ? state : undefined;
  const events: PaymentEvent[] = [];
  const named = known?.references ?? [];
  const added = [...new Set(references)].filter((reference) => !named.includes(reference));
  const kept = added.slice(0, REFERENCES_MAX - named.length);
  if (kept.length > 0) events.push({ type: "payment.referenced", at, data: { ...source, references: kept } });
  if (received && isNewer(received.version, known?.received?.version)) {
    events.push({ type: "payment.received", at: received.capturedAt, data: { ...source, ...received } });
    if (!known?.received && !known?.orderId && !orderId) {
      const { paymentId, provider } = source;
      events.push({ type: "payment.unmatched", at, data: { paymentId, provider, amount: received.amount } });
    }
  }
  for (const refund of refunds) {
    if (!isNewer(refund.version, known?.refunds[refund.refundKey]?.version)) continue;
    events.push({ type: "payment.refund_received", at: refund.refundedAt, data: { ...source, ...refund } });
  }
  return events;
}

function match({ at, data: { orderId } }: MatchPayment, state: Payment): PaymentEvent[] {
  if (state.status === "absent") reject("payment_not_found", "There is no such payment.");
  if (state.orderId !== undefined) return [];
  return [{ type: "payment.matched", at, data: { paymentId: state.paymentId, provider: state.provider, orderId } }];
}

function evolve(state: Payment, event: PaymentEvent): Payment {
  if (event.type === "payment.unmatched") return state;
  if (event.type === "payment.matched") {
    return state.status === "known" ? { ...state, orderId: event.data.orderId } : state;
  }
  const { paymentId, storeId, hookId, provider, externalId } = event.data;
  const source = { paymentId, storeId, hookId, provider, externalId };
  const known: KnownPayment =
    state.status === "known" ? state : { status: "known", ...source, references: [], refunds: {} };
  switch (event.type) {
    case "payment.received": {
      const { amount, capturedAt, version } = event.data;
      return { ...known, received: { amount, capturedAt, version } };
    }
    case "payment.referenced":
      return { ...known, references: [...known.references, ...event.data.references] };
    case "payment.refund_received": {
      const { refundKey, amount, cumulative, refundedAt, version } = event.data;
      const refund = { refundKey, amount, cumulative, refundedAt, version };
      return { ...known, refunds: { ...known.refunds, [refundKey]: refund } };
    }
    default:
      return unreachable(event);
  }
}

/** The capture as its order sees it: evidence that its provider signed. */
export function captureOf({ provider, externalId, received }: KnownPayment): Capture[] {
  if (!received) return [];
  const version = { ...received.version, signed: true as const };
  return [{ key: `${provider}:${externalId}`, provider, ...received, version }];
}

/**
 * The refunds as the order sees them. Where a provider tells the sum so far, each level is a refund of what it adds to
 * the level below and to the refunds that are told one by one. What comes late lowers the levels above, so the rank of
 * a level's version counts all that lowers it.
 */
export function refundsOf(state: KnownPayment): Refund[] {
  const all = Object.values(state.refunds);
  const single = all.filter(({ cumulative }) => !cumulative);
  const toldMinor = sumMinor(single.map(({ amount }) => amount));
  const levels = all
    .filter(({ cumulative }) => cumulative)
    .sort((a, b) => a.amount.amountMinor - b.amount.amountMinor || compareText(a.refundKey, b.refundKey));
  const steps = levels.map((level, index) => {
    const below = Math.max(toldMinor, levels[index - 1]?.amount.amountMinor ?? 0);
    const amount = { ...level.amount, amountMinor: Math.max(0, level.amount.amountMinor - below) };
    return { ...level, amount, version: { ...level.version, rank: single.length + index } };
  });
  return [...single, ...steps].map(({ refundKey, amount, refundedAt, version }) => ({
    key: `${state.provider}:${state.externalId}:${refundKey}`,
    provider: state.provider,
    amount,
    refundedAt,
    basis: "evidence" as const,
    version,
  }));
}
