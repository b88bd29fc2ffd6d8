import type { OrderHeader } from "../../events/order.ts";
import type { Instant, PaymentStatus } from "../../events/values.ts";
import { compareText } from "../kernel/facts.ts";
import { sumMinor } from "../kernel/money.ts";
import type { PlacedOrder } from "./facts.ts";

/** Money that counts, as it is shown and summed. */
export interface MoneyLine {
  key: string;
  provider: string;
  amountMinor: number;
  at: Instant;
  basis: "claim" | "evidence";
}

/** What came in and went back, all in the order's own currency. */
export interface MoneyView {
  payments: MoneyLine[];
  refunds: MoneyLine[];
  paidMinor: number;
  refundedMinor: number;
  dueMinor: number;
  paymentStatus: PaymentStatus;
  /** When captures first covered the total; absent while they do not. */
  paidAt?: Instant;
}

const byTime = (a: MoneyLine, b: MoneyLine) => compareText(a.at, b.at) || compareText(a.key, b.key);

/**
 * Claims and evidence describe the same money, so they are never added: evidence counts as it is, and claims add only
 * what they say beyond it. The earliest claims are taken for the ones that evidence covers.
 */
function settle(evidence: MoneyLine[], claims: MoneyLine[]): MoneyLine[] {
  let covered = sumMinor(evidence);
  const rest = claims.flatMap((claim) => {
    const amountMinor = claim.amountMinor - Math.min(covered, claim.amountMinor);
    covered -= claim.amountMinor - amountMinor;
    return amountMinor > 0 || claim.amountMinor === 0 ? [{ ...claim, amountMinor }] : [];
  });
  return [...evidence, ...rest].sort(byTime);
}

/** Claims count while no evidence can be expected: no provider's hook, or money that never passes a provider. */
export const claimsCount = (order: PlacedOrder): boolean =>
  !order.evidenceExpected || order.header.paymentTiming !== "prepaid";

/**
 * What buyers are taken to have paid: nobody is asked for money that the store says it has, while evidence is waited
 * for. The platform's word and the evidence tell of the same money, so the larger one counts.
 */
export const paidByAnyWord = ({ claim }: Pick<OrderHeader, "claim">, paidMinor: number): number =>
  Math.max(paidMinor, claim?.amountMinor ?? 0);

/** Captures by evidence in the order's currency, oldest first. */
export const evidenceOf = (order: PlacedOrder): MoneyLine[] =>
  Object.values(order.captures)
    .filter(({ amount }) => amount.currency === order.header.currency)
    .map(
      ({ key, provider, amount, capturedAt }): MoneyLine => ({
        key,
        provider,
        amountMinor: amount.amountMinor,
        at: capturedAt,
        basis: "evidence",
      }),
    )
    .sort(byTime);

/** What the platform claims, while its word counts. */
function claimsOf(order: PlacedOrder): MoneyLine[] {
  const { claim } = order.header;
  if (!claim || claim.amountMinor === 0 || !claimsCount(order)) return [];
  const at = order.claimedSince[claim.amountMinor] ?? order.header.version.at;
  return [{ key: `${claim.provider}:claim`, ...claim, at, basis: "claim" }];
}

function refundsOf(order: PlacedOrder): MoneyLine[] {
  const lines = Object.values(order.refunds)
    .filter(({ amount }) => amount.currency === order.header.currency)
    .map(
      ({ key, provider, amount, refundedAt, basis }): MoneyLine => ({
        key,
        provider,
        amountMinor: amount.amountMinor,
        at: refundedAt,
        basis,
      }),
    )
    .sort(byTime);
  const claims = lines.filter(({ basis }) => basis === "claim");
  const evidence = lines.filter(({ basis, amountMinor }) => basis === "evidence" && amountMinor > 0);
  return settle(evidence, claimsCount(order) ? claims : []);
}

/** Money beyond the total that went back is no refund of the order: what was kept says whether it is paid. */
function statusOf(totalMinor: number, paidMinor: number, refundedMinor: number): PaymentStatus {
  if (refundedMinor > 0 && refundedMinor >= paidMinor) return "refunded";
  const keptMinor = paidMinor - refundedMinor;
  if (keptMinor > totalMinor) return "overpaid";
  if (keptMinor === totalMinor) return "paid";
  if (refundedMinor > 0) return "partially_refunded";
  return paidMinor > 0 ? "partially_paid" : "unpaid";
}

/** When money first covered the total. Evidence of what was claimed before proves that payment: it is no later one. */
function coveredAt(order: PlacedOrder, claims: MoneyLine[], payments: MoneyLine[]): Instant | undefined {
  const { totalMinor, placedAt } = order.header;
  if (totalMinor === 0) return placedAt;
  const times = [sumsTo(totalMinor, payments), sumsTo(totalMinor, claims)].filter((at) => at !== undefined);
  return times.sort(compareText)[0];
}

function sumsTo(totalMinor: number, payments: MoneyLine[]): Instant | undefined {
  let sum = 0;
  for (const { amountMinor, at } of payments) {
    sum += amountMinor;
    if (sum >= totalMinor) return at;
  }
  return undefined;
}

/** What the facts say about an order's money. */
export function moneyOf(order: PlacedOrder): MoneyView {
  const claims = claimsOf(order);
  const payments = settle(evidenceOf(order), claims);
  const refunds = refundsOf(order);
  const paidMinor = sumMinor(payments);
  const refundedMinor = sumMinor(refunds);
  const paidAt = coveredAt(order, claims, payments);
  return {
    payments,
    refunds,
    paidMinor,
    refundedMinor,
    dueMinor: Math.max(0, order.header.totalMinor - paidMinor),
    paymentStatus: statusOf(order.header.totalMinor, paidMinor, refundedMinor),
    ...(paidAt === undefined ? {} : { paidAt }),
  };
}
