import { describe, expect, it } from "vitest";
import { bodyWithoutCards, bytesWithoutCards, withoutCards } from "../../../functions/shell/cards.ts";

/** Numbers that the networks publish for tests. */
const CARDS = {
  visa: "4111111111111111",
  "visa of 19": "4000000000000000006",
  mastercard: "5555555555554444",
  "mastercard of 2017": "2223003122003222",
  amex: "378282246310005",
  discover: "6011111111111117",
  diners: "30569309025904",
  jcb: "3530111333300000",
  unionpay: "6200000000000005",
  mir: "2200000000000004",
};

describe.each(Object.entries(CARDS))("a card number of %s", (_, card) => {
  const stars = "*".repeat(card.length - 4) + card.slice(-4);

  it("keeps its last four digits, alone or in a sentence", () => {
    expect(withoutCards(card)).toBe(stars);
    expect(withoutCards(`Карта ${card}, exp 12/29`)).toBe(`Карта ${stars}, exp 12/29`);
  });

  it("is known in groups of any kind", () => {
    for (const gap of [" ", "-", "\u00a0"]) {
      const grouped = card.replace(/(\d{4})(?=\d)/g, `$1${gap}`);
      expect(withoutCards(grouped).replaceAll(gap, "")).toBe(stars);
    }
  });

  it("is known beside other numbers: an expiry date, a code, another card", () => {
    const grouped = card.replace(/(\d{4})(?=\d)/g, "$1 ");
    const cut = withoutCards(grouped);
    for (const [before, after] of [
      ["12/29 ", " 123"],
      ["7 ", " 12-29"],
      ["1001 ", ""],
    ]) {
      expect(withoutCards(`${before}${grouped}${after}`)).toBe(`${before}${cut}${after}`);
    }
    expect(withoutCards(`${card} ${card}`)).toBe(`${stars} ${stars}`);
  });

  it("is none with a digit that is wrong, or within a longer number", () => {
    const wrong = card.slice(0, -1) + ((Number(card.slice(-1)) + 1) % 10);
    for (const text of [wrong, `${card}12345678`, `0.${card}`, `${card}.5`]) expect(withoutCards(text)).toBe(text);
  });
});

describe("a row of digits that may be two cards", () => {
  it("shows the less of both", () => {
    // The first 16 digits pass for a card by chance, and so do the last.
    expect(withoutCards("22 33 6200 0000 0000 0005")).toBe("** ** **** **** **** 0005");
  });
});

describe("a number that is no card's", () => {
  it("stays: phones, parcels, barcodes, times, ids", () => {
    const others = ["+380671112233", "20450012345678", "4820000000000", "1732104900000", "5820982911946154508", "1001"];
    for (const text of others) expect(withoutCards(text)).toBe(text);
  });
});

describe("a body", () => {
  const { visa } = CARDS;

  it("keeps ids as they are, and no card anywhere else", () => {
    const names = { externalId: visa, order_id: visa, number: visa, trackingNumber: visa };
    const body = { ...names, lines: [{ name: visa, tags: [visa] }], total: 4111 };
    const cut = `${"*".repeat(12)}1111`;
    expect(bodyWithoutCards(body)).toEqual({ ...body, lines: [{ name: cut, tags: [cut] }] });
    expect(bodyWithoutCards({ card_number: visa, cardId: visa })).toEqual({ card_number: cut, cardId: cut });
  });

  it("keeps a key that a prototype has as a key of its own", () => {
    const body = JSON.parse('{"constructor":{"prototype":"x"},"toString":1}');
    expect(JSON.stringify(bodyWithoutCards(body))).toBe(JSON.stringify(body));
  });
});

describe("the bytes of a delivery", () => {
  const { visa } = CARDS;
  const cut = (text: string) => bytesWithoutCards(Buffer.from(text)).toString();

  it("lose card numbers and nothing else", () => {
    const list = '["x, 4111 1111 1111 1111"]';
    const told = `{ "id": ${visa}, "note":"\\"${visa}\\", ok", "pan" : ${visa}, "list":${list}, "f":1.10 }`;
    expect(cut(told)).toBe(
      told
        .replace(`\\"${visa}`, `\\"${"*".repeat(12)}1111`)
        .replace(`"pan" : ${visa}`, `"pan" : "${"*".repeat(12)}1111"`)
        .replace("4111 1111 1111 1111", "**** **** **** 1111"),
    );
  });

  it("are as many as a delivery may have, of any kind", () => {
    for (const part of ["x", "\\\\", "1 ", "1", "\\u0031"]) {
      const raw = Buffer.from(`{"a":"${part.repeat(4_000_000 / part.length)}"}`);
      expect(bytesWithoutCards(raw).equals(raw)).toBe(true);
    }
  });

  it("stay as they are without one, whatever they are", () => {
    const bytes = [Buffer.from([0xff, 0x00, 0xfe]), Buffer.from('\ufeff{"a":"Оля 1001"}'), Buffer.alloc(0)];
    for (const raw of bytes) expect(bytesWithoutCards(raw)).toEqual(raw);
  });

  it("lose card numbers where they are no JSON too", () => {
    expect(cut(`card=${visa}&x=\u00ff`)).toBe(`card=${"*".repeat(12)}1111&x=\u00ff`);
  });
});
