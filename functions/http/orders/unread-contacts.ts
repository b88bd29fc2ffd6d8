import { normalizeEmail, normalizePhone } from "../../../domain/customer/identity.ts";
import { languageOf } from "../../../domain/customer/language.ts";
import type { FieldError } from "../../shell/problem.ts";
import type { PushedContact } from "./inputs.ts";

/** What of a buyer's contact and language cannot be read: the order is kept without it, and who sent it is told. */
export function unreadContacts(customer: PushedContact | undefined, country: string): FieldError[] {
  const { email, phone, locale } = customer ?? {};
  const unread = (name: string, message: string) => ({ pointer: `/customer/${name}`, code: "not_readable", message });
  return [
    ...(email && normalizeEmail(email) === undefined ? [unread("email", "This is no e-mail address.")] : []),
    ...(phone && normalizePhone(phone, country) === undefined
      ? [unread("phone", "There is no such phone number: with + and its country's code it is read everywhere.")]
      : []),
    ...(locale && languageOf(locale) === undefined
      ? [unread("locale", "Letters are written in uk, ru and en; the store's language counts.")]
      : []),
  ];
}
