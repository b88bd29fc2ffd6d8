import { Temporal } from "temporal-polyfill";
import type { Millis } from "../ports.ts";

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const SEARCH_DAYS_MAX = 366 * 12;
const YEAR_MAX = 2199;

/** A cron expression of AWS: minutes, hours, day of month, month, day of week, year. */
export interface Cron {
  minutes: number[];
  hours: number[];
  months: number[];
  years: number[];
  matchesDay(date: Temporal.PlainDate): boolean;
}

/** Reads the six fields; `undefined` when they are not a cron expression of AWS. */
export function parseCron(text: string): Cron | undefined {
  const [minute, hour, day, month, weekday, year, ...rest] = text.trim().split(/\s+/);
  if (!minute || !hour || !day || !month || !weekday || !year || rest.length > 0) return undefined;
  // AWS wants exactly one of the two day fields left open.
  if ((day === "?") === (weekday === "?")) return undefined;
  const minutes = numbers(minute, 0, 59);
  const hours = numbers(hour, 0, 23);
  const months = numbers(month, 1, 12, MONTHS);
  const years = numbers(year, 1970, YEAR_MAX);
  const matchesDay = weekday === "?" ? dayOfMonth(day) : dayOfWeek(weekday);
  return minutes && hours && months && years && matchesDay ? { minutes, hours, months, years, matchesDay } : undefined;
}

/** The first instant after another at which the expression holds in a zone; local times that DST omits are skipped. */
export function nextCron(cron: Cron, timeZone: string, after: Millis): Millis | undefined {
  const start = Temporal.Instant.fromEpochMilliseconds(after).toZonedDateTimeISO(timeZone);
  let date = start.toPlainDate();
  const lastYear = cron.years.at(-1) ?? 0;
  for (let searched = 0; searched < SEARCH_DAYS_MAX && date.year <= lastYear; searched++) {
    if (!cron.years.includes(date.year)) {
      const nextYear = cron.years.find((year) => year > date.year) ?? YEAR_MAX + 1;
      date = new Temporal.PlainDate(nextYear, 1, 1);
      continue;
    }
    const found = cron.months.includes(date.month) && cron.matchesDay(date) && firstOfDay(cron, date, timeZone, after);
    if (found) return found;
    date = date.add({ days: 1 });
  }
  return undefined;
}

function firstOfDay(cron: Cron, date: Temporal.PlainDate, timeZone: string, after: Millis): Millis | undefined {
  for (const hour of cron.hours)
    for (const minute of cron.minutes) {
      const zoned = date.toZonedDateTime({ timeZone, plainTime: new Temporal.PlainTime(hour, minute) });
      const exists = zoned.hour === hour && zoned.minute === minute;
      if (exists && zoned.epochMilliseconds > after) return zoned.epochMilliseconds;
    }
  return undefined;
}

/** The values of a field in order: `*`, `?`, lists, ranges, steps and names. */
function numbers(field: string, min: number, max: number, names: string[] = []): number[] | undefined {
  const values = new Set<number>();
  for (const part of field.split(",")) {
    const [range = "", step] = part.split("/");
    const [from, to] =
      range === "*" || range === "?" ? [min, max] : range.split("-").map((text) => number(text, names));
    const every = step === undefined ? 1 : Number(step);
    const last = to ?? (step === undefined ? from : max);
    if (from === undefined || last === undefined || !(from >= min && last <= max && from <= last && every >= 1))
      return undefined;
    for (let value = from; value <= last; value += every) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

/** A number or a name; names of months and of days both count from 1. */
function number(text: string, names: string[]): number {
  const named = names.indexOf(text.toUpperCase());
  return named >= 0 ? named + 1 : /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

function dayOfMonth(field: string): Cron["matchesDay"] | undefined {
  if (field === "L") return (date) => date.day === date.daysInMonth;
  const near = /^(\d+)W$/.exec(field);
  if (near) return (date) => date.day === nearestWeekday(date, Number(near[1]));
  const days = numbers(field, 1, 31);
  return days && ((date) => days.includes(date.day));
}

/** The weekday nearest to a day of its month, never crossing into another month. */
function nearestWeekday(date: Temporal.PlainDate, day: number): number {
  const wanted = date.with({ day: Math.min(day, date.daysInMonth) });
  if (wanted.dayOfWeek <= 5) return wanted.day;
  const shift = wanted.dayOfWeek === 6 ? -1 : 1;
  const moved = wanted.add({ days: shift });
  return moved.month === wanted.month ? moved.day : wanted.subtract({ days: shift * 2 }).day;
}

/** AWS counts days of the week from Sunday = 1. */
function dayOfWeek(field: string): Cron["matchesDay"] | undefined {
  const awsDay = (date: Temporal.PlainDate) => (date.dayOfWeek % 7) + 1;
  const nth = /^(\w+)#([1-5])$/.exec(field);
  if (nth) {
    const day = number(nth[1] ?? "", DAYS);
    return (date) => awsDay(date) === day && Math.ceil(date.day / 7) === Number(nth[2]);
  }
  const last = /^(\w+)L$/.exec(field);
  if (last) {
    const day = number(last[1] ?? "", DAYS);
    return (date) => awsDay(date) === day && date.day > date.daysInMonth - 7;
  }
  const days = numbers(field === "L" ? "7" : field, 1, 7, DAYS);
  return days && ((date) => days.includes(awsDay(date)));
}
