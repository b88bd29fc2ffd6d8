import * as z from "zod";
import type { Metric } from "../../../domain/analytics/metric.ts";
import { metrics } from "../../../domain/analytics/metrics/index.ts";
import { Code, Currency, fact, Instant } from "../../../events/values.ts";
import type { Caller } from "../../shell/caller.ts";

/** What a report may be divided into. */
export const By = fact(z.enum(["day", "week", "month", "store"]));

const decimal = fact(z.string().regex(/^-?\d+(\.\d+)?$/));

/** A value in decimal digits of major units; null is the average of nothing. */
const value = { value: decimal.nullable(), numerator: decimal.optional(), denominator: decimal.optional() };

const Unit = fact(z.enum(["money", "count", "percent", "days"]));

/** A metric as it is listed. */
export const MetricAnswer = z.strictObject({
  name: Code,
  definition: fact(z.string()),
  unit: Unit,
  /** What `by` takes. */
  dimensions: z.array(By),
});

/** A metric over a range of days. */
export const ReportAnswer = z.strictObject({
  metric: Code,
  definition: fact(z.string()),
  unit: Unit,
  /** What money is counted in, or what narrows a count; none where there is neither money nor a store. */
  currency: Currency.optional(),
  /** One a period, also where nothing happened, or one a store; none without `by`. */
  rows: z.array(z.strictObject({ key: fact(z.string()), name: fact(z.string()).optional(), ...value })),
  /** The whole range, whatever it is divided into. */
  total: z.strictObject(value),
  /** When the sums were read. Changes of the seconds before may still be on their way to them. */
  asOf: Instant,
});

/** The metrics that a caller may see: finance sees those of money. */
export function visibleTo(caller: Caller): readonly Metric[] {
  const seesAll = caller.kind !== "staff" || caller.roles.some((role) => role !== "finance");
  return seesAll ? metrics : metrics.filter(({ finance }) => finance);
}
