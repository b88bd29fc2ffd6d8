import type { Purchase } from "../../events/customer.ts";
import type { KnownCustomer } from "../customer/customer.ts";
import { countedOf } from "../customer/stats.ts";
import { type Contributions, type Entry, MERCHANT, type MetricKey, tally } from "./contribution.ts";

/** What a customer bought in one scope: from the merchant as a whole, or in one store. Oldest first, never empty. */
export interface Bought {
  /** The key of a day in this scope. */
  on(day: string): MetricKey;
  first: Purchase;
  purchases: readonly Purchase[];
}

function scopesOf(customer: KnownCustomer): Bought[] {
  const counted = countedOf(customer.purchases);
  const stores = [...new Set(counted.map(({ storeId }) => storeId))];
  const scopes: [string, Purchase[]][] = [
    [MERCHANT, counted],
    ...stores.map((id): [string, Purchase[]] => [id, counted.filter(({ storeId }) => storeId === id)]),
  ];
  return scopes.flatMap(([scope, purchases]) => {
    const [first] = purchases;
    return first ? [{ on: (day) => ({ family: "customers", scope, day }), first, purchases }] : [];
  });
}

/** Adds up what a customer's purchases give in each scope. */
export const ofEachScope = (customer: KnownCustomer, entries: (bought: Bought) => readonly Entry[]): Contributions =>
  tally(scopesOf(customer).flatMap((bought) => [...entries(bought)]));
