import type { EventOf } from "../../events/event.ts";
import type { JourneyEntered, JourneyEvent } from "../../events/journey.ts";
import type { Instant } from "../../events/values.ts";
import type { Command, Decider } from "../kernel/decider.ts";
import { reject, unreachable } from "../kernel/rejection.ts";
import type { Next } from "./interpreter.ts";

type Entry = EventOf<typeof JourneyEntered>["data"];

interface Known extends Omit<Entry, "start"> {
  enteredAt: Instant;
  /** The step it is at. */
  step: string;
  /** Waits so far: a wake-up names the one that it ends. */
  visit: number;
}

/** One subject inside one journey. It is `active` only while a transaction walks it on. */
export type Enrollment =
  | { status: "absent" }
  | ({ status: "active" } & Known)
  | ({ status: "waiting"; dueAt: Instant } & Known)
  | ({ status: "exited"; exitedAt: Instant; reason: string } & Known);

export type KnownEnrollment = Exclude<Enrollment, { status: "absent" }>;

/** A subject enters; once, or again after it left, and never twice for one cause. */
export type EnterJourney = Command<"enrollment.enter", Entry & { reentry: "never" | "after_exit" }>;
/** The interpreter said what happens next; `messageId` names what an act asked for. */
export type FollowOutcome = Command<"enrollment.follow", { next: Next; messageId?: string }>;
/** Something outside ends it. */
export type ExitJourney = Command<"enrollment.exit", { reason: string }>;
export type EnrollmentCommand = EnterJourney | FollowOutcome | ExitJourney;

/** One subject's way through one journey. */
export const enrollment: Decider<Enrollment, EnrollmentCommand, JourneyEvent> = {
  initial: { status: "absent" },
  decide(command, state) {
    if (command.type === "enrollment.enter") return enter(command, state);
    if (state.status === "absent") reject("enrollment_not_found", "There is no such enrollment.");
    if (command.type === "enrollment.exit") return exit("journey.ended", command.at, state, command.data.reason);
    return follow(command, state);
  },
  evolve,
};

/** True when a wake-up is about the wait that the subject is in. */
export const isWaitingAt = (state: Enrollment, visit: number): boolean =>
  state.status === "waiting" && state.visit === visit;

function enter({ at, data: { reentry, ...entry } }: EnterJourney, state: Enrollment): JourneyEvent[] {
  const again = state.status === "exited" && reentry === "after_exit" && state.cause !== entry.cause;
  return state.status === "absent" || again ? [{ type: "journey.entered", at, data: entry }] : [];
}

type Exit = "journey.exited" | "journey.ended";

function exit(type: Exit, at: Instant, state: KnownEnrollment, reason: string): JourneyEvent[] {
  if (state.status === "exited") return [];
  const { enrollmentId, journeyId, step } = state;
  return [{ type, at, data: { enrollmentId, journeyId, step, reason } }];
}

function follow({ at, data: { next, messageId } }: FollowOutcome, state: KnownEnrollment): JourneyEvent[] {
  if (state.status === "exited") return [];
  const { enrollmentId, step, visit } = state;
  switch (next.kind) {
    case "wait": {
      if (state.status === "waiting" && state.dueAt === next.until) return [];
      return [{ type: "journey.waiting", at, data: { enrollmentId, step, visit: visit + 1, dueAt: next.until } }];
    }
    case "exit":
      return exit("journey.exited", at, state, next.reason);
    case "advance":
    case "act": {
      if (next.from !== step) return [];
      const advanced: JourneyEvent = {
        type: "journey.advanced",
        at,
        data: { enrollmentId, from: step, edge: next.edge, to: next.to },
      };
      if (next.kind === "advance") return [advanced];
      return [{ type: "journey.acted", at, data: { enrollmentId, step, ...(messageId && { messageId }) } }, advanced];
    }
    default:
      return unreachable(next);
  }
}

function evolve(state: Enrollment, event: JourneyEvent): Enrollment {
  if (event.type === "journey.entered") {
    const { start, ...entry } = event.data;
    // Visits go on counting after a re-entry, so that a late wake-up of the first stay ends nothing.
    const visit = state.status === "absent" ? 0 : state.visit;
    return { status: "active", ...entry, enteredAt: event.at, step: start, visit };
  }
  if (state.status === "absent") return state;
  const known = knownOf(state);
  switch (event.type) {
    case "journey.waiting":
      return { ...known, status: "waiting", visit: event.data.visit, dueAt: event.data.dueAt };
    case "journey.advanced":
      return { ...known, status: "active", step: event.data.to };
    case "journey.acted":
      return { ...known, status: "active" };
    case "journey.exited":
    case "journey.ended":
      return { ...known, status: "exited", exitedAt: event.at, reason: event.data.reason };
    default:
      return unreachable(event);
  }
}

/** What outlives a change of status. */
function knownOf(state: KnownEnrollment): Known {
  const { enrollmentId, journeyId, version, customerId, orderId, storeId, cause, depth, test } = state;
  const { enteredAt, step, visit } = state;
  const subject = { enrollmentId, journeyId, version, customerId, ...(orderId && { orderId }), storeId };
  return { ...subject, cause, depth, test, enteredAt, step, visit };
}
