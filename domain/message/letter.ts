import type { OrderHeader } from "../../events/order.ts";
import type { StoreSettings } from "../../events/store.ts";
import type { Locale, Money, PaymentTiming } from "../../events/values.ts";
import { fieldOf, type Profile } from "../customer/profile.ts";
import { type MoneyView, paidByAnyWord } from "../order/money-view.ts";
import type { OrderSnapshot } from "../order/snapshot.ts";
import type { MessageRequest } from "./message.ts";
import { greetable, hasLink, oneLine } from "./names.ts";
import { deliveryName, words } from "./words.ts";

/** Rows of an e-mail at most; a longer order says how many more there are. */
export const LINES_SHOWN_MAX = 50;

/** An order as a letter shows it. */
export interface LetterOrder {
  number: string;
  placedAt: string;
  timeZone: string;
  timing: PaymentTiming;
  units: number;
  lines: { name: string; quantity: number; total: Money }[];
  /** Lines that are not shown. */
  hidden: number;
  /** The rows between lines and total: the word of each with its amount. */
  sums: { word: "subtotal" | "shipping" | "discount" | "tax"; amount: Money }[];
  total: Money;
  /** The tax that is inside the total; null where there is none, or where it is a row of its own. */
  taxIncluded: Money | null;
  /** What was paid, while something is due yet. */
  paid: Money | null;
  due: Money;
  delivery: string | null;
}

/** All that a template can show: nothing is undefined, so that a misspelt name fails and an absent value does not. */
export interface Letter {
  locale: Locale;
  store: { name: string; url: string | null };
  customer: { firstName: string | null };
  order: LetterOrder | null;
  params: { promoCode: string | null };
  marketing: boolean;
}

/** The parts of a stored order that a letter is made of. */
export interface OrderForLetter {
  header: OrderHeader;
  money: Pick<MoneyView, "paidMinor" | "dueMinor">;
  content: Pick<OrderSnapshot, "lines" | "shipping" | "discount" | "tax" | "customer">;
}

/** What a letter is made of. */
export interface LetterSources {
  request: Pick<MessageRequest, "purpose" | "params">;
  store: StoreSettings;
  profile: Profile | undefined;
  order: OrderForLetter | undefined;
}

const isWritten = (locale: string): locale is Locale => Object.hasOwn(words, locale);

/** The customer's own language, else the one their order came in, else the store's. */
export function localeOf({ profile, order, store }: Omit<LetterSources, "request">): Locale {
  const own = profile && fieldOf(profile, "locale");
  return own !== undefined && isWritten(own) ? own : (order?.content.customer?.locale ?? store.locale);
}

/** Gathers what a template shows. */
export function letterOf(sources: LetterSources): Letter {
  const { request, store, profile, order } = sources;
  const locale = localeOf(sources);
  const firstName = greetable(order?.content.customer?.firstName ?? (profile && fieldOf(profile, "firstName")));
  return {
    locale,
    store: { name: store.name, url: /^https?:\/\//.test(store.url ?? "") ? (store.url ?? null) : null },
    customer: { firstName: firstName ?? null },
    order: order ? letterOrder(order, locale) : null,
    params: { promoCode: request.params?.promoCode ?? null },
    marketing: request.purpose === "marketing",
  };
}

function letterOrder({ header, money, content }: OrderForLetter, locale: Locale): LetterOrder {
  const { number, placedAt, timeZone, units, totalMinor, currency, paymentTiming } = header;
  const lines = content.lines.map(({ name, quantity, unitPrice, discount }) => ({
    name: oneLine(name),
    quantity,
    total: { amountMinor: unitPrice.amountMinor * quantity - (discount?.amountMinor ?? 0), currency },
  }));
  const paidMinor = paidByAnyWord(header, money.paidMinor);
  const dueMinor = Math.min(money.dueMinor, Math.max(0, totalMinor - paidMinor));
  return {
    number,
    placedAt,
    timeZone,
    timing: paymentTiming,
    units,
    lines: lines.slice(0, LINES_SHOWN_MAX),
    hidden: Math.max(0, lines.length - LINES_SHOWN_MAX),
    ...sumsOf(lines, content, header),
    total: { amountMinor: totalMinor, currency },
    paid: paidMinor > 0 && dueMinor > 0 ? { amountMinor: paidMinor, currency } : null,
    due: { amountMinor: dueMinor, currency },
    delivery: deliveryOf(content.shipping, locale),
  };
}

/**
 * The rows that explain the total; where they are nothing but the lines themselves, none. Platforms do not all say
 * whether prices have the tax inside, so the sum does: when the total comes out without it, it is inside.
 */
function sumsOf(
  lines: readonly { total: Money }[],
  { shipping, discount, tax }: OrderForLetter["content"],
  { totalMinor, currency }: OrderHeader,
): Pick<LetterOrder, "sums" | "taxIncluded"> {
  const subtotalMinor = lines.reduce((sum, { total }) => sum + total.amountMinor, 0);
  const shippingMinor = shipping?.price?.amountMinor ?? 0;
  const discountMinor = discount?.amountMinor ?? 0;
  const taxMinor = tax?.amountMinor ?? 0;
  const isInside = taxMinor !== 0 && subtotalMinor + shippingMinor - discountMinor === totalMinor;
  const extra = [
    { word: "shipping" as const, amountMinor: shippingMinor },
    { word: "tax" as const, amountMinor: isInside ? 0 : taxMinor },
    { word: "discount" as const, amountMinor: -discountMinor },
  ].filter(({ amountMinor }) => amountMinor !== 0);
  const rows = extra.length > 0 ? [{ word: "subtotal" as const, amountMinor: subtotalMinor }, ...extra] : [];
  return {
    sums: rows.map(({ word, amountMinor }) => ({ word, amount: { amountMinor, currency } })),
    taxIncluded: isInside ? { amountMinor: taxMinor, currency } : null,
  };
}

function deliveryOf(shipping: OrderSnapshot["shipping"], locale: Locale): string | null {
  const { city, line1, line2, postalCode } = shipping?.address ?? {};
  const method = shipping?.method && deliveryName(shipping.method, locale);
  const parts = [method, city, line1, line2, postalCode].flatMap((part) =>
    part && !hasLink(part) ? [oneLine(part)] : [],
  );
  return parts.length > 0 ? parts.join(", ") : null;
}
