import { union } from "../contribution.ts";
import type { Metric } from "../metric.ts";
import { ofPlacing } from "../sales.ts";
import { measureOf, moneyMean } from "../value.ts";

export const averageOrderValue: Metric<"order"> = {
  name: "average_order_value",
  definition: "Revenue of the orders placed divided by their number; cancelled and test orders are out.",
  unit: "money",
  source: "order",
  family: "sales",
  measures: ["revenue", "orders"],
  finance: true,
  contribution: (order) => union([ofPlacing(order, "orders", 1), ofPlacing(order, "revenue", order.header.totalMinor)]),
  value: (totals, currency) =>
    moneyMean(measureOf(totals, "revenue", currency), measureOf(totals, "orders", currency), currency),
};
