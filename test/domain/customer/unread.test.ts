import { describe, expect, it } from "vitest";
import { unreadIn } from "../../../domain/customer/unread.ts";

const fieldsOf = (contact: Parameters<typeof unreadIn>[0], country = "UA") =>
  unreadIn(contact, country).map(({ field }) => field);

describe("a contact", () => {
  it("is all read where it is an address, a number of the country and a language, or nothing", () => {
    expect(fieldsOf({ email: "Olena@Example.com", phone: "067 111 22 33", locale: "uk-UA" })).toEqual([]);
    expect(fieldsOf({ email: "", phone: "", locale: "" })).toEqual([]);
    expect(fieldsOf({})).toEqual([]);
  });

  it("has each field named that is none of these", () => {
    expect(fieldsOf({ email: "olena", phone: "12", locale: "de-DE" })).toEqual(["email", "phone", "locale"]);
    expect(fieldsOf({ email: "olena@example.com", phone: "067 111 22 33" }, "PL")).toEqual(["phone"]);
  });

  it("that cannot be read is answered in a sentence that does not repeat it", () => {
    expect(unreadIn({ locale: "klingon" }, "UA")).toEqual([
      { field: "locale", why: "Letters are written in uk, ru, en: this language is not kept." },
    ]);
  });
});
