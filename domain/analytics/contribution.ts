import { compareText } from "../kernel/facts.ts";

/** Integers by attribute, none of them zero: `{ "orders:UAH": 1, "revenue:UAH": 49800 }`. */
export type Sums = Readonly<Record<string, number>>;

/** What one source adds to the metrics: attributes by the text of a metric key. Never holds an empty key. */
export type Contributions = Readonly<Record<string, Sums>>;

/** Metrics that are read together share a family, and so one item a scope and day. */
export type Family = "sales" | "customers";

/** The scope of what counts for the merchant as a whole; every other scope is a store's id. */
export const MERCHANT = "merchant";

/** Where a number is summed up: a family in a scope on a day of the store's calendar. */
export interface MetricKey {
  family: Family;
  scope: string;
  day: string;
}

/** A metric key as the text that contributions and ledgers are keyed by. */
export const keyText = ({ family, scope, day }: MetricKey): string => `${family}#${scope}#${day}`;

/** Reads the text of a metric key. */
export function keyOf(text: string): MetricKey {
  const [family, scope = "", day = ""] = text.split("#");
  return { family: family as Family, scope, day };
}

/** One number for one key, before numbers of one attribute are added up. */
export type Entry = readonly [key: MetricKey, attribute: string, integer: number];

/** Adds entries up into contributions. */
export function tally(entries: readonly Entry[]): Contributions {
  const total: Record<string, Record<string, number>> = {};
  for (const [key, attribute, integer] of entries) {
    const text = keyText(key);
    total[text] ??= {};
    const sums = total[text];
    sums[attribute] = (sums[attribute] ?? 0) + integer;
  }
  return withoutZeros(total);
}

/**
 * What several metrics contribute for one source. Metrics may share an attribute (an average reads what a sum reads);
 * they then agree on it, so it is taken once.
 */
export function union(all: readonly Contributions[]): Contributions {
  const merged: Record<string, Sums> = {};
  for (const one of all) {
    for (const [key, sums] of Object.entries(one)) merged[key] = { ...merged[key], ...sums };
  }
  return merged;
}

/** What must be added to `before` to make it `after`; a key that does not change is not in it. */
export function differenceOf(before: Contributions, after: Contributions): Contributions {
  const difference: Record<string, Record<string, number>> = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was = {}, is = {}] = [before[key], after[key]];
    const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
    difference[key] = Object.fromEntries(names.map((name) => [name, (is[name] ?? 0) - (was[name] ?? 0)]));
  }
  return withoutZeros(difference);
}

/** True when both contribute the same. */
export const isSame = (a: Contributions, b: Contributions): boolean => Object.keys(differenceOf(a, b)).length === 0;

/** Drops attributes that are zero and keys without attributes. */
export function withoutZeros(sums: Readonly<Record<string, Sums>>): Contributions {
  const kept = Object.entries(sums).map(([key, of]) => [key, nonZero(of)] as const);
  return Object.fromEntries(kept.filter(([, of]) => Object.keys(of).length > 0));
}

/** The attributes that are not zero. */
export const nonZero = (sums: Sums): Sums =>
  Object.fromEntries(Object.entries(sums).filter(([, value]) => value !== 0));

/** Keys of one ledger item at most: a move from one set to a wholly different one still fits one transaction. */
export const PART_KEYS_MAX = 30;

/**
 * Splits contributions into parts that are kept and moved one by one: a year each, long years in chunks by day, so that
 * a new order of an old customer touches the part of their first order and the newest one.
 */
export function partsOf(contributions: Contributions): Map<string, Contributions> {
  const keys = Object.entries(contributions).map(([text, sums]) => ({ text, sums, day: keyOf(text).day }));
  keys.sort((a, b) => compareText(a.day, b.day) || compareText(a.text, b.text));
  const parts = new Map<string, Record<string, Sums>>();
  const filled = new Map<string, number>();
  for (const { text, sums, day } of keys) {
    const year = day.slice(0, 4);
    const position = filled.get(year) ?? 0;
    filled.set(year, position + 1);
    const name = `${year}-${String(Math.floor(position / PART_KEYS_MAX)).padStart(3, "0")}`;
    const part = parts.get(name) ?? {};
    part[text] = sums;
    parts.set(name, part);
  }
  return parts;
}
