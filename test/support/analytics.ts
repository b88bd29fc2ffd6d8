import type { Contributions } from "../../domain/analytics/contribution.ts";
import { keyOf } from "../../domain/analytics/contribution.ts";
import type { Metric } from "../../domain/analytics/metric.ts";
import { metrics } from "../../domain/analytics/metrics/index.ts";
import { type MetricValue, type Totals, totalsOf } from "../../domain/analytics/value.ts";
import { customer, type KnownCustomer } from "../../domain/customer/customer.ts";
import { fold } from "../../domain/kernel/decider.ts";
import type { CustomerEvent, Purchase } from "../../events/customer.ts";
import { NOW } from "./clock.ts";

/** The metric of this name. */
export function metricNamed(name: string): Metric {
  const metric = metrics.find((one) => one.name === name);
  if (!metric) throw new Error(`There is no metric ${name}.`);
  return metric;
}

/** What an order means for its customer's numbers. */
export const purchase = (part: Partial<Purchase> = {}): Purchase => ({
  orderId: "ord_1",
  storeId: "sto_1",
  placedAt: `${part.day ?? "2026-11-20"}T10:15:00.000Z`,
  day: "2026-11-20",
  totalMinor: 498_00,
  currency: "UAH",
  counted: true,
  paid: false,
  ...part,
});

/** A customer with purchases; their ids follow their places unless they have some. */
export function customerWith(...parts: Partial<Purchase>[]): KnownCustomer {
  const customerId = "cus_1";
  const created = { type: "customer.created" as const, at: NOW, data: { customerId, placeholder: false } };
  const recorded = parts.map((part, index): CustomerEvent => {
    const data = { customerId, purchase: purchase({ orderId: `ord_${index + 1}`, ...part }) };
    return { type: "customer.purchase_recorded", at: NOW, data };
  });
  return fold(customer, [created, ...recorded]) as KnownCustomer;
}

/** The sums of contributions in one family and scope, over some days. */
export function sumsIn(
  all: readonly Contributions[],
  where: { scope: string; from?: string; to?: string },
  { family }: Pick<Metric, "family">,
): Totals {
  const { scope, from = "0000-01-01", to = "9999-12-31" } = where;
  const entries = all.flatMap((one) => Object.entries(one));
  const wanted = entries.filter(([text]) => {
    const key = keyOf(text);
    return key.family === family && key.scope === scope && key.day >= from && key.day <= to;
  });
  return totalsOf(wanted.map(([, sums]) => sums));
}

/** A metric's value over contributions. */
export function valueIn(
  name: string,
  all: readonly Contributions[],
  where: { scope: string; from?: string; to?: string },
  currency?: string,
): MetricValue {
  const metric = metricNamed(name);
  return metric.value(sumsIn(all, where, metric), currency);
}
