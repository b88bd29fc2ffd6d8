import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";

/** How the domain asks for the rules of phone numbers. */
export const PHONE_METADATA = "libphonenumber-js/min/metadata";

/** Where a country's rules keep how its numbers are printed. */
const FORMATS = 4;

interface Metadata {
  countries: Record<string, unknown[]>;
  nonGeographic: Record<string, unknown[]>;
}

/** The rules without the 50 KB that only tell how to print a number: we parse and validate, and keep E.164. */
export function withoutFormats(): Metadata {
  const file = createRequire(import.meta.url).resolve(PHONE_METADATA);
  const metadata = JSON.parse(readFileSync(file, "utf8")) as Metadata;
  for (const rules of [...Object.values(metadata.countries), ...Object.values(metadata.nonGeographic)]) {
    if (rules.length > FORMATS) rules[FORMATS] = 0;
  }
  return metadata;
}

/** Writes the shorter rules to a file, for bundles to take in place of the whole ones. */
export function shortPhoneMetadata(file: string): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(withoutFormats()));
  return file;
}
