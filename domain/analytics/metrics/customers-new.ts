import { ofEachScope } from "../cohort.ts";
import type { Metric } from "../metric.ts";
import { attributeOf, count, measureOf } from "../value.ts";

export const customersNew: Metric<"customer"> = {
  name: "customers_new",
  definition: "Customers by the day of their first order with the merchant, or in the store where one is named.",
  unit: "count",
  source: "customer",
  family: "customers",
  measures: ["customers"],
  finance: false,
  contribution: (customer) =>
    ofEachScope(customer, ({ on, first }) => [[on(first.day), attributeOf("customers", first.currency), 1]]),
  value: (totals, currency) => count(measureOf(totals, "customers", currency)),
};
