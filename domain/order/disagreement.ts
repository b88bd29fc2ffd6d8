import type { MismatchKind, Money } from "../../events/values.ts";
import { compareText } from "../kernel/facts.ts";
import type { PlacedOrder } from "./facts.ts";
import { evidenceOf } from "./money-view.ts";
import type { OrderView } from "./view.ts";

/** One way in which the money around an order does not agree. */
export interface Disagreement {
  kind: MismatchKind;
  expected: Money;
  actual: Money;
}

const claimedMinor = (order: PlacedOrder) => order.header.claim?.amountMinor ?? 0;

/** Two captures, each enough for the whole debt, none of which was given back: refunds go for as many as they can. */
function isDuplicate(order: PlacedOrder, view: OrderView): boolean {
  const owed = order.header.totalMinor;
  const whole = evidenceOf(order).map(({ amountMinor }) => amountMinor);
  let leftMinor = view.refundedMinor;
  const kept = whole
    .filter((amountMinor) => amountMinor >= owed)
    .sort((a, b) => a - b)
    .filter((amountMinor) => {
      const isBack = leftMinor >= amountMinor;
      if (isBack) leftMinor -= amountMinor;
      return !isBack;
    });
  return owed > 0 && kept.length >= 2;
}

function afterCancel(order: PlacedOrder, view: OrderView): Disagreement[] {
  const { currency } = order.header;
  const kept = view.paidMinor - view.refundedMinor;
  if (kept <= 0) return [];
  return [
    { kind: "paid_after_cancel", expected: { amountMinor: 0, currency }, actual: { amountMinor: kept, currency } },
  ];
}

function shortOrMissing(order: PlacedOrder, view: OrderView): Disagreement[] {
  const { totalMinor, currency, paymentTiming } = order.header;
  if (paymentTiming !== "prepaid" || view.paidMinor >= totalMinor) return [];
  const claimedWhole = claimedMinor(order) >= totalMinor;
  const difference = {
    expected: { amountMinor: totalMinor, currency },
    actual: { amountMinor: view.paidMinor, currency },
  };
  if (view.paidMinor > 0) return [{ kind: "amount_short", ...difference }];
  const isMissing = claimedWhole && order.evidenceExpected && Object.keys(order.captures).length === 0;
  return isMissing ? [{ kind: "missing_payment", ...difference }] : [];
}

function whileAlive(order: PlacedOrder, view: OrderView): Disagreement[] {
  const { totalMinor, currency } = order.header;
  const net = view.paidMinor - view.refundedMinor;
  if (net <= totalMinor) return shortOrMissing(order, view);
  const kind = isDuplicate(order, view) ? "duplicate_capture" : "amount_over";
  return [{ kind, expected: { amountMinor: totalMinor, currency }, actual: { amountMinor: net, currency } }];
}

/** Everything about the order's money that does not agree now; a test order never disagrees. */
export function disagreementsOf(order: PlacedOrder, view: OrderView): Disagreement[] {
  if (order.test) return [];
  const { currency, totalMinor } = order.header;
  const found = view.cancelled ? afterCancel(order, view) : whileAlive(order, view);
  const [foreign] = Object.values(order.captures)
    .filter(({ amount }) => amount.currency !== currency)
    .sort((a, b) => compareText(a.capturedAt, b.capturedAt) || compareText(a.key, b.key));
  if (foreign)
    found.push({ kind: "currency", expected: { amountMinor: totalMinor, currency }, actual: foreign.amount });
  if (view.refundedMinor > view.paidMinor) {
    found.push({
      kind: "refund_exceeds_paid",
      expected: { amountMinor: view.paidMinor, currency },
      actual: { amountMinor: view.refundedMinor, currency },
    });
  }
  return found;
}
