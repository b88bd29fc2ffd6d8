import type { Instant, Locale, Money } from "../../events/values.ts";
import { decimalOf } from "../kernel/money.ts";

/** How numbers, money, days and plurals are written in a language. */
export interface Format {
  /** From the exact decimal text, never through a float. */
  money(amount: Money): string;
  count(value: number): string;
  date(instant: Instant, timeZone: string): string;
  /** `3 товари`: the number with the noun in its form. English has one and many; `few` is between them elsewhere. */
  plural(value: number, one: string, few: string, many: string): string;
}

/** English as Europe writes it: the day before the month. */
const TAGS: Readonly<Record<Locale, string>> = { uk: "uk", ru: "ru", en: "en-GB" };

/** By its symbol wherever it has one: the languages disagree about which currencies deserve theirs. */
const MONEY = { style: "currency", currencyDisplay: "narrowSymbol" } as const;

const made = new Map<Locale, Format>();

/** The format of a language. */
export function formatOf(locale: Locale): Format {
  const known = made.get(locale);
  if (known) return known;
  const format = newFormat(TAGS[locale]);
  made.set(locale, format);
  return format;
}

function newFormat(tag: string): Format {
  const currencies = new Map<string, Intl.NumberFormat>();
  const numbers = new Intl.NumberFormat(tag);
  const rules = new Intl.PluralRules(tag);
  const currencyFormat = (currency: string) => {
    const known = currencies.get(currency);
    const format = known ?? new Intl.NumberFormat(tag, { ...MONEY, currency });
    currencies.set(currency, format);
    return format;
  };
  return {
    money: (amount) => currencyFormat(amount.currency).format(decimalOf(amount) as Intl.StringNumericLiteral),
    count: (value) => numbers.format(value),
    date: (instant, timeZone) =>
      new Intl.DateTimeFormat(tag, { dateStyle: "long", timeZone }).format(new Date(Date.parse(instant))),
    plural(value, one, few, many) {
      const form = rules.select(value);
      const noun = form === "one" ? one : form === "few" ? few : many;
      return `${numbers.format(value)} ${noun}`;
    },
  };
}
