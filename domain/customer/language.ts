import { Locale } from "../../events/values.ts";
import { own } from "../kernel/own.ts";

/** What people write for a language besides its two letters: those of ISO 639-2, and the country's. */
const WRITTEN: Readonly<Record<string, Locale>> = { ua: "uk", ukr: "uk", rus: "ru", eng: "en" };

/** The language that a text such as `uk-UA`, `en_GB`, `RU` or `ukr` names, if letters are written in it. */
export function languageOf(text: string): Locale | undefined {
  const [language = ""] = text.trim().toLowerCase().split(/[-_]/);
  return Locale.options.find((one) => one === language) ?? own(WRITTEN, language);
}
