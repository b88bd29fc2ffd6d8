import type { MismatchEvent, Severity } from "../../events/mismatch.ts";
import type { Instant, MismatchKind, Money } from "../../events/values.ts";
import type { Command, Decider } from "../kernel/decider.ts";
import { reject, unreachable } from "../kernel/rejection.ts";

/** What does not agree with what. */
export interface MismatchSubject {
  mismatchId: string;
  kind: MismatchKind;
  orderId?: string;
  paymentId?: string;
}

/** Quiet, in its grace, before finance, or settled. */
export type Mismatch =
  | { status: "absent" }
  | ({ status: "suspected"; dueAt: Instant } & MismatchSubject)
  | ({ status: "open"; severity: Severity; openedAt: Instant; expected?: Money; actual: Money } & MismatchSubject)
  | ({ status: "closed"; closedAt: Instant } & Partial<Opened> & MismatchSubject)
  | ({ status: "resolved"; resolvedAt: Instant; booking: string } & Opened & MismatchSubject);

interface Opened {
  severity: Severity;
  openedAt: Instant;
  expected?: Money;
  actual: Money;
}

/** Money stopped agreeing; it has until `dueAt`. */
export type SuspectMismatch = Command<"mismatch.suspect", MismatchSubject & { dueAt: Instant }>;
/** The grace ran out: `actual` is what the order says now, absent when it agrees. */
export type CheckMismatch = Command<"mismatch.check", { disagreement?: { expected?: Money; actual: Money } }>;
/** The money agrees again. */
export type CloseMismatch = Command<"mismatch.close", Record<never, never>>;
/** Finance settled it. */
export type ResolveMismatch = Command<"mismatch.resolve", { booking: string }>;
export type MismatchCommand = SuspectMismatch | CheckMismatch | CloseMismatch | ResolveMismatch;

const MINUTE_MS = 60_000;

/** How long each kind may stay wrong before finance is told, in ms. */
export const GRACE_MS: Record<MismatchKind, number> = {
  amount_short: 15 * MINUTE_MS,
  amount_over: 15 * MINUTE_MS,
  currency: 0,
  unknown_order: 15 * MINUTE_MS,
  duplicate_capture: 0,
  refund_exceeds_paid: 0,
  paid_after_cancel: 15 * MINUTE_MS,
  missing_payment: 60 * MINUTE_MS,
};

/** Money that must go back, or that nobody can place by waiting, is urgent. */
export const SEVERITY: Record<MismatchKind, Severity> = {
  amount_short: "normal",
  amount_over: "normal",
  currency: "urgent",
  unknown_order: "normal",
  duplicate_capture: "urgent",
  refund_exceeds_paid: "urgent",
  paid_after_cancel: "urgent",
  missing_payment: "urgent",
};

/** One disagreement about one order or payment, opened exactly once per spell. */
export const mismatch: Decider<Mismatch, MismatchCommand, MismatchEvent> = {
  initial: { status: "absent" },
  decide(command, state) {
    switch (command.type) {
      case "mismatch.suspect":
        return isNews(command, state) ? [{ type: "mismatch.suspected", at: command.at, data: command.data }] : [];
      case "mismatch.check":
        return check(command, state);
      case "mismatch.close":
        return close(command.at, state);
      case "mismatch.resolve":
        return resolve(command, state);
      default:
        return unreachable(command);
    }
  },
  evolve,
};

const subjectOf = ({ mismatchId, kind, orderId, paymentId }: MismatchSubject): MismatchSubject => ({
  mismatchId,
  kind,
  ...(orderId && { orderId }),
  ...(paymentId && { paymentId }),
});

/** A disagreement that was seen before finance settled it is the one that finance settled. */
const isNews = ({ at }: SuspectMismatch, state: Mismatch): boolean => {
  if (state.status === "suspected" || state.status === "open") return false;
  return state.status !== "resolved" || at > state.resolvedAt;
};

function check({ at, data: { disagreement } }: CheckMismatch, state: Mismatch): MismatchEvent[] {
  if (state.status !== "suspected" || at < state.dueAt) return [];
  if (!disagreement) return close(at, state);
  const data = { ...subjectOf(state), severity: SEVERITY[state.kind], ...disagreement };
  return [{ type: "mismatch.opened", at, data }];
}

function close(at: Instant, state: Mismatch): MismatchEvent[] {
  if (state.status !== "suspected" && state.status !== "open") return [];
  return [{ type: "mismatch.closed", at, data: { ...subjectOf(state), wasOpen: state.status === "open" } }];
}

function resolve({ at, data: { booking } }: ResolveMismatch, state: Mismatch): MismatchEvent[] {
  if (state.status === "absent" || state.status === "suspected") {
    reject("mismatch_not_found", "There is no such mismatch.");
  }
  if (state.status === "resolved" && state.booking === booking) return [];
  if (state.status !== "open") reject("mismatch_not_open", "Only an open mismatch can be resolved.");
  return [{ type: "mismatch.resolved", at, data: { ...subjectOf(state), booking } }];
}

function evolve(state: Mismatch, event: MismatchEvent): Mismatch {
  const subject = subjectOf(event.data);
  switch (event.type) {
    case "mismatch.suspected":
      return { status: "suspected", ...subject, dueAt: event.data.dueAt };
    case "mismatch.opened": {
      const { severity, expected, actual } = event.data;
      return { status: "open", ...subject, severity, openedAt: event.at, actual, ...(expected && { expected }) };
    }
    case "mismatch.closed":
      return state.status === "absent" ? state : { ...state, ...subject, status: "closed", closedAt: event.at };
    case "mismatch.resolved":
      return state.status === "open"
        ? { ...state, status: "resolved", resolvedAt: event.at, booking: event.data.booking }
        : state;
    default:
      return unreachable(event);
  }
}
