import { type Contributions, type Sums, withoutZeros } from "../../domain/analytics/contribution.ts";
import { ledgerIn, seenIn, sourceOf } from "../../functions/table/ledger.ts";
import { REVISION } from "../../functions/table/ledger-moves.ts";
import type { Item } from "../../functions/table/table.ts";

function addUp(all: readonly Contributions[]): Contributions {
  const total: Record<string, Record<string, number>> = {};
  for (const [key, sums] of all.flatMap((one) => Object.entries(one))) {
    total[key] ??= {};
    for (const [name, value] of Object.entries(sums)) {
      const of = total[key] as Record<string, number>;
      of[name] = (of[name] ?? 0) + value;
    }
  }
  return withoutZeros(total);
}

/** What metric items say, shards together, by metric key. */
export const metricsOf = (items: readonly Item[]): Contributions =>
  addUp(
    items
      .filter(({ pk }) => pk.startsWith("metric#"))
      .map(({ pk, sk, [REVISION]: _, ...sums }) => ({
        [`${pk.slice("metric#".length)}#${sk.slice(0, 10)}`]: sums as Sums,
      })),
  );

/** What all ledgers say together. */
export const ledgersOf = (items: readonly Item[]): Contributions =>
  addUp(items.map((item) => ledgerIn(item)?.part.contributions ?? {}));

/** What all sources contribute together. */
export const contributionsIn = (items: readonly Item[]): Contributions =>
  addUp(items.map((item) => (sourceOf(item) ? seenIn(item.pk, item).contributions : {})));
