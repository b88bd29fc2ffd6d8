import type { Metric } from "../metric.ts";
import { ofPlacing } from "../sales.ts";
import { measureOf, money } from "../value.ts";

export const revenue: Metric<"order"> = {
  name: "revenue",
  definition: "What buyers owe for the orders placed, by the day of the order; cancelled and test orders are out.",
  unit: "money",
  source: "order",
  family: "sales",
  measures: ["revenue"],
  finance: true,
  contribution: (order) => ofPlacing(order, "revenue", order.header.totalMinor),
  value: (totals, currency) => money(measureOf(totals, "revenue", currency), currency),
};
