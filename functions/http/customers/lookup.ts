import { type Identity, normalizeEmail, normalizePhone } from "../../../domain/customer/identity.ts";
import { type FieldError, Problem } from "../../shell/problem.ts";
import type { StoreReader } from "../../table/store-reader.ts";

/** What a look-up of people may ask for. */
export interface Asked {
  email?: string | undefined;
  phone?: string | undefined;
  name?: string | undefined;
  segmentId?: string | undefined;
  /** Where a national phone number is of: the country itself, or a store's. */
  country?: string | undefined;
  storeId?: string | undefined;
}

const refuse = (errors: FieldError[]): never => {
  throw new Problem(400, "invalid_input", "Some fields are wrong.", { errors });
};

/** Refuses filters that this version does not serve, instead of answering everyone. */
export function checkServed({ name, segmentId }: Asked): void {
  const later = Object.entries({ name, segmentId }).filter(([, value]) => value !== undefined);
  const message = "This filter is not served yet: look people up by email or phone.";
  if (later.length > 0) refuse(later.map(([field]) => ({ pointer: `/query/${field}`, code: "not_served", message })));
}

/** True when people are looked up by what identifies them. */
export const isLookup = ({ email, phone }: Asked): boolean => email !== undefined || phone !== undefined;

/**
 * The identities that a look-up asks for, the e-mail first. A national phone number is read as a number of each of the
 * countries; one that exists in none is refused.
 */
export function identitiesAsked({ email, phone }: Asked, countries: readonly string[]): Identity[] {
  const errors: FieldError[] = [];
  const address = email === undefined ? undefined : normalizeEmail(email);
  if (email !== undefined && address === undefined) {
    errors.push({ pointer: "/query/email", code: "not_readable", message: "This is no e-mail address." });
  }
  const numbers = phone === undefined ? [] : countries.flatMap((country) => normalizePhone(phone, country) ?? []);
  if (phone !== undefined && numbers.length === 0) {
    const message = "There is no such phone number: give it with + and the country's code, or name the country.";
    errors.push({ pointer: "/query/phone", code: "not_readable", message });
  }
  if (errors.length > 0) refuse(errors);
  return [
    ...(address === undefined ? [] : [{ kind: "email" as const, value: address }]),
    ...[...new Set(numbers)].map((value) => ({ kind: "phone" as const, value })),
  ];
}

/** The countries that a national number may be of: the one that is named, a store's, or those of all stores. */
export async function countriesFor({ country, storeId }: Asked, stores: StoreReader): Promise<string[]> {
  if (country !== undefined) return [country];
  return storeId === undefined ? stores.countries() : [(await stores.get(storeId)).state.settings.country];
}
