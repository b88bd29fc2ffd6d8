import * as z from "zod";
import { toInstant } from "../../../../domain/kernel/calendar.ts";
import { own } from "../../../../domain/kernel/own.ts";
import type { Instant } from "../../../../events/values.ts";
import { Decimal, Id, soft, softList, Words } from "../../reading.ts";

/** What the REST resources of WooCommerce look like, as far as they are read; webhooks carry them as they are. */

const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  apos: "'",
  copy: "©",
  deg: "°",
  euro: "€",
  gt: ">",
  hellip: "…",
  laquo: "«",
  ldquo: "“",
  lsquo: "‘",
  lt: "<",
  mdash: "—",
  nbsp: "\u00a0",
  ndash: "–",
  quot: '"',
  raquo: "»",
  rdquo: "”",
  reg: "®",
  rsquo: "’",
  times: "×",
  trade: "™",
};

const charOf = (code: number) =>
  code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : undefined;

/** WordPress escapes its titles for HTML; an entity that is none stays as it is. */
export const unescaped = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,6}));/gi, (all, decimal, hex, name) => {
    if (name) return own(NAMED, name) ?? all;
    return charOf(decimal ? Number(decimal) : Number.parseInt(hex, 16)) ?? all;
  });

const Text = soft(Words);
const Title = soft(Words.transform(unescaped).pipe(Words));

/** A `*_gmt` time: UTC without saying so. */
const Gmt = soft(
  z.string().transform((text, context): Instant => {
    const instant = toInstant(text) ?? toInstant(`${text}Z`);
    if (instant === undefined) context.addIssue({ code: "custom", message: "A time." });
    return instant ?? z.NEVER;
  }),
);

export const Address = z.object({
  first_name: Text,
  last_name: Text,
  company: Text,
  address_1: Text,
  address_2: Text,
  city: Text,
  state: Text,
  postcode: Text,
  country: soft(z.string().regex(/^[A-Z]{2}$/)),
  email: Text,
  phone: Text,
});
export type Address = z.output<typeof Address>;

export const Line = z.object({
  id: soft(Id),
  name: Title,
  sku: Text,
  quantity: soft(Decimal),
  subtotal: soft(Decimal),
  total: Decimal,
});
export type Line = z.output<typeof Line>;

const Fee = z.object({ id: soft(Id), name: Title, total: Decimal });

export const Order = z.object({
  id: Id,
  number: soft(Id),
  status: Text,
  currency: Words,
  created_via: Text,
  date_created_gmt: Gmt,
  date_modified_gmt: Gmt,
  date_paid_gmt: Gmt,
  total: Decimal,
  total_tax: soft(Decimal),
  shipping_total: soft(Decimal),
  customer_id: soft(Id),
  customer_note: Text,
  billing: soft(Address),
  shipping: soft(Address),
  payment_method: Text,
  payment_method_title: Title,
  transaction_id: Text,
  line_items: softList(Line),
  fee_lines: softList(Fee),
  shipping_lines: softList(z.object({ method_id: Text, method_title: Title })),
  coupon_lines: softList(z.object({ code: Words })),
  refunds: softList(z.object({ id: Id, total: Decimal })),
  meta_data: softList(z.object({ key: Words, value: Words })),
});
export type Order = z.output<typeof Order>;

export const Customer = z.object({
  id: Id,
  email: Text,
  first_name: Text,
  last_name: Text,
  billing: soft(Address),
  date_created_gmt: Gmt,
  date_modified_gmt: Gmt,
});
