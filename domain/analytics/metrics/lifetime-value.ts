import { ofEachScope } from "../cohort.ts";
import type { Entry } from "../contribution.ts";
import type { Metric } from "../metric.ts";
import { attributeOf, measureOf, moneyMean } from "../value.ts";

export const lifetimeValue: Metric<"customer"> = {
  name: "lifetime_value",
  definition: "Revenue to date per customer, of the customers whose first order falls in the period.",
  unit: "money",
  source: "customer",
  family: "customers",
  measures: ["lifetime", "buyers"],
  finance: true,
  contribution: (customer) =>
    ofEachScope(customer, ({ on, first, purchases }) => {
      const currencies = [...new Set(purchases.map(({ currency }) => currency))];
      // Who never bought in a currency is not in its average.
      const buyers = currencies.map((one): Entry => [on(first.day), attributeOf("buyers", one), 1]);
      const lifetime = purchases.map(
        ({ currency, totalMinor }): Entry => [on(first.day), attributeOf("lifetime", currency), totalMinor],
      );
      return [...buyers, ...lifetime];
    }),
  value: (totals, currency) =>
    moneyMean(measureOf(totals, "lifetime", currency), measureOf(totals, "buyers", currency), currency),
};
