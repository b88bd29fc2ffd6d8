import type { Instant } from "../../events/values.ts";

const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

const dayFormat = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  if (known) return known;
  // The Swedish locale writes dates as ISO 8601 does.
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  formats.set(timeZone, format);
  return format;
};

/** The calendar day of an instant in a time zone, `YYYY-MM-DD`. */
export const dayOf = (instant: Instant, timeZone: string): string =>
  dayFormat(timeZone).format(new Date(Date.parse(instant)));

/** Whole calendar days from one day to another. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);

/** The day `count` days after a day. */
export const addDays = (day: string, count: number): string =>
  new Date(Date.parse(day) + count * DAY_MS).toISOString().slice(0, 10);

/** The month of a day, `YYYY-MM`. */
export const monthOf = (day: string): string => day.slice(0, 7);

/** The Monday of a day's ISO week. */
export function weekOf(day: string): string {
  const weekday = (new Date(Date.parse(day)).getUTCDay() + 6) % 7;
  return addDays(day, -weekday);
}

/** An instant moved by milliseconds; durations are absolute, so clocks that go back do not matter. */
export const plusMs = (instant: Instant, deltaMs: number): Instant =>
  new Date(Date.parse(instant) + deltaMs).toISOString();

/** True for a day that the calendar has; the engine reads February 30 as March 2. */
const isDay = (day: string): boolean => {
  const millis = Date.parse(day);
  return !Number.isNaN(millis) && new Date(millis).toISOString().startsWith(day);
};

/** Years beyond four digits are written in another form, whose text order is not time order. */
const INSTANT_LENGTH = "2026-11-20T10:15:00.000Z".length;

/** Reads any RFC 3339 or ISO 8601 time with an offset into our form; `undefined` when it is none. */
export function toInstant(text: string): Instant | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/.test(text)) return undefined;
  const millis = Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
  if (Number.isNaN(millis) || !isDay(text.slice(0, "2026-11-20".length))) return undefined;
  const instant = new Date(millis).toISOString();
  return instant.length === INSTANT_LENGTH ? instant : undefined;
}

/** True for a time zone name that this runtime knows. */
export function isTimeZone(name: string): boolean {
  try {
    dayFormat(name);
    return true;
  } catch {
    return false;
  }
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** What the wall clock of a time zone shows, in minutes since midnight. */
export function minuteOfDay(instant: Instant, timeZone: string): number {
  const known = clocks.get(timeZone);
  const clock = known ?? new Intl.DateTimeFormat("sv-SE", { timeZone, hour: "2-digit", minute: "2-digit" });
  if (!known) clocks.set(timeZone, clock);
  const [hour = "0", minute = "0"] = clock.format(new Date(Date.parse(instant))).split(":");
  return Number(hour) * 60 + Number(minute);
}
