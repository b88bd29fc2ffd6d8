import parsePhoneNumber, { type CountryCode, type MetadataJson } from "libphonenumber-js/core/es6";
import metadata from "libphonenumber-js/min/metadata";
import examples from "libphonenumber-js/mobile/examples";
import { describe, expect, it } from "vitest";
import { withoutFormats } from "../../infra/constructs/phone-metadata.ts";

const short = withoutFormats() as unknown as MetadataJson;
const countries = Object.keys(examples) as CountryCode[];

const readings = (text: string, country: CountryCode, rules: MetadataJson) => {
  const phone = parsePhoneNumber(text, { defaultCountry: country }, rules);
  return [phone?.number, phone?.country, phone?.isValid()];
};

describe("the rules of phone numbers in bundles", () => {
  it("are less than half as long", () => {
    expect(JSON.stringify(short).length).toBeLessThan(JSON.stringify(metadata).length / 2);
  });

  it("read the numbers of every country as the whole rules do, national or international, right or wrong", () => {
    expect(countries.length).toBeGreaterThan(230);
    for (const country of countries) {
      const national = examples[country] as string;
      const [code] = (metadata.countries as Record<string, string[]>)[country] ?? [];
      const forms = [national, `0${national}`, `8${national}`, `+${code}${national}`, `00${code}${national}`];
      for (const form of [
        ...forms,
        national.slice(1),
        `${national}7`,
        `+${code} (${national.slice(0, 3)}) ${national.slice(3)}`,
      ]) {
        for (const home of [country, "UA", "PL", "US"] as CountryCode[]) {
          expect([form, home, ...readings(form, home, short)]).toEqual([form, home, ...readings(form, home, metadata)]);
        }
      }
    }
  });
});
