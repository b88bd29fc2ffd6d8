import { type Contributions, differenceOf, isSame, keyOf, partsOf } from "../../domain/analytics/contribution.ts";
import { metricKey, shardOf } from "./keys.ts";
import { type LedgerPart, ledgerItem, type Seen } from "./ledger.ts";
import { WRITES_MAX, type Write } from "./table.ts";

/** Metric items of one family, scope and day: sources are spread over them. It may change at any time. */
export const METRIC_SHARDS = 2;

/** The attribute of a metric item that counts its changes. */
export const REVISION = "revision";

/** A source as it now is, as far as the one who asks knows. */
export interface Sight {
  source: string;
  latest: Seen;
  /** Every version that was met on the way, the latest included. */
  seen: readonly Seen[];
  /** True when `latest` was read from the source itself, after its ledger: it is right whatever the revision says. */
  isTruth: boolean;
}

/** One part's step: the ledger item moves, and the metric items with it. */
export interface Move {
  source: string;
  from: LedgerPart | undefined;
  to: LedgerPart;
  difference: Contributions;
}

/**
 * The steps that bring a source's ledger to what was seen; none = nothing to do. `undefined` = an older version
 * contradicts the ledger, so the source itself has to be asked.
 *
 * A part that does not change is not written, with one exception: when versions that the ledger has not accounted for
 * contributed something else in between, the revision moves, so that a late copy of them is known to be old.
 */
export function movesOf({ source, latest, seen, isTruth }: Sight, ledger: ReadonlyMap<string, LedgerPart>) {
  const target = partsOf(latest.contributions);
  const glimpses = seen.map(({ version, contributions }) => ({ version, parts: partsOf(contributions) }));
  const newest = Math.max(latest.version, ...seen.map(({ version }) => version));
  const names = new Set([...ledger.keys(), ...target.keys(), ...glimpses.flatMap(({ parts }) => [...parts.keys()])]);
  const moves: Move[] = [];
  for (const name of names) {
    const from = ledger.get(name);
    const after = target.get(name) ?? {};
    const known = from?.revision ?? 0;
    const difference = differenceOf(from?.contributions ?? {}, after);
    const isChanged = Object.keys(difference).length > 0;
    if (isChanged && !isTruth && latest.version <= known) return undefined;
    const changedBetween = glimpses.some(
      ({ version, parts }) => version > known && !isSame(parts.get(name) ?? {}, after),
    );
    if (!isChanged && !changedBetween) continue;
    const to: LedgerPart = {
      part: name,
      version: (from?.version ?? 0) + 1,
      revision: Math.max(known, newest),
      shard: from?.shard ?? shardOf(source, METRIC_SHARDS),
      contributions: after,
    };
    moves.push({ source, from, to, difference });
  }
  return moves;
}

/** A metric item as text: its metric key and shard. */
export const metricText = (key: string, shard: number): string => `${key}#${shard}`;

/** The key of a metric item of this text. */
export function metricKeyOf(text: string) {
  const cut = text.lastIndexOf("#");
  const { family, scope, day } = keyOf(text.slice(0, cut));
  return metricKey(family, scope, day, Number(text.slice(cut + 1)));
}

const metricsOf = ({ difference, to }: Move) => Object.keys(difference).map((key) => metricText(key, to.shard));

/** Puts moves together, in order, as long as their ledger and metric items fit one transaction. */
export function groupsOf(moves: readonly Move[]): Move[][] {
  const groups: Move[][] = [];
  let metrics = new Set<string>();
  for (const move of moves) {
    const last = groups.at(-1);
    const together = new Set([...metrics, ...metricsOf(move)]);
    if (last && together.size + last.length + 1 <= WRITES_MAX) {
      last.push(move);
      metrics = together;
    } else {
      groups.push([move]);
      metrics = new Set(metricsOf(move));
    }
  }
  return groups;
}

/**
 * The writes of moves that are made together. A metric item that two sources change in opposite ways is written all the
 * same: its revision tells the reconciler that the ledgers below it moved.
 */
export function writesOf(moves: readonly Move[]): Write[] {
  const ledgers = moves.map(({ source, from, to }): Write => {
    return {
      put: ledgerItem(source, to),
      when: from ? { equals: { version: from.version } } : { absent: true },
    };
  });
  const sums = new Map<string, Record<string, number>>();
  for (const { difference, to } of moves) {
    for (const [key, added] of Object.entries(difference)) {
      const text = metricText(key, to.shard);
      const total = sums.get(text) ?? { [REVISION]: 1 };
      for (const [name, value] of Object.entries(added)) total[name] = (total[name] ?? 0) + value;
      sums.set(text, total);
    }
  }
  return [...ledgers, ...[...sums].map(([text, added]): Write => ({ add: metricKeyOf(text), sums: added }))];
}
