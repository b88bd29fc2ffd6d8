import { exponentOf } from "../kernel/money.ts";
import { ratio } from "../kernel/ratio.ts";
import type { Sums } from "./contribution.ts";

/** Sums of many sources by attribute. */
export type Totals = Readonly<Record<string, bigint>>;

/** A number as it is shown: decimal strings in major units. `null` is an average of nothing. */
export interface MetricValue {
  value: string | null;
  numerator?: string;
  denominator?: string;
}

/** Decimals of an average or a rate. */
const DECIMALS = 4;

/** The name of a measure's attribute in one currency. */
export const attributeOf = (measure: string, currency: string): string => `${measure}:${currency}`;

/** Adds up sums, exactly. */
export function totalsOf(all: Iterable<Sums>): Totals {
  const totals: Record<string, bigint> = {};
  for (const sums of all) {
    for (const [name, value] of Object.entries(sums)) totals[name] = (totals[name] ?? 0n) + BigInt(value);
  }
  return totals;
}

/** A measure in one currency, or in all of them together. */
export function measureOf(totals: Totals, measure: string, currency: string | undefined): bigint {
  if (currency !== undefined) return totals[attributeOf(measure, currency)] ?? 0n;
  const names = Object.keys(totals).filter((name) => name.startsWith(`${measure}:`));
  return names.reduce((sum, name) => sum + (totals[name] ?? 0n), 0n);
}

/** The currencies in which some of the measures are not zero, in alphabetical order. */
export function currenciesOf(totals: Totals, measures: readonly string[]): string[] {
  const named = Object.entries(totals).filter(([, value]) => value !== 0n);
  const found = named.map(([name]) => name.split(":")).filter(([measure = ""]) => measures.includes(measure));
  return [...new Set(found.map(([, currency = ""]) => currency))].sort();
}

/** Decimals of a currency; where nothing was ever sold there is none, and nothing has two. */
function digitsOf(minor: bigint, currency: string | undefined): number {
  if (currency !== undefined) return exponentOf(currency);
  if (minor !== 0n) throw new Error("Money is summed in one currency.");
  return 2;
}

/** A number of things. */
export const count = (value: bigint): MetricValue => ({ value: String(value) });

/** An exact amount of money. */
export function money(minor: bigint, currency: string | undefined): { value: string } {
  const digits = digitsOf(minor, currency);
  return { value: ratio(minor, 10n ** BigInt(digits), digits) as string };
}

/** Money for each of some things, with four decimals of the major unit. */
export function moneyMean(minor: bigint, things: bigint, currency: string | undefined): MetricValue {
  const minorPerMajor = 10n ** BigInt(digitsOf(minor, currency));
  const value = ratio(minor, things * minorPerMajor, DECIMALS) ?? null;
  return { value, numerator: money(minor, currency).value, denominator: String(things) };
}

/** A mean of whole numbers. */
export const mean = (sum: bigint, things: bigint): MetricValue => ({
  value: ratio(sum, things, DECIMALS) ?? null,
  numerator: String(sum),
  denominator: String(things),
});

/** A share in percent. */
export const percent = (part: bigint, whole: bigint): MetricValue => ({
  value: ratio(part * 100n, whole, DECIMALS) ?? null,
  numerator: String(part),
  denominator: String(whole),
});
