import { describe, expect, it } from "vitest";
import { formatOf } from "../../../domain/message/format.ts";
import { eur, uah } from "../../support/samples.ts";

const plain = (text: string) => text.replaceAll(/\s/g, " ");

describe("an amount", () => {
  it("is written as its reader writes money", () => {
    expect(plain(formatOf("uk").money(uah(1_299_00)))).toBe("1 299,00 ₴");
    expect(plain(formatOf("ru").money(eur(1_299_50)))).toBe("1 299,50 €");
    expect(plain(formatOf("en").money(uah(1_299_00)))).toBe("₴1,299.00");
    expect(plain(formatOf("uk").money(eur(117_50)))).toBe("117,50 €");
  });

  it("is exact beyond what a float holds, and knows its currency's decimals", () => {
    expect(plain(formatOf("en").money(eur(9_007_199_254_740_991)))).toBe("€90,071,992,547,409.91");
    expect(plain(formatOf("en").money({ amountMinor: 1_299, currency: "JPY" }))).toBe("¥1,299");
    expect(plain(formatOf("en").money({ amountMinor: 1_299, currency: "KWD" }))).toBe("KWD 1.299");
  });
});

describe("a number of things", () => {
  const uk = (count: number) => plain(formatOf("uk").plural(count, "товар", "товари", "товарів"));
  const en = (count: number) => plain(formatOf("en").plural(count, "item", "items", "items"));

  it("has the noun in its form", () => {
    expect([1, 2, 5, 11, 12, 21, 22, 25, 111, 1_000].map(uk)).toEqual([
      "1 товар",
      "2 товари",
      "5 товарів",
      "11 товарів",
      "12 товарів",
      "21 товар",
      "22 товари",
      "25 товарів",
      "111 товарів",
      "1 000 товарів",
    ]);
    expect([0, 1, 2, 21].map(en)).toEqual(["0 items", "1 item", "2 items", "21 items"]);
  });
});

describe("a day", () => {
  it("is the store's, in the reader's words", () => {
    const late = "2026-11-20T22:30:00.000Z";
    expect(formatOf("uk").date(late, "Europe/Kyiv")).toBe("21 листопада 2026 р.");
    expect(formatOf("ru").date(late, "UTC")).toBe("20 ноября 2026 г.");
    expect(formatOf("en").date(late, "Europe/Kyiv")).toBe("21 November 2026");
  });
});
