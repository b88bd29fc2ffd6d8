import { reject } from "../../kernel/rejection.ts";
import type { JourneyDefinition } from "../definition.ts";
import { unpaidReminder, unpaidReminderFirst } from "./unpaid-reminder.ts";

/** Every published version of every journey; a changed journey is one more line, because enrollments keep theirs. */
export const journeys: readonly JourneyDefinition[] = [unpaidReminderFirst, unpaidReminder];

/** A journey by id and version; without a version the newest. */
export function journeyOf(id: string, version?: number): JourneyDefinition {
  const versions = journeys.filter((one) => one.id === id && (version === undefined || one.version === version));
  const found = versions.reduce<JourneyDefinition | undefined>(
    (newest, one) => (newest && newest.version > one.version ? newest : one),
    undefined,
  );
  if (!found) reject("journey_not_found", "There is no such journey.");
  return found;
}

/** The newest version of each journey. */
export const currentJourneys = (): JourneyDefinition[] =>
  [...new Set(journeys.map(({ id }) => id))].map((id) => journeyOf(id));
