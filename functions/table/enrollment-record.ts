import { type Enrollment, type EnrollmentCommand, enrollment } from "../../domain/journey/enrollment.ts";
import type { JourneyEvent } from "../../events/journey.ts";
import type { Loaded, RecordOf } from "./aggregates.ts";
import { byTime, list, shardOf, stateKey } from "./keys.ts";

export type LoadedEnrollment = Loaded<Enrollment, EnrollmentCommand, JourneyEvent>;

/**
 * Enrollments: found by journey and subject, from which their ids follow; due while they wait. That an event ends one
 * stands in the history of what the event is about: here it is one plain write.
 */
export const enrollmentRecord: RecordOf<Enrollment, EnrollmentCommand, JourneyEvent> = {
  decider: enrollment,
  key: stateKey.enrollment,
  unrecorded: ["journey.ended"],
  internal: ["journey.entered", "journey.waiting", "journey.advanced", "journey.acted", "journey.exited"],
  attributes(state, id) {
    return state.status === "waiting" ? { gsi4pk: list.due(shardOf(id)), gsi4sk: byTime(state.dueAt, id) } : {};
  },
};
