import { describe, expect, it } from "vitest";
import { languageOf } from "../../../domain/customer/language.ts";

describe("a language", () => {
  it.each([
    ["uk", ["uk", "UK", "uk-UA", "uk_UA.UTF-8", "ua", "ukr", " Ukr "]],
    ["ru", ["ru", "ru-RU", "rus", "RUS"]],
    ["en", ["en", "en_GB", "en-US", "eng"]],
  ])("is %s as people write it: %j", (locale, texts) => {
    expect(texts.map(languageOf)).toEqual(texts.map(() => locale));
  });

  it.each(["de", "ukrainian", "", "constructor", "__proto__"])("is none that letters are written in: %j", (text) => {
    expect(languageOf(text)).toBeUndefined();
  });
});
