import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { normalizeEmail } from "../../domain/customer/identity.ts";
import { mimeOf } from "../../functions/adapters/channels/ses.ts";
import { HOUR_MS, MINUTE_MS } from "../support/clock.ts";
import { PLACED_AT, uah } from "../support/samples.ts";
import { NAUGHTY_TEXTS } from "./hostile.ts";
import { asked, opened, orderBody } from "./merchant.ts";
import { type Whole, whole } from "./whole.ts";

const LETTER = {
  ...{ to: "olena@example.com", fromName: "Kvitka", subject: "Hello", html: "<p>Hello</p>", text: "Hello" },
  ...{ purpose: "transactional" as const, at: PLACED_AT },
};
const SENDER = "shop@kolo.test";
const NAMES = ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"];

/** Lines that try to end a header and begin others. */
const ENDS: readonly [name: string, text: string][] = [
  ["a header behind CR LF", "x\r\nBcc: mallory@evil.test"],
  ["a header behind LF", "x\nBcc: mallory@evil.test"],
  ["a header behind CR", "x\rBcc: mallory@evil.test"],
  ["a folded header", "x\r\n Bcc: mallory@evil.test"],
  ["a body", "x\r\n\r\n<script>alert(1)</script>"],
  ["a header behind other line ends", "x\u0085Bcc: a@b.co\u2028Cc: a@b.co\u000bTo: a@b.co\u000cX: y"],
  ["an encoded header", "=?UTF-8?Q?x=0D=0ABcc:_mallory=40evil.test?="],
  ["another address", 'x" <mallory@evil.test>, "y'],
  ["a group of addresses", "x: mallory@evil.test;"],
  ["a boundary", '----_NmP-1"; boundary="x'],
];
const ALL = [...NAUGHTY_TEXTS, ...ENDS];

const headOf = (raw: Buffer) => raw.toString("latin1").split("\r\n\r\n")[0] ?? "";
const namesIn = (head: string) =>
  head.split("\r\n").flatMap((line) => (/^\s/.test(line) ? [] : [line.slice(0, line.indexOf(":"))]));

describe("the raw message to SES", () => {
  it.each(["fromName", "subject"] as const)("has the headers of any letter, whatever its %s is", async (part) => {
    for (const [name, text] of ALL) {
      const raw = await mimeOf("msg_1", { ...LETTER, [part]: text }, SENDER);
      const head = headOf(raw);
      expect(NAMES, name).toEqual(expect.arrayContaining(namesIn(head)));
      expect(head, name).toMatch(/^[\x20-\x7e\t\r\n]*$/);
      const { from, to, cc, bcc } = await PostalMime.parse(raw);
      expect([from?.address, to?.map(({ address }) => address), cc, bcc], name).toEqual([
        ...[SENDER, [LETTER.to], undefined, undefined],
      ]);
    }
  });

  it("goes to the one address that it was made for, or to none: no other text is an address", async () => {
    for (const [name, text] of ALL) {
      for (const typed of [
        text,
        `olena${text}@example.com`,
        `olena@example.com${text}`,
        `${text}<olena@example.com>`,
      ]) {
        const address = normalizeEmail(typed);
        if (address === undefined) continue;
        const raw = await mimeOf("msg_1", { ...LETTER, to: address }, SENDER);
        expect(namesIn(headOf(raw)).sort(), name).toEqual([...NAMES].sort());
        const { to, cc, bcc } = await PostalMime.parse(raw);
        // A domain in letters of the world is sent in its ASCII form.
        const localOf = (one: string | undefined) => one?.slice(0, one.indexOf("@"));
        expect([to?.length, localOf(to?.[0]?.address), cc, bcc], name).toEqual([
          ...[1, localOf(address), undefined, undefined],
        ]);
      }
    }
  });
});

const EVIL = "{{ store.name }}{% assign x = 1 %}{{ 7 | times: 191 }}<b>#{7*191}</b><%= 7*191 %>";
/** What would be there if any of it were run. */
const RUN = "1337";

/** A shop and an order whose every text is an expression, and all that comes of them. */
async function told(text: string): Promise<Whole> {
  const shop = whole();
  const storeId = await opened(shop, text);
  const customer = { email: "olena@example.com", firstName: text, lastName: text, company: { name: text } };
  const address = { city: text.slice(0, 120), line1: text, line2: text };
  const lines = [{ name: text, sku: text.slice(0, 120), unitPrice: uah(100_00), category: text, brand: text }];
  const more = { number: text, customer, lines, couponCode: text.slice(0, 120), note: text };
  const body = orderBody("1", { ...more, shipping: { method: text.slice(0, 120), address } });
  const { id } = await asked(shop, { path: "/v1/orders", as: { key: storeId }, body });
  const paid = { externalId: "p", provider: "manual", amount: uah(100_01), capturedAt: PLACED_AT };
  await shop.settle();
  await shop.advance(25 * HOUR_MS);
  await asked(shop, { path: `/v1/orders/${id}/payments`, as: { key: storeId }, body: paid });
  await shop.settle();
  await shop.advance(16 * MINUTE_MS);
  return shop;
}

describe("an expression in what people and shops write", () => {
  it("is written out in letters and alerts as the text that it is, and never run", async () => {
    const { office, seen } = await told(EVIL);
    expect(office.mailbox.map(({ purpose }) => purpose)).toEqual(["transactional", "transactional"]);
    for (const { subject, text, html } of office.mailbox) {
      expect(text).toContain(EVIL);
      expect(subject).toContain("{{ store.name }}");
      expect(html).toContain("{{ store.name }}{% assign x = 1 %}");
      expect(html).not.toContain("<b>#{7");
      for (const part of [subject, text, html]) expect(part).not.toContain(RUN);
    }
    expect(seen.alerts).toHaveLength(1);
    expect(JSON.stringify(seen.alerts)).toContain("{{ store.name }}");
    expect(JSON.stringify(seen.alerts)).not.toContain(RUN);
  });

  it("ends no line of a subject and opens no tag, whatever it is", { timeout: 60_000 }, async () => {
    const texts = ALL.map(([, text]) => text.slice(0, 110)).filter((text) => text.trim() !== "");
    for (const text of texts.filter((one) => one !== "\ufffd")) {
      const { office, seen } = await told(text);
      expect(office.mailbox.length, text).toBeGreaterThan(0);
      for (const { subject, html } of office.mailbox) {
        expect(subject).not.toMatch(/[\r\n]/);
        expect(html).not.toMatch(/<(script|img|iframe|a)[\s>]/i);
        expect(html).not.toMatch(/href="(?!https?:)/i);
      }
      for (const { subject } of seen.alerts as { subject: string }[]) expect(subject).toMatch(/^[\x20-\x7e]{1,99}$/);
    }
  });
});
