import { describe, expect, it } from "vitest";
import type { Letter } from "../../../domain/message/letter.ts";
import { letterOf } from "../../../domain/message/letter.ts";
import { templates } from "../../../domain/message/templates/index.ts";
import type { Locale } from "../../../events/values.ts";
import { renderLetter } from "../../../functions/shell/liquid.ts";
import { header } from "../../support/order-facts.ts";
import { anOrder, olena, storeSettings, uah } from "../../support/samples.ts";

const LOCALES: readonly Locale[] = ["uk", "ru", "en"];
const CLIPPED_BYTES = 102 * 1024;

const letterIn = (locale: Locale, part: Record<string, unknown> = {}, more: Partial<Letter> = {}): Letter => ({
  ...letterOf({
    request: { purpose: "transactional" },
    store: storeSettings({ locale, url: "https://kvitka.example" }),
    profile: undefined,
    order: {
      header: header(),
      money: { paidMinor: 0, dueMinor: 498_00 },
      content: anOrder({ customer: { ...olena, locale }, ...part }),
    },
  }),
  ...more,
});

const forms = Object.values(templates).flatMap((template) => LOCALES.map((locale) => ({ template, locale })));

describe.each(forms)("the template $template.name in $locale", ({ template, locale }) => {
  const text = template.locales[locale];
  const render = (part = {}, more = {}) => renderLetter(letterIn(locale, part, more), text);

  it("renders a subject, a page and plain text with the order and what is due", () => {
    const { subject, html, text: plain } = render();
    expect(subject).toContain("1001");
    for (const part of [html, plain]) expect(part.replaceAll(/\s/g, " ")).toMatch(/Coffee 250 g[\s\S]*498[.,]00/);
    expect(html).toMatch(new RegExp(`^<!doctype html>\\s<html lang="${locale}">`));
  });

  it("leaves no tag of the template and no nothing behind", () => {
    for (const more of [{}, { marketing: true, params: { promoCode: "KOLO5" } }, { customer: { firstName: null } }]) {
      for (const part of Object.values(render({}, more)))
        expect(part).not.toMatch(/\{\{|\{%|undefined|null|NaN|\[object/);
    }
  });

  it("shows the tax inside the total, what was paid below it, and once what is due", () => {
    const { order } = letterIn(locale, { tax: uah(79_51) });
    const { html, text: plain } = render({}, { order: { ...order, paid: uah(98_00), due: uah(400_00) } });
    for (const part of [html, plain]) {
      expect(part).toMatch(/498[.,]00[\s\S]*79[.,]51[\s\S]*98[.,]00/);
      for (const word of ["taxIncluded", "paid"]) expect(part).toContain(text.words[word]);
      const read = part.replace(/<div style="display:none.*/, "");
      expect(read.match(/400[.,]00/g)).toHaveLength(1);
    }
    expect(render().text).not.toContain(text.words.paid);
  });

  it("escapes what people and shops write", () => {
    const evil = `<script>alert("1")</script> & 'co'`;
    const lines = [{ name: evil, unitPrice: uah(498_00) }];
    const { html, text: plain } = render({ lines, customer: { ...olena, locale, firstName: evil } });
    expect(html).not.toContain("<script>");
    expect(html).toContain("&lt;script&gt;");
    expect(plain).toContain(evil);
  });

  it("does not run what people and shops write", () => {
    const lines = [{ name: "{{ store.name }}{% raw %}", unitPrice: uah(498_00) }];
    expect(render({ lines }).text).toContain("{{ store.name }}{% raw %}");
  });

  it("has a subject of one line", () => {
    const { subject } = renderLetter(
      {
        ...letterIn(locale),
        order: { ...(letterIn(locale).order as never as object), number: "1\r\nBcc: x" } as never,
      },
      text,
    );
    expect(subject).not.toMatch(/[\r\n]/);
  });

  it("stays below what mail clients clip, for the largest order too", () => {
    const lines = Array.from({ length: 500 }, (_, n) => ({ name: `${"Чай ".repeat(40)} ${n}`, unitPrice: uah(100) }));
    expect(Buffer.byteLength(render({ lines }).html)).toBeLessThan(CLIPPED_BYTES);
  });

  it("tells how to unsubscribe from marketing only", () => {
    const last = text.words.unsubscribe ?? "";
    expect(render({}, { marketing: true }).text).toContain(last);
    expect(render().text).not.toContain(last);
  });

  it("has the same words as the other languages", () => {
    expect(Object.keys(text.words).sort()).toEqual(Object.keys(template.locales.en.words).sort());
  });
});

describe("a template", () => {
  const broken = (html: string) => () => renderLetter(letterIn("uk"), { subject: "-", text: "-", words: {}, html });

  it("that misspells a name or a filter is a fault, not an empty place", () => {
    expect(broken("{{ order.totl | money }}")).toThrow(/totl/);
    expect(broken("{{ order.total | mony }}")).toThrow(/mony/);
  });

  it("reads no file and no prototype", () => {
    expect(broken('{% render "/etc/passwd" %}')).toThrow();
    expect(broken('{% include "../../package.json" %}')).toThrow();
    expect(broken("{{ order.constructor }}")).toThrow();
  });
});
