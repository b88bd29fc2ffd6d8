import type { Metric } from "../metric.ts";
import { ofPlacing } from "../sales.ts";
import { count, measureOf } from "../value.ts";

export const orders: Metric<"order"> = {
  name: "orders",
  definition: "Orders placed, by the day of the order; cancelled and test orders are out.",
  unit: "count",
  source: "order",
  family: "sales",
  measures: ["orders"],
  finance: true,
  contribution: (order) => ofPlacing(order, "orders", 1),
  value: (totals, currency) => count(measureOf(totals, "orders", currency)),
};
