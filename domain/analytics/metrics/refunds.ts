import { moneyOf } from "../../order/money-view.ts";
import type { Metric } from "../metric.ts";
import { ofMovements } from "../sales.ts";
import { measureOf, money } from "../value.ts";

export const refunds: Metric<"order"> = {
  name: "refunds",
  definition: "Money given back for orders, by the day of the refund; test orders are out.",
  unit: "money",
  source: "order",
  family: "sales",
  measures: ["refunds"],
  finance: true,
  contribution: (order) => ofMovements(order, "refunds", moneyOf(order).refunds),
  value: (totals, currency) => money(measureOf(totals, "refunds", currency), currency),
};
