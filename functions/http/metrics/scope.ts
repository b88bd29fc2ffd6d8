import type { Metric } from "../../../domain/analytics/metric.ts";
import { currenciesIn, type DayRange, type Report } from "../../../domain/analytics/report.ts";
import { addDays, dayOf, daysBetween } from "../../../domain/kernel/calendar.ts";
import { reject } from "../../../domain/kernel/rejection.ts";
import type { KnownStore } from "../../../domain/store/store.ts";
import type { Caller } from "../../shell/caller.ts";
import { Problem } from "../../shell/problem.ts";
import type { By } from "../../table/metrics.ts";

/** Days of a range without `from`. */
export const DEFAULT_DAYS = 30;
/** Days of a range at most: ten years. */
export const RANGE_DAYS_MAX = 3_660;
/** Days of a range that is divided into days. */
export const DAILY_DAYS_MAX = 400;

const wrong = (pointer: string, code: string, message: string) =>
  new Problem(400, "invalid_input", "Some fields are wrong.", { errors: [{ pointer, code, message }] });

/** The store that a report is about: a key's own, the one that staff name, or all of them. */
export function reportedStore(caller: Caller, named: string | undefined): string | undefined {
  if (caller.kind === "staff") return named;
  if (named !== undefined && named !== caller.storeId) reject("store_not_found", "There is no such store.");
  return caller.storeId;
}

/** The days that a report is about; without an end until today in the store's zone, without a beginning 30 of them. */
export function rangeOf(
  { from, to, by }: { from?: string | undefined; to?: string | undefined; by?: By | undefined },
  store: KnownStore | undefined,
  now: string,
): DayRange {
  const end = to ?? dayOf(now, store?.settings.timeZone ?? "UTC");
  const start = from ?? addDays(end, 1 - DEFAULT_DAYS);
  const days = daysBetween(start, end) + 1;
  if (days < 1) throw wrong("/query/to", "range_reversed", "The range ends before it begins.");
  const max = by === "day" ? DAILY_DAYS_MAX : RANGE_DAYS_MAX;
  if (days > max) {
    const advice = by === "day" ? "; weeks and months may be of ten years" : "";
    throw wrong(
      "/query/from",
      "range_too_long",
      `A range${by === "day" ? " by day" : ""} has at most ${max} days${advice}.`,
    );
  }
  return { from: start, to: end };
}

/**
 * The currency of a report. Money of several cannot be added up, so one has to be named; of one it is understood; of
 * none it is the store's own, if there is a store. Counts and rates are of all orders unless a currency narrows them.
 */
export function currencyOf(
  metric: Metric,
  report: Report,
  named: string | undefined,
  store: KnownStore | undefined,
): string | undefined {
  if (named !== undefined || metric.unit !== "money") return named;
  const [only, ...more] = currenciesIn(report, metric);
  if (only === undefined) return store?.settings.currency;
  if (more.length === 0) return only;
  throw wrong(
    "/query/currency",
    "currency_required",
    `Name one of the range's currencies: ${[only, ...more].join(", ")}.`,
  );
}
