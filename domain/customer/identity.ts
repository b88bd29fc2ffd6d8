import parsePhoneNumber, { type CountryCode, isSupportedCountry } from "libphonenumber-js/core/es6";
import metadata from "libphonenumber-js/min/metadata";

/** One way to recognise a person, in its normal form. Keys are made of its HMAC, never of the value. */
export interface Identity {
  kind: "email" | "phone" | "external";
  value: string;
}

/** What a platform says of a buyer that can identify them. */
export interface Contact {
  email?: string | undefined;
  phone?: string | undefined;
  externalId?: string | undefined;
}

const EMAIL = /^[^\s\p{C}@<>()",;:\\[\]]+@[^\s\p{C}@.<>()",;:\\[\]]+(\.[^\s\p{C}@.<>()",;:\\[\]]+)+$/u;

/** Marks without a width or form of their own: they come along when an address is copied from a page. */
const INVISIBLE = /\p{Cf}/gu;

/** Trimmed, in composed form and lower case; `undefined` when it is no address, as with a control character in it. */
export function normalizeEmail(text: string): string | undefined {
  const value = text.replace(INVISIBLE, "").normalize("NFC").trim().toLowerCase();
  return value.length <= 254 && EMAIL.test(value) ? value : undefined;
}

/** What follows the number of a company's exchange; word boundaries of regular expressions know Latin letters only. */
const EXTENSION = /(?<!\p{L})(ext|x|доб|вн)(?!\p{L}).*$/isu;

/** E.164; national numbers are read as numbers of `country` (ISO 3166-1). `undefined` when no such number can exist. */
export function normalizePhone(text: string, country: string): string | undefined {
  const region = country.toUpperCase();
  const fallback = isSupportedCountry(region as CountryCode, metadata) ? (region as CountryCode) : undefined;
  const trimmed = text.replace(EXTENSION, "").trim();
  // A vanity number's letters would be read as digits and make one person of many.
  if (/\p{L}/u.test(trimmed)) return undefined;
  // Many people type an international number with its country code but without the plus.
  const candidates = [trimmed, /^\d{11,15}$/.test(trimmed.replace(/\D/g, "")) ? `+${trimmed.replace(/\D/g, "")}` : ""];
  for (const candidate of candidates) {
    const phone = candidate
      ? parsePhoneNumber(candidate, { ...(fallback && { defaultCountry: fallback }) }, metadata)
      : undefined;
    if (phone?.isValid()) return phone.number;
  }
  return undefined;
}

/** Everything that identifies a buyer, strongest first: e-mail, phone, the platform's own id. */
export function identitiesOf(contact: Contact, store: { storeId: string; country: string }): Identity[] {
  const email = contact.email === undefined ? undefined : normalizeEmail(contact.email);
  const phone = contact.phone === undefined ? undefined : normalizePhone(contact.phone, store.country);
  return [
    ...(email ? [{ kind: "email" as const, value: email }] : []),
    ...(phone ? [{ kind: "phone" as const, value: phone }] : []),
    ...(contact.externalId ? [{ kind: "external" as const, value: `${store.storeId}:${contact.externalId}` }] : []),
  ];
}
