import type { DomainEvent } from "../../events/event.ts";
import type { Instant } from "../../events/values.ts";
import { type JourneyDefinition, triggerChecks } from "./definition.ts";
import type { Enrollment } from "./enrollment.ts";
import { type Check, checksOf, type JourneyFacts } from "./facts.ts";

/** Why a subject is, was or is not in a journey. */
export interface JourneyExplanation {
  journeyId: string;
  version: number;
  orderId?: string;
  enrollmentId?: string;
  status: "never_entered" | "active" | "waiting" | "exited";
  /** Where it is or was. */
  step?: string;
  /** Why it left. */
  reason?: string;
  at?: Instant;
  /** When its wait ends. */
  until?: Instant;
  /** What it asks of the event that starts it, answered by that event; told of what never entered. */
  trigger?: Check[];
  /** What the entry asks, answered by today. */
  entry: Check[];
  /** What ends it, answered by today: one that holds ends it before its next act. */
  ends: { event: string; holds: boolean }[];
}

/**
 * Explains an enrollment by its own state and by what the journey asks at its entry and before each act; where there is
 * none, also by the event that could have started it.
 */
export function explainJourney(
  definition: JourneyDefinition,
  state: Enrollment,
  facts: JourneyFacts,
  event?: DomainEvent,
): JourneyExplanation {
  const { id: journeyId, version, entry, exitOn } = definition;
  const asked = {
    entry: checksOf(entry, facts),
    ends: exitOn.map(({ event, when }) => ({ event, holds: checksOf(when, facts).every((check) => check.holds) })),
  };
  const order = facts.order && { orderId: facts.order.orderId };
  if (state.status === "absent") {
    const trigger = triggerChecks(definition, event);
    return { journeyId, version, ...order, status: "never_entered", trigger, ...asked };
  }
  const { enrollmentId, orderId, step, enteredAt } = state;
  return {
    journeyId,
    version: state.version,
    ...(orderId && { orderId }),
    enrollmentId,
    status: state.status,
    step,
    ...(state.status === "exited" && { reason: state.reason }),
    at: state.status === "exited" ? state.exitedAt : enteredAt,
    ...(state.status === "waiting" && { until: state.dueAt }),
    ...asked,
  };
}
