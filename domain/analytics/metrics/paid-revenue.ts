import { moneyOf } from "../../order/money-view.ts";
import type { Metric } from "../metric.ts";
import { ofMovements } from "../sales.ts";
import { measureOf, money } from "../value.ts";

export const paidRevenue: Metric<"order"> = {
  name: "paid_revenue",
  definition: "Money captured for orders, by the day of the capture; test orders are out.",
  unit: "money",
  source: "order",
  family: "sales",
  measures: ["paid"],
  finance: true,
  contribution: (order) => ofMovements(order, "paid", moneyOf(order).payments),
  value: (totals, currency) => money(measureOf(totals, "paid", currency), currency),
};
