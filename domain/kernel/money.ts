import type { Money } from "../../events/values.ts";
import { reject } from "./rejection.ts";

/** Currencies whose minor unit is not a hundredth (ISO 4217, table A.1). */
const EXPONENTS: Record<string, number> = {
  BHD: 3,
  BIF: 0,
  CLF: 4,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  IQD: 3,
  ISK: 0,
  JOD: 3,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  PYG: 0,
  RWF: 0,
  TND: 3,
  UGX: 0,
  UYI: 0,
  UYW: 4,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
};

/** How many decimal digits the minor unit of a currency has. */
export const exponentOf = (currency: string): number => EXPONENTS[currency] ?? 2;

const DECIMAL = /^([+-]?)(\d{1,20})(?:\.(\d*))?$/;

/**
 * Reads a decimal amount of major units ("398.00", "29.35", 3) from its text, never through a float.
 * Digits beyond the minor unit must be zero (OpenCart sends four decimals), else `money_not_exact`.
 */
export function parseMoney(text: string | number, currency: string): Money {
  const match = DECIMAL.exec(String(text).trim());
  if (!match) reject("money_not_readable", "An amount of money is a decimal number such as 398.00.");
  const exponent = exponentOf(currency);
  const [, sign, whole = "0", fraction = ""] = match;
  if (/[1-9]/.test(fraction.slice(exponent))) {
    reject("money_not_exact", `An amount in ${currency} has at most ${exponent} decimals.`);
  }
  const amountMinor = Number(whole + fraction.slice(0, exponent).padEnd(exponent, "0"));
  if (!Number.isSafeInteger(amountMinor)) reject("money_too_large", "The amount is too large to be counted exactly.");
  return { amountMinor: sign === "-" && amountMinor !== 0 ? -amountMinor : amountMinor, currency };
}

/** Major units as a decimal string: 129900 UAH is "1299.00". */
export function decimalOf({ amountMinor, currency }: Money): string {
  const exponent = exponentOf(currency);
  const digits = String(Math.abs(amountMinor)).padStart(exponent + 1, "0");
  const sign = amountMinor < 0 ? "-" : "";
  return exponent === 0 ? sign + digits : `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/** True for the same amount of the same currency. */
export const sameMoney = (a: Money, b: Money): boolean => a.amountMinor === b.amountMinor && a.currency === b.currency;

/** Sums minor units of one currency. */
export const sumMinor = (items: readonly { amountMinor: number }[]): number =>
  items.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
