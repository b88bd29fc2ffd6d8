import { type Contributions, union } from "../contribution.ts";
import type { Metric, Source, SourceStates } from "../metric.ts";
import { averageOrderValue } from "./average-order-value.ts";
import { customersNew } from "./customers-new.ts";
import { daysBetweenOrders } from "./days-between-orders.ts";
import { lifetimeValue } from "./lifetime-value.ts";
import { orders } from "./orders.ts";
import { paidRevenue } from "./paid-revenue.ts";
import { refunds } from "./refunds.ts";
import { repeatPurchaseRate } from "./repeat-purchase-rate.ts";
import { revenue } from "./revenue.ts";

const bySource = {
  order: [orders, revenue, paidRevenue, refunds, averageOrderValue],
  customer: [customersNew, repeatPurchaseRate, lifetimeValue, daysBetweenOrders],
} satisfies { [S in Source]: readonly Metric<S>[] };

/** Every metric, in the order in which they are listed. */
export const metrics: readonly Metric[] = [...bySource.order, ...bySource.customer];

const contributing = {
  order: (state: SourceStates["order"]): Contributions =>
    state.status !== "placed" || state.test ? {} : union(bySource.order.map((one) => one.contribution(state))),
  customer: (state: SourceStates["customer"]): Contributions =>
    state.status !== "known" ? {} : union(bySource.customer.map((one) => one.contribution(state))),
};

/** Everything that a source contributes in its current state; a test order contributes nothing. */
export const contributionsOf = <S extends Source>(source: S, state: SourceStates[S]): Contributions =>
  (contributing[source] as (state: SourceStates[S]) => Contributions)(state);

/** True for the word of a source that contributes. */
export const isSource = (word: string): word is Source => Object.hasOwn(contributing, word);
