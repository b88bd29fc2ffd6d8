import type { OrderEvent, OrderHeader } from "../../events/order.ts";
import type { Instant, Messaging, Money, Stage } from "../../events/values.ts";
import { plusMs } from "../kernel/calendar.ts";
import type { Command, Decider } from "../kernel/decider.ts";
import { isNewer } from "../kernel/facts.ts";
import { reject, unreachable } from "../kernel/rejection.ts";
import { type Disagreement, disagreementsOf } from "./disagreement.ts";
import {
  type Capture,
  type Fulfillment,
  type KnownOrder,
  newFacts,
  newFulfillments,
  newRefunds,
  nothingKnown,
  type Order,
  type PlacedOrder,
  type Refund,
  type StageReport,
  withClaim,
  withFulfillment,
  withReport,
} from "./facts.ts";
import { type RecordPayment, recordPayment } from "./payment.ts";
import { type RecordRefund, recordRefund } from "./refund.ts";
import { lastMovedAt, type OrderView, viewOf } from "./view.ts";

/** What one delivery or request says about an order; every part is optional but the id. */
export interface OrderReport {
  orderId: string;
  storeId: string;
  /** The snapshot of the order, with the customer it resolved to. */
  header?: OrderHeader;
  customerId?: string;
  messaging?: Messaging;
  test?: boolean;
  evidenceExpected?: boolean;
  stage?: StageReport;
  /** When the header's claim was made. */
  claimedAt?: Instant;
  captures?: readonly Capture[];
  refunds?: readonly Refund[];
  fulfillments?: readonly Fulfillment[];
}

/** Merges what a platform, a provider or a key says; commutative, associative and idempotent. */
export type MergeOrder = Command<"order.merge", OrderReport>;
/** A person gives the order a stage. */
export type MoveOrder = Command<"order.move", { orderId: string; stage: Stage; hash: string }>;
/** Newer facts named the buyer. */
export type ReassignOrder = Command<"order.reassign", { orderId: string; customerId: string }>;
export type OrderCommand = MergeOrder | MoveOrder | ReassignOrder | RecordPayment | RecordRefund;

/** An order: facts by key, merged in any order; what it is now is derived by `viewOf`. */
export const order: Decider<Order, OrderCommand, OrderEvent> = {
  initial: { status: "absent" },
  decide(command, state) {
    switch (command.type) {
      case "order.merge":
        return withConsequences(command.at, state, reported(command, state));
      case "order.move":
        return move(command, state);
      case "order.reassign":
        return reassign(command, state);
      case "order.record_payment":
        return withConsequences(command.at, state, recordPayment(command, state));
      case "order.record_refund":
        return withConsequences(command.at, state, recordRefund(command, state));
      default:
        return unreachable(command);
    }
  },
  evolve,
};

function move({ at, data: { orderId, stage, hash } }: MoveOrder, state: Order): OrderEvent[] {
  if (state.status !== "placed") reject("order_not_found", "There is no such order.");
  if (viewOf(state).stage === stage) return [];
  const last = lastMovedAt(state);
  // Who moves an order has seen where it stands, so the move follows that, whatever the platform's clock says.
  const reportedAt = last !== undefined && last >= at ? plusMs(last, 1) : at;
  const data = { orderId, stage, reportedAt, by: "staff" as const, hash };
  return withConsequences(at, state, [{ type: "order.stage_reported", at, data }]);
}

function reassign({ at, data: { orderId, customerId } }: ReassignOrder, state: Order): OrderEvent[] {
  if (state.status !== "placed") reject("order_not_found", "There is no such order.");
  if (state.customerId === customerId) return [];
  return [{ type: "order.reassigned", at, data: { orderId, customerId, previousCustomerId: state.customerId } }];
}

/** The facts of a report that are not known yet or are newer than what is known. */
function reported({ at, data }: MergeOrder, state: Order): OrderEvent[] {
  const { orderId } = data;
  const known = state.status === "absent" ? nothingKnown(orderId) : state;
  const events: OrderEvent[] = headerEvents(data, known, at);
  if (data.evidenceExpected && known.status === "placed" && mayExpectEvidence(known)) {
    events.push({ type: "payment.evidence_expected", at, data: { orderId } });
  }
  if (data.stage && withReport(known.stages, data.stage).includes(data.stage)) {
    events.push({ type: "order.stage_reported", at: data.stage.reportedAt, data: { orderId, ...data.stage } });
  }
  for (const capture of newFacts(data.captures, known.captures)) {
    events.push({ type: "payment.captured", at: capture.capturedAt, data: { orderId, ...capture } });
  }
  for (const refund of newRefunds(data.refunds, known.refunds)) {
    events.push({ type: "payment.refunded", at: refund.refundedAt, data: { orderId, ...refund } });
  }
  for (const one of newFulfillments(data.fulfillments, known)) {
    events.push({ type: "fulfillment.reported", at: one.version.at, data: { orderId, ...one } });
  }
  return events;
}

/** A hook that is connected later does not make money doubtful that the platform had taken for paid before. */
const mayExpectEvidence = (known: KnownOrder): boolean =>
  !known.evidenceExpected && Object.keys(known.claimedSince).length === 0;

function headerEvents(data: OrderReport, known: KnownOrder, at: Instant): OrderEvent[] {
  const { orderId, header, customerId, claimedAt } = data;
  if (!header) return [];
  const events: OrderEvent[] = [];
  if (known.status === "awaited") {
    if (customerId === undefined) reject("customer_not_found", "A placed order belongs to a customer.");
    const { paymentTiming, placedAt } = header;
    const flags = { messaging: data.messaging ?? "none", test: data.test ?? false };
    const evidenceExpected = known.evidenceExpected || (data.evidenceExpected ?? false);
    const placed = {
      orderId,
      storeId: data.storeId,
      customerId,
      header,
      paymentTiming,
      paymentStatus: "unpaid" as const,
      evidenceExpected,
    };
    events.push({ type: "order.placed", at: placedAt, data: { ...placed, ...flags } });
  } else if (isNewer(header.version, known.header.version)) {
    events.push({ type: "order.updated", at: header.version.at, data: { orderId, header } });
  }
  const claimed = header.claim && header.claim.amountMinor > 0 ? header.claim : undefined;
  const since = claimed && withClaim(known.claimedSince, claimed.amountMinor, claimedAt ?? header.version.at);
  if (claimed && since?.[claimed.amountMinor] !== known.claimedSince[claimed.amountMinor]) {
    events.push({
      type: "payment.claimed",
      at,
      data: { orderId, ...claimed, claimedAt: claimedAt ?? header.version.at },
    });
  }
  return events;
}

/** Adds what follows from new facts: changes of the derived stage, payment and agreement. */
function withConsequences(at: Instant, before: Order, facts: OrderEvent[]): OrderEvent[] {
  const after = facts.reduce(evolve, before);
  if (facts.length === 0 || after.status !== "placed") return facts;
  const was = before.status === "placed" ? viewOf(before) : undefined;
  const is = viewOf(after);
  for (const event of facts) {
    if (event.type === "order.placed") event.data = { ...event.data, paymentStatus: is.paymentStatus };
  }
  return [...facts, ...changes(at, after, was, is), ...agreement(at, before, after, was, is)];
}

function changes(at: Instant, after: PlacedOrder, was: OrderView | undefined, is: OrderView): OrderEvent[] {
  const { orderId, header } = after;
  const events: OrderEvent[] = [];
  const from = was?.stage ?? "new";
  if (is.paidAt !== undefined && was?.paidAt === undefined) {
    const paid: Money = { amountMinor: is.paidMinor, currency: header.currency };
    events.push({ type: "order.paid", at: is.paidAt, data: { orderId, paid } });
  }
  if (from !== is.stage) events.push({ type: "order.stage_changed", at, data: { orderId, from, to: is.stage } });
  if (is.cancelled && !was?.cancelled) events.push({ type: "order.cancelled", at, data: { orderId } });
  return events;
}

function agreement(
  at: Instant,
  before: Order,
  after: PlacedOrder,
  was: OrderView | undefined,
  is: OrderView,
): OrderEvent[] {
  const { orderId } = after;
  const earlier: Disagreement[] = before.status === "placed" && was ? disagreementsOf(before, was) : [];
  const now = disagreementsOf(after, is);
  const isIn = (list: Disagreement[], kind: string) => list.some((one) => one.kind === kind);
  return [
    ...now
      .filter(({ kind }) => !isIn(earlier, kind))
      .map((one): OrderEvent => ({ type: "order.disagreed", at, data: { orderId, ...one } })),
    ...earlier
      .filter(({ kind }) => !isIn(now, kind))
      .map(({ kind }): OrderEvent => ({ type: "order.agreed", at, data: { orderId, kind } })),
  ];
}

function evolve(state: Order, event: OrderEvent): Order {
  const { orderId } = event.data;
  const known = state.status === "absent" ? nothingKnown(orderId) : state;
  switch (event.type) {
    case "order.placed": {
      const { storeId, customerId, header, messaging, test, evidenceExpected } = event.data;
      return { ...known, status: "placed", storeId, customerId, header, messaging, test, evidenceExpected };
    }
    case "order.updated":
      return known.status === "placed" ? { ...known, header: event.data.header } : known;
    case "order.reassigned":
      return known.status === "placed" ? { ...known, customerId: event.data.customerId } : known;
    case "payment.evidence_expected":
      return { ...known, evidenceExpected: true };
    case "order.stage_reported": {
      const { orderId: _, ...report } = event.data;
      return { ...known, stages: withReport(known.stages, report) };
    }
    case "payment.claimed":
      return { ...known, claimedSince: withClaim(known.claimedSince, event.data.amountMinor, event.data.claimedAt) };
    case "payment.captured": {
      const { orderId: _, ...capture } = event.data;
      return { ...known, captures: { ...known.captures, [capture.key]: capture } };
    }
    case "payment.refunded": {
      const { orderId: _, ...refund } = event.data;
      return { ...known, refunds: { ...known.refunds, [refund.key]: refund } };
    }
    case "fulfillment.reported": {
      const { orderId: _, ...fulfillment } = event.data;
      return withFulfillment(known, fulfillment);
    }
    case "order.stage_changed":
    case "order.paid":
    case "order.cancelled":
    case "order.disagreed":
    case "order.agreed":
      return known;
    default:
      return unreachable(event);
  }
}
