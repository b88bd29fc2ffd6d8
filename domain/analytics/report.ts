import { addDays, monthOf, weekOf } from "../kernel/calendar.ts";
import type { Sums } from "./contribution.ts";
import type { Metric } from "./metric.ts";
import { currenciesOf, type MetricValue, type Totals, totalsOf } from "./value.ts";

/** Periods that the days of a range are summed up by; a week is named by its Monday. */
export const periods = { day: (day: string) => day, week: weekOf, month: monthOf };
export type Period = keyof typeof periods;

/** The sums of one scope on one day. */
export interface DaySums {
  scope: string;
  day: string;
  sums: Sums;
}

/** Days of a range, both ends included. */
export interface DayRange {
  from: string;
  to: string;
}

/** One line of a report before its value: the period or store that it is about, and its sums. */
export interface ReportRow {
  key: string;
  totals: Totals;
}

const rowOf = (key: string, days: readonly DaySums[]): ReportRow => ({
  key,
  totals: totalsOf(days.map(({ sums }) => sums)),
});

/** One row for each period of a range, also where nothing happened. */
export function rowsByPeriod(period: Period, { from, to }: DayRange, days: readonly DaySums[]): ReportRow[] {
  const rows = new Map<string, DaySums[]>();
  for (let day = from; day <= to; day = addDays(day, 1)) rows.set(periods[period](day), []);
  for (const one of days) rows.get(periods[period](one.day))?.push(one);
  return [...rows].map(([key, within]) => rowOf(key, within));
}

/** One row for each store. */
export function rowsByStore(storeIds: readonly string[], days: readonly DaySums[]): ReportRow[] {
  const byStore = Map.groupBy(days, ({ scope }) => scope);
  return storeIds.map((storeId) => rowOf(storeId, byStore.get(storeId) ?? []));
}

/** Everything that is known of the sums of a report before it is shown in one currency. */
export interface Report {
  rows: readonly ReportRow[];
  total: Totals;
}

/** The currencies that a metric's sums are in, in alphabetical order. */
export const currenciesIn = ({ rows, total }: Report, { measures }: Pick<Metric, "measures">): string[] =>
  [...new Set([total, ...rows.map(({ totals }) => totals)].flatMap((one) => currenciesOf(one, measures)))].sort();

/** A report as it is shown: each row's value and the whole range's. */
export const valuesOf = (
  { rows, total }: Report,
  metric: Pick<Metric, "value">,
  currency: string | undefined,
): { rows: ({ key: string } & MetricValue)[]; total: MetricValue } => ({
  rows: rows.map(({ key, totals }) => ({ key, ...metric.value(totals, currency) })),
  total: metric.value(total, currency),
});
