import { readJson, UnreadableJson } from "./json.ts";

/**
 * Numbers of payment cards have no place here, but buyers and shops type them into notes and names. Whatever comes in
 * keeps their last four digits alone, before anything is stored or logged.
 */

/** Digits in a row, in groups or not, with one gap at most between two of them; a longer one counts as several. */
const ROW = /(?<![\d.])\d(?:[ \u00a0-]?\d){13,199}(?![\d.])/g;
const GROUP = /\d+/g;
const [LENGTH_MIN, LENGTH_MAX] = [14, 19];

/** Beginnings and lengths of the networks: Visa, Mastercard, Mir, Amex, JCB, Diners, UnionPay and others. */
const NETWORKS = [
  /^4\d{15}(\d{3})?$/,
  /^(5[0-8]|6[0-9])\d{14}$/,
  /^(222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720|220[0-4])\d{12}$/,
  /^3[47]\d{13}$/,
  /^35\d{14}$/,
  /^(30[0-5]|309|36\d|3[89]\d)\d{11}$/,
  /^62\d{14,17}$/,
];

const SHOWN = 4;

/** The check digit of ISO/IEC 7812 (Luhn). */
function isChecked(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

const isCard = (digits: string): boolean => NETWORKS.some((network) => network.test(digits)) && isChecked(digits);

/** The cards of a row, as places of digits: an expiry date or another number may stand beside one. */
function cardsIn(groups: readonly string[]): { from: number; to: number }[] {
  let next = 0;
  return groups.flatMap((group, first) => {
    const found = [];
    const from = next;
    next += group.length;
    let digits = "";
    for (let last = first; last < groups.length && digits.length < LENGTH_MAX; last += 1) {
      digits += groups[last];
      if (digits.length >= LENGTH_MIN && isCard(digits)) found.push({ from, to: from + digits.length });
    }
    return found;
  });
}

/** A row of digits in which cards show their last four only; what may be two cards shows the less of both. */
function masked(row: string): string {
  const cards = cardsIn(row.match(GROUP) ?? []);
  if (cards.length === 0) return row;
  let place = -1;
  return row.replace(/\d/g, (digit) => {
    place += 1;
    return cards.some(({ from, to }) => place >= from && place < to - SHOWN) ? "*" : digit;
  });
}

/** A text with every card number in it cut to its last four digits; its length stays. */
export const withoutCards = (text: string): string => (/\d{4}/.test(text) ? text.replace(ROW, masked) : text);

/** Whether a name or code tells a card, whose digits may be joined by any signs there. */
export function isNamedByCard(name: string): boolean {
  const groups = name.replace(/[^0-9A-Za-z]+/g, "-");
  return withoutCards(groups) !== groups;
}

/** Attributes that name or open things: an id of sixteen digits may look like a card, and must stay what it is. */
const NAMING = /(^|_)(id|ids|sku|token|reference)$|[a-z]Id$|number$|Number$|(secret|key|password)$/;
/** Attributes in which a bare number is a card's and not an id. */
const ABOUT_CARDS = /card|(^|_)pan$/i;
const isNaming = (name: string): boolean => NAMING.test(name) && !ABOUT_CARDS.test(name);

/** A parsed body without card numbers; ids stay what they are. */
export function bodyWithoutCards(value: unknown, name = ""): unknown {
  if (typeof value === "string") return isNaming(name) ? value : withoutCards(value);
  if (Array.isArray(value)) return value.map((one) => bodyWithoutCards(one, name));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, bodyWithoutCards(one, key)]));
}

/** A text of JSON, with the colon that makes it a key; or a bare number of a card's length. */
const PARTS = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|(?<![\d.eE+-])\d{14,19}(?=[\s,}\]])/g;

function jsonWithoutCards(json: string): string {
  let key = "";
  return json.replace(PARTS, (part, colon: string | undefined) => {
    if (colon !== undefined) {
      key = part.slice(1, part.lastIndexOf('"'));
      return part;
    }
    if (isNaming(key)) return part;
    if (part.startsWith('"')) return withoutCards(part);
    const cut = ABOUT_CARDS.test(key) ? withoutCards(part) : part;
    return cut === part ? part : `"${cut}"`;
  });
}

/** The bytes of a delivery without card numbers; all else stays as it was, also of what is no JSON. */
export function bytesWithoutCards(raw: Buffer): Buffer {
  try {
    readJson(raw);
  } catch (error) {
    if (error instanceof UnreadableJson) return Buffer.from(withoutCards(raw.toString("latin1")), "latin1");
    throw error;
  }
  return Buffer.from(jsonWithoutCards(raw.toString("utf8")));
}
