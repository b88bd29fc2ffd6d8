import { readJson, UnreadableJson } from "./json.ts";

/**
 * Numbers of payment cards have no place here, but buyers and shops type them into notes and names. Whatever comes in
 * keeps their last four digits alone, before anything is stored or logged.
 */

/** 14 to 19 digits, in groups or not. */
const DIGITS = /(?<![\d.])\d(?:[ \u00a0-]?\d){13,18}(?![\d.])/g;

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

function masked(found: string): string {
  const digits = found.replace(/\D/g, "");
  if (!isCard(digits)) return found;
  let left = digits.length;
  return found.replace(/\d/g, (digit) => {
    left -= 1;
    return left < SHOWN ? digit : "*";
  });
}

/** A text with every card number in it cut to its last four digits; its length stays. */
export const withoutCards = (text: string): string => (/\d{4}/.test(text) ? text.replace(DIGITS, masked) : text);

/** Attributes that name or open things: an id of sixteen digits may look like a card, and must stay what it is. */
const NAMING = /(^|_)(id|ids|sku|token|reference)$|[a-z]Id$|^(order_?)?number$|(secret|key|password)$/;
/** Attributes in which a bare number is a card's and not an id. */
const ABOUT_CARDS = /card|(^|_)pan$/i;

/** A parsed body without card numbers; ids stay what they are. */
export function bodyWithoutCards(value: unknown, name = ""): unknown {
  if (typeof value === "string") return NAMING.test(name) ? value : withoutCards(value);
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
    if (NAMING.test(key)) return part;
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
