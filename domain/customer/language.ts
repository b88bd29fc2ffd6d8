import { Locale } from "../../events/values.ts";

/** The language that a text such as `uk-UA`, `en_GB` or `RU` names; `undefined` when letters are not written in it. */
export function languageOf(text: string): Locale | undefined {
  const [language] = text.trim().toLowerCase().split(/[-_]/);
  return Locale.options.find((one) => one === language);
}
