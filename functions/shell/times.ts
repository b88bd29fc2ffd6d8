import type { Instant } from "../../events/values.ts";
import type { FieldError } from "./problem.ts";

/** How far a time may be ahead of ours, in ms: clocks differ, and so do the days that time zones are in. */
export const AHEAD_MAX_MS = 86_400_000;
/** No shop sold anything over the internet before. */
export const FIRST_TIME: Instant = "1990-01-01T00:00:00.000Z";
/** Nobody who buys was born before. */
export const FIRST_BIRTH_DATE = "1900-01-01";

const FUTURE = { code: "time_in_the_future", message: "This time is yet to come." };
const PAST = { code: "time_too_old", message: "This time is too long ago to be one of an order or a person." };

/**
 * The times in what was told that cannot be right: one of them would be in every number from then on. What is read has
 * its form already; its times are called `at`, `placedAt` and so on.
 */
export function wrongTimes(told: unknown, now: Instant): FieldError[] {
  const latest = new Date(Date.parse(now) + AHEAD_MAX_MS).toISOString();
  const rangeOf = (name: string): [string, string] | undefined => {
    if (name === "birthDate") return [FIRST_BIRTH_DATE, now.slice(0, FIRST_BIRTH_DATE.length)];
    return name === "at" || name.endsWith("At") ? [FIRST_TIME, latest] : undefined;
  };
  const look = (value: unknown, pointer: string, name: string): FieldError[] => {
    if (typeof value === "object" && value !== null) {
      return Object.entries(value).flatMap(([key, part]) => look(part, `${pointer}/${key}`, key));
    }
    const range = typeof value === "string" ? rangeOf(name) : undefined;
    if (!range) return [];
    if ((value as string) > range[1]) return [{ pointer, ...FUTURE }];
    return (value as string) < range[0] ? [{ pointer, ...PAST }] : [];
  };
  return look(told, "", "");
}
