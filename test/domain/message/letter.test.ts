import { describe, expect, it } from "vitest";
import { emptyProfile, type Profile } from "../../../domain/customer/profile.ts";
import { LINES_SHOWN_MAX, letterOf, localeOf, type OrderForLetter } from "../../../domain/message/letter.ts";
import { NOW } from "../../support/clock.ts";
import { header } from "../../support/order-facts.ts";
import { anOrder, olena, storeSettings, uah } from "../../support/samples.ts";

const order = (part: Record<string, unknown> = {}): OrderForLetter => ({
  header: header(),
  money: { dueMinor: 498_00 },
  content: anOrder(part),
});
const speaking = (locale: string): Profile => ({ ...emptyProfile, fields: { locale: { value: locale, at: NOW } } });
const letter = (part: Record<string, unknown> = {}, store = storeSettings()) =>
  letterOf({ request: { purpose: "transactional" }, store, profile: undefined, order: order(part) });

describe("the language of a letter", () => {
  it("is the customer's own, else the order's, else the store's", () => {
    const store = storeSettings({ locale: "en" });
    const asked = order({ customer: { ...olena, locale: "ru" } });
    expect(localeOf({ profile: speaking("uk"), order: asked, store })).toBe("uk");
    expect(localeOf({ profile: emptyProfile, order: asked, store })).toBe("ru");
    expect(localeOf({ profile: undefined, order: order({ customer: {} }), store })).toBe("en");
  });

  it("is never one that nobody writes", () => {
    expect(localeOf({ profile: speaking("de"), order: undefined, store: storeSettings() })).toBe("uk");
  });
});

describe("a letter", () => {
  it("shows each line with its sum, discounts taken off", () => {
    const lines = [{ name: "Tea", quantity: 3, unitPrice: uah(100_00), discount: uah(20_00) }];
    expect(letter({ lines }).order?.lines).toEqual([{ name: "Tea", quantity: 3, total: uah(280_00) }]);
  });

  it("shows so many lines and says how many more there are", () => {
    const lines = Array.from({ length: 500 }, (_, n) => ({ name: `Line ${n}`, unitPrice: uah(1_00) }));
    const { order: shown } = letter({ lines });
    expect([shown?.lines.length, shown?.hidden]).toEqual([LINES_SHOWN_MAX, 500 - LINES_SHOWN_MAX]);
  });

  it("explains the total where there is more to it than the lines", () => {
    expect(letter().order?.sums).toEqual([]);
    const sums = letter({ shipping: { price: uah(80_00) }, discount: uah(10_00), tax: uah(0) }).order?.sums;
    expect(sums).toEqual([
      { word: "subtotal", amount: uah(498_00) },
      { word: "shipping", amount: uah(80_00) },
      { word: "discount", amount: uah(-10_00) },
    ]);
  });

  it("calls delivery services by their names in the reader's language", () => {
    const known = letter({ shipping: { method: "nova_poshta", address: { city: "Kyiv", postalCode: "01001" } } });
    expect(known.order?.delivery).toBe("Нова пошта, Kyiv, 01001");
    expect(letter({ shipping: { method: "Own_Bike" } }).order?.delivery).toBe("Own Bike");
    expect(letter().order?.delivery).toBeNull();
  });

  it("links to the shop by the web and by nothing else", () => {
    expect(letter({}, storeSettings({ url: "https://kvitka.example" })).store.url).toBe("https://kvitka.example");
    expect(letter({}, storeSettings({ url: "javascript:alert(1)" })).store.url).toBeNull();
  });
});
