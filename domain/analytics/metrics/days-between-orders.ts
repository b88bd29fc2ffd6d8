import { gapsOf } from "../../customer/stats.ts";
import { ofEachScope } from "../cohort.ts";
import type { Metric } from "../metric.ts";
import { attributeOf, mean, measureOf } from "../value.ts";

export const daysBetweenOrders: Metric<"customer"> = {
  name: "days_between_orders",
  definition: "Mean of whole days between a customer's consecutive orders, by the day of the later one.",
  unit: "days",
  source: "customer",
  family: "customers",
  measures: ["gapDays", "gaps"],
  finance: false,
  contribution: (customer) =>
    ofEachScope(customer, ({ on, purchases }) =>
      gapsOf(purchases).flatMap(({ later, days }) => [
        [on(later.day), attributeOf("gapDays", later.currency), days],
        [on(later.day), attributeOf("gaps", later.currency), 1],
      ]),
    ),
  value: (totals, currency) => mean(measureOf(totals, "gapDays", currency), measureOf(totals, "gaps", currency)),
};
