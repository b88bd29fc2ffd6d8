import type { Customer, KnownCustomer } from "../customer/customer.ts";
import type { Order, PlacedOrder } from "../order/facts.ts";
import type { Contributions, Family } from "./contribution.ts";
import type { MetricValue, Totals } from "./value.ts";

/** The aggregates that contribute, as they are stored. */
export interface SourceStates {
  order: Order;
  customer: Customer;
}

/** What contributes: the word that the source's key begins with. */
export type Source = keyof SourceStates;

/** The situations of a source that can contribute at all. */
interface Contributing {
  order: PlacedOrder;
  customer: KnownCustomer;
}

/** `money` in major units, `count` of things, `percent`, or `days`. */
export type Unit = "money" | "count" | "percent" | "days";

/** A number that a merchant reads: what each source adds to it, and how the sums become its value. Both are pure. */
export interface Metric<S extends Source = Source> {
  name: string;
  /** One sentence for whoever reads the number. */
  definition: string;
  unit: Unit;
  source: S;
  family: Family;
  /** The measures that `value` reads; their attributes are `<measure>:<currency>`, the leading one first. */
  measures: readonly [string, ...string[]];
  /** Finance sees what tells of money. */
  finance: boolean;
  contribution(state: Contributing[S]): Contributions;
  /** Sums of all currencies, or of one; money is always of one. */
  value(totals: Totals, currency: string | undefined): MetricValue;
}
