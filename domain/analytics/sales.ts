import { dayOf } from "../kernel/calendar.ts";
import type { PlacedOrder } from "../order/facts.ts";
import type { MoneyLine } from "../order/money-view.ts";
import { viewOf } from "../order/view.ts";
import { type Contributions, tally } from "./contribution.ts";
import { attributeOf } from "./value.ts";

/** One number of an order for the day it was placed on; a cancelled order has none. */
export function ofPlacing(order: PlacedOrder, measure: string, integer: number): Contributions {
  const { day, currency } = order.header;
  if (viewOf(order).cancelled) return {};
  return tally([[{ family: "sales", scope: order.storeId, day }, attributeOf(measure, currency), integer]]);
}

/**
 * Money that moved around an order, each movement on its own day in the zone that the order fixed. Cancelling an order
 * does not unmake what was captured or given back.
 */
export function ofMovements(order: PlacedOrder, measure: string, lines: readonly MoneyLine[]): Contributions {
  const { timeZone, currency } = order.header;
  const attribute = attributeOf(measure, currency);
  return tally(
    lines.map(({ at, amountMinor }) => [
      { family: "sales", scope: order.storeId, day: dayOf(at, timeZone) },
      attribute,
      amountMinor,
    ]),
  );
}
