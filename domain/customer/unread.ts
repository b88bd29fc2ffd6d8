import { Locale } from "../../events/values.ts";
import { normalizeEmail, normalizePhone } from "./identity.ts";
import { languageOf } from "./language.ts";

/** A field of a contact that cannot be read, and so is not kept. */
export interface Unread {
  field: "email" | "phone" | "locale";
  why: string;
}

const WHY = {
  email: "This is no e-mail address.",
  phone: "There is no such phone number: with + and its country's code it is read everywhere.",
  locale: `Letters are written in ${Locale.options.join(", ")}: this language is not kept.`,
} as const;

/** What of a contact cannot be read; national phone numbers are read as numbers of `country` (ISO 3166-1). */
export function unreadIn(
  { email, phone, locale }: Readonly<Partial<Record<Unread["field"], string | undefined>>>,
  country: string,
): Unread[] {
  const unread: Unread["field"][] = [];
  if (email && normalizeEmail(email) === undefined) unread.push("email");
  if (phone && normalizePhone(phone, country) === undefined) unread.push("phone");
  if (locale && languageOf(locale) === undefined) unread.push("locale");
  return unread.map((field) => ({ field, why: WHY[field] }));
}
