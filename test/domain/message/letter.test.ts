import { describe, expect, it } from "vitest";
import { emptyProfile, type Profile } from "../../../domain/customer/profile.ts";
import { LINES_SHOWN_MAX, letterOf, localeOf, type OrderForLetter } from "../../../domain/message/letter.ts";
import { NOW } from "../../support/clock.ts";
import { header } from "../../support/order-facts.ts";
import { anOrder, olena, storeSettings, uah } from "../../support/samples.ts";

const order = (part: Record<string, unknown> = {}, paidMinor = 0, totalMinor = 498_00): OrderForLetter => ({
  header: header({ totalMinor }),
  money: { paidMinor, dueMinor: totalMinor - paidMinor },
  content: anOrder(part),
});
const speaking = (locale: string): Profile => ({ ...emptyProfile, fields: { locale: { value: locale, at: NOW } } });
const written = (of: OrderForLetter, store = storeSettings()) =>
  letterOf({ request: { purpose: "transactional" }, store, profile: undefined, order: of });
const letter = (part: Record<string, unknown> = {}, store = storeSettings()) => written(order(part), store);

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

  it("adds up, whether the tax came on top of the prices or is inside them", () => {
    const sums = (totalMinor: number, part: object = {}) => {
      const { order: shown } = written(order({ tax: uah(79_51), ...part }, 0, totalMinor));
      return [shown?.sums.map(({ word, amount }) => `${word} ${amount.amountMinor}`), shown?.taxIncluded];
    };
    const [more, both] = [
      { shipping: { price: uah(80_00) } },
      { shipping: { price: uah(80_00) }, discount: uah(10_00) },
    ];
    expect(sums(498_00)).toEqual([[], uah(79_51)]);
    expect(sums(498_00 + 79_51)).toEqual([["subtotal 49800", "tax 7951"], null]);
    expect(sums(578_00, more)).toEqual([["subtotal 49800", "shipping 8000"], uah(79_51)]);
    expect(sums(578_00 + 79_51, more)).toEqual([["subtotal 49800", "shipping 8000", "tax 7951"], null]);
    expect(sums(568_00, both)).toEqual([["subtotal 49800", "shipping 8000", "discount -1000"], uah(79_51)]);
  });

  it("speaks of no tax where there is none", () => {
    expect(letter({ tax: uah(0) }).order).toMatchObject({ sums: [], taxIncluded: null });
  });

  it("shows what was paid while something is due yet", () => {
    expect(written(order({}, 98_00)).order).toMatchObject({ paid: uah(98_00), due: uah(400_00) });
    expect([0, 498_00].map((paid) => written(order({}, paid)).order?.paid)).toEqual([null, null]);
  });

  it("asks for nothing that the platform calls paid, and adds its word to no evidence", () => {
    const claimed = (amountMinor: number, paidMinor: number, dueMinor = 498_00 - paidMinor) => {
      const claim = { provider: "shopify", amountMinor };
      const { order: shown } = written({
        ...order({}, paidMinor),
        header: header({ claim }),
        money: { paidMinor, dueMinor },
      });
      return [shown?.paid?.amountMinor, shown?.due.amountMinor];
    };
    expect(claimed(498_00, 0)).toEqual([undefined, 0]);
    expect(claimed(98_00, 0)).toEqual([98_00, 400_00]);
    expect(claimed(98_00, 198_00)).toEqual([198_00, 300_00]);
    expect(claimed(198_00, 98_00)).toEqual([198_00, 300_00]);
    expect(claimed(98_00, 0, 0)).toEqual([undefined, 0]);
  });

  it.each([
    ["uk", "nova_poshta", "Нова пошта"],
    ["ru", "nova_poshta", "Новая почта"],
    ["en", "nova_poshta", "Nova Poshta"],
    ["uk", "Nova Poshta", "Нова пошта"],
    ["ru", "Нова Пошта", "Новая почта"],
    ["en", "NOVA-POSHTA", "Nova Poshta"],
    ["en", "ukrposhta", "Ukrposhta"],
    ["uk", "meest", "Meest ПОШТА"],
    ["ru", "dhl", "DHL"],
    ["uk", "ups", "UPS"],
    ["ru", "courier", "Курьер"],
    ["en", "pickup", "Pickup"],
    ["uk", "Own_Bike", "Own_Bike"],
  ] as const)("in %s calls the delivery %s %s", (locale, method, said) => {
    expect(written(order({ customer: { locale }, shipping: { method } })).order?.delivery).toBe(said);
  });

  it("says where it goes, if anybody said so", () => {
    const address = {
      city: "Kyiv",
      line1: "Khreshchatyk 1\napt. 2",
      line2: "https://evil.example",
      postalCode: "01001",
    };
    expect(letter({ shipping: { address } }).order?.delivery).toBe("Kyiv, Khreshchatyk 1 apt. 2, 01001");
    expect(letter().order?.delivery).toBeNull();
  });

  it("names each line on one line", () => {
    const lines = [{ name: "Tea\r\n\u2028Ceylon", unitPrice: uah(498_00) }];
    expect(letter({ lines }).order?.lines).toMatchObject([{ name: "Tea Ceylon" }]);
  });

  it("links to the shop by the web and by nothing else", () => {
    expect(letter({}, storeSettings({ url: "https://kvitka.example" })).store.url).toBe("https://kvitka.example");
    expect(letter({}, storeSettings({ url: "javascript:alert(1)" })).store.url).toBeNull();
  });
});

describe("a greeting", () => {
  const greeted = (firstName: string) => letter({ customer: { ...olena, firstName } }).customer.firstName;

  it("is by the name, as people write theirs", () => {
    for (const name of ["Олена", "Anna-Maria", "Jean  Luc", "O’Neil", "J. R.", "李雷", "M".repeat(60)])
      expect(greeted(name)).toBe(name.replace("  ", " "));
  });

  it.each([
    ["a line end", "Olena\nYour parcel is held"],
    ["a control character", "Olena\u0007"],
    ["a turn of the direction", "Olena\u202emoc.live"],
    ["a page's address", "see https://evil.example"],
    ["a host", "You won at evil.com"],
    ["a host in other letters", "приз.укр"],
    ["a host with www", "www.x"],
    ["an e-mail address", "me@evil"],
    ["more than a name", "M".repeat(61)],
  ])("is by no name that holds %s", (_, name) => expect(greeted(name)).toBeNull());
});
