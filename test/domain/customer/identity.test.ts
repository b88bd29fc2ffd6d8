import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { identitiesOf, normalizeEmail, normalizePhone } from "../../../domain/customer/identity.ts";
import { holdsFor } from "../../support/convergence.ts";

describe("an e-mail address", () => {
  it("is one in whatever case and space it is typed", () => {
    for (const typed of [
      "olena@example.com",
      "  Olena@Example.COM\n",
      "OLENA@EXAMPLE.COM",
      "\u00a0olena@example.com",
    ]) {
      expect(normalizeEmail(typed), typed).toBe("olena@example.com");
    }
  });

  it("is one in whatever form its letters are composed", () => {
    expect(normalizeEmail("Ju\u0308rgen@example.com")).toBe(normalizeEmail("j\u00fcrgen@example.com"));
    expect(normalizeEmail("ОЛЕНА@приклад.укр")).toBe("олена@приклад.укр");
  });

  it("is the same with the invisible marks that come along when it is copied", () => {
    for (const typed of ["\u200bolena@example.com", "\ufeffolena@example.com\u200e", "ole\u00adna@\u2060example.com"]) {
      expect(normalizeEmail(typed), typed).toBe("olena@example.com");
    }
  });

  it("is none with a control character in it, which mail servers read in their own way", () => {
    for (const odd of ["\u0000", "\u0007", "\u001b", "\u007f", "\u0085", "\u{10ffff}"]) {
      expect(normalizeEmail(`ol${odd}ena@example.com`)).toBeUndefined();
      expect(normalizeEmail(`olena@exa${odd}mple.com`)).toBeUndefined();
    }
  });

  it("keeps what tells two addresses apart: dots and tags", () => {
    expect(normalizeEmail("o.lena+shop@gmail.com")).toBe("o.lena+shop@gmail.com");
  });

  it("is none when nobody could receive at it", () => {
    const bad = ["", "olena", "@example.com", "olena@", "olena@example", "o lena@example.com", "a@b@c.com", "a@b..com"];
    for (const typed of [...bad, "olena@.com", "<olena@example.com>", "a@b.com,c@d.com", `${"x".repeat(250)}@a.ua`]) {
      expect(normalizeEmail(typed), typed).toBeUndefined();
    }
  });

  it("is normal once it is normalized", () => {
    const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
    holdsFor(fc.tuple(name, fc.emailAddress()), ([prefix, address]) => {
      for (const typed of [address, prefix + address]) {
        const once = normalizeEmail(typed);
        if (once !== undefined) expect(normalizeEmail(once)).toBe(once);
      }
    });
  });
});

describe("a phone number", () => {
  it("is one in whatever form it is typed, in E.164", () => {
    const forms = ["067 123 45 67", "(067) 123-45-67", "0671234567", "+38 067 123 45 67", "380671234567"];
    for (const typed of [...forms, " 38(067)123-45-67 ", "00380671234567", "+380 67 123-45-67"]) {
      expect(normalizePhone(typed, "UA"), typed).toBe("+380671234567");
    }
  });

  it("of another country keeps its country, with its plus or without", () => {
    expect(normalizePhone("+7 (925) 123-45-67", "UA")).toBe("+79251234567");
    expect(normalizePhone("7 925 123 45 67", "UA")).toBe("+79251234567");
    expect(normalizePhone("8 (925) 123-45-67", "RU")).toBe("+79251234567");
    expect(normalizePhone("+1 212 555 0100", "UA")).toBe("+12125550100");
  });

  it("is read in the country of its store when it names none", () => {
    expect(normalizePhone("(212) 555-0100", "US")).toBe("+12125550100");
    expect(normalizePhone("212 555 0100", "us")).toBe("+12125550100");
    expect(normalizePhone("067 123 45 67", "XX")).toBeUndefined();
  });

  it("loses its extension, in whatever language", () => {
    for (const typed of ["067 123 45 67 ext. 5", "067 123 45 67x12", "067 123 45 67 доб. 5", "067 123 45 67 вн 12"]) {
      expect(normalizePhone(typed, "UA"), typed).toBe("+380671234567");
    }
  });

  it("is none when no such number can exist", () => {
    expect(normalizePhone("(555) 555-5555", "US")).toBeUndefined();
    for (const typed of ["", "-", "12345", "067 123", "+", "00000000000", "+380 00 000 00 00", "9".repeat(40)]) {
      expect(normalizePhone(typed, "UA"), typed).toBeUndefined();
    }
  });

  it("is none when letters stand for digits: they would make one person of many", () => {
    expect(normalizePhone("555-555-SHIP", "US")).toBeUndefined();
    expect(normalizePhone("1-800-FLOWERS", "US")).toBeUndefined();
    expect(normalizePhone("не дзвонити", "UA")).toBeUndefined();
  });
});

describe("what identifies a buyer", () => {
  const store = { storeId: "sto_1", country: "UA" };

  it("is the e-mail, then the phone, then the platform's own id", () =>
    expect(identitiesOf({ externalId: "7", phone: "067 123 45 67", email: "A@b.ua" }, store)).toEqual([
      { kind: "email", value: "a@b.ua" },
      { kind: "phone", value: "+380671234567" },
      { kind: "external", value: "sto_1:7" },
    ]));

  it("leaves out what is none", () => {
    expect(identitiesOf({ email: "none", phone: "555-555-SHIP", externalId: "" }, store)).toEqual([]);
    expect(identitiesOf({}, store)).toEqual([]);
  });
});
