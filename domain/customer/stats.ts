import type { Purchase } from "../../events/customer.ts";
import type { Instant, Money } from "../../events/values.ts";
import { dayOf, daysBetween } from "../kernel/calendar.ts";
import { compareText } from "../kernel/facts.ts";
import { ratio } from "../kernel/ratio.ts";

/** A customer's own numbers; cancelled and test orders are out. */
export interface CustomerStats {
  orders: number;
  paidOrders: number;
  /** Totals by currency. */
  revenue: Money[];
  /** Mean total by currency, rounded to the minor unit. */
  averageOrderValue: Money[];
  firstOrderAt: Instant | null;
  lastOrderAt: Instant | null;
  /** Mean of whole days between consecutive orders, four decimals; null below two orders. */
  daysBetweenOrders: string | null;
}

/** Where the person stands: never bought, bought once, came back. */
export type LifecycleStage = "lead" | "first_order" | "repeat";

/** The orders that count, oldest first. */
export const countedOf = (purchases: readonly Purchase[]): Purchase[] => purchases.filter(({ counted }) => counted);

/** The day on which a zone sees a purchase. */
const dayIn = ({ placedAt, day, timeZone }: Purchase, zone: string | undefined): string =>
  zone === undefined || zone === timeZone ? day : dayOf(placedAt, zone);

/** Whole days from one purchase to the next, where these zones see the fewest midnights between them. */
const daysApart = (earlier: Purchase, later: Purchase, zones: Iterable<string | undefined>): number =>
  Math.max(0, Math.min(...[...zones].map((zone) => daysBetween(dayIn(earlier, zone), dayIn(later, zone)))));

/**
 * Whole days between each two consecutive purchases, with the later one. The zones of all purchases of the two instants
 * have a say: so it is the same whichever store is first, and zones alone make no days.
 */
export function gapsOf(purchases: readonly Purchase[]): { later: Purchase; days: number }[] {
  const zones = new Map<Instant, Set<string | undefined>>();
  for (const { placedAt, timeZone } of purchases) {
    zones.set(placedAt, (zones.get(placedAt) ?? new Set()).add(timeZone));
  }
  return purchases.slice(1).map((later, index) => {
    const earlier = purchases[index] as Purchase;
    const both = new Set([earlier, later].flatMap(({ placedAt }) => [...(zones.get(placedAt) ?? [])]));
    return { later, days: daysApart(earlier, later, both) };
  });
}

/** Sums of a customer's purchases. */
export function statsOf(purchases: readonly Purchase[]): CustomerStats {
  const counted = countedOf(purchases);
  const currencies = [...new Set(counted.map(({ currency }) => currency))].sort(compareText);
  const of = (currency: string) => counted.filter((one) => one.currency === currency);
  const sum = (currency: string) => of(currency).reduce((total, { totalMinor }) => total + totalMinor, 0);
  const gaps = gapsOf(counted);
  return {
    orders: counted.length,
    paidOrders: counted.filter(({ paid }) => paid).length,
    revenue: currencies.map((currency) => ({ amountMinor: sum(currency), currency })),
    averageOrderValue: currencies.map((currency) => ({
      amountMinor: Number(ratio(sum(currency), of(currency).length, 0)),
      currency,
    })),
    firstOrderAt: counted[0]?.placedAt ?? null,
    lastOrderAt: counted.at(-1)?.placedAt ?? null,
    daysBetweenOrders:
      ratio(
        gaps.reduce((total, { days }) => total + days, 0),
        gaps.length,
        4,
      ) ?? null,
  };
}

/** Where the person stands by their counted orders. */
export const lifecycleOf = ({ orders }: CustomerStats): LifecycleStage =>
  orders === 0 ? "lead" : orders === 1 ? "first_order" : "repeat";
