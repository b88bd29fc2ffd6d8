import { Temporal } from "temporal-polyfill";
import type { Millis } from "../ports.ts";
import { type Cron, nextCron, parseCron } from "./cron.ts";
import { AwsError } from "./errors.ts";

const UNIT_MS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** When a schedule fires: once, at a rate, or by a calendar. */
export type Timetable =
  | { kind: "once"; at: Millis }
  | { kind: "rate"; everyMs: number }
  | { kind: "cron"; cron: Cron; timeZone: string };

/** Reads `at(...)`, `rate(...)` or `cron(...)`; anything else is a ValidationException. */
export function parseTimetable(expression: string, timeZone = "UTC"): Timetable {
  const [, kind, inner = ""] = /^(at|rate|cron)\((.*)\)$/.exec(expression) ?? [];
  const invalid = new AwsError("ValidationException", `Invalid Schedule Expression ${expression}.`);
  checkZone(timeZone);
  if (kind === "at") {
    // AWS refuses fractions of a second and a trailing Z.
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(inner)) throw invalid;
    return { kind: "once", at: instantOf(inner, timeZone, invalid) };
  }
  if (kind === "rate") {
    const [, value, unit = ""] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(inner) ?? [];
    const unitMs = UNIT_MS[unit];
    if (!value || !unitMs) throw invalid;
    return { kind: "rate", everyMs: Number(value) * unitMs };
  }
  const cron = kind === "cron" ? parseCron(inner) : undefined;
  if (!cron) throw invalid;
  return { kind: "cron", cron, timeZone };
}

/** The first tick after an instant; rates count from their anchor, and a single shot has no second one. */
export function nextTick(timetable: Timetable, after: Millis, anchor: Millis): Millis | undefined {
  if (timetable.kind === "once") return timetable.at > after ? timetable.at : undefined;
  if (timetable.kind === "cron") return nextCron(timetable.cron, timetable.timeZone, Math.floor(after));
  const elapsed = Math.floor((after - anchor) / timetable.everyMs);
  return after < anchor ? anchor : anchor + (elapsed + 1) * timetable.everyMs;
}

function checkZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
  } catch {
    throw new AwsError("ValidationException", `Invalid ScheduleExpressionTimezone ${timeZone}.`);
  }
}

function instantOf(local: string, timeZone: string, invalid: AwsError): Millis {
  try {
    return Temporal.PlainDateTime.from(local, { overflow: "reject" }).toZonedDateTime(timeZone).epochMilliseconds;
  } catch (cause) {
    invalid.cause = cause;
    throw invalid;
  }
}
