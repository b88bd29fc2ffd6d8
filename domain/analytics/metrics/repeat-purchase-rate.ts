import { ofEachScope } from "../cohort.ts";
import type { Metric } from "../metric.ts";
import { attributeOf, measureOf, percent } from "../value.ts";

export const repeatPurchaseRate: Metric<"customer"> = {
  name: "repeat_purchase_rate",
  definition: "Of the customers whose first order falls in the period, the share with two or more orders to date.",
  unit: "percent",
  source: "customer",
  family: "customers",
  measures: ["repeaters", "customers"],
  finance: false,
  contribution: (customer) =>
    ofEachScope(customer, ({ on, first, purchases }) => [
      [on(first.day), attributeOf("customers", first.currency), 1],
      [on(first.day), attributeOf("repeaters", first.currency), purchases.length >= 2 ? 1 : 0],
    ]),
  value: (totals, currency) =>
    percent(measureOf(totals, "repeaters", currency), measureOf(totals, "customers", currency)),
};
