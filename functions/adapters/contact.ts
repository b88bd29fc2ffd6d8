import { normalizeEmail, normalizePhone } from "../../domain/customer/identity.ts";
import { languageOf } from "../../domain/customer/language.ts";
import { ContactInput } from "../../domain/order/snapshot.ts";
import type { Instant } from "../../events/values.ts";
import { held } from "./holding.ts";

/** What vendors say of one person; of every list the first that is good counts. */
export interface PersonSaid {
  externalId?: string | undefined;
  emails: readonly (string | undefined)[];
  /** Each with the country that it would be dialled from. */
  phones: readonly { text: string | undefined; country?: string | undefined }[];
  firstNames: readonly (string | undefined)[];
  lastNames: readonly (string | undefined)[];
  company?: string | undefined;
  /** A language as vendors write it, such as `uk-UA`. */
  language?: string | undefined;
  consents?: readonly Consent[];
}

type Consent = NonNullable<ContactInput["consents"]>[number];

/** The first that `read` makes something of. */
export function firstOf<T, R>(all: readonly T[], read: (one: T) => R | undefined): R | undefined {
  for (const one of all) {
    const found = read(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The contact of a person; an address or number that cannot be one is left out rather than the order. */
export function contactFrom(said: PersonSaid, country: string): ContactInput {
  const email = firstOf(said.emails, (one) => (one ? normalizeEmail(one) : undefined));
  const phone = firstOf(said.phones, (one) => {
    return one.text === undefined ? undefined : normalizePhone(one.text, one.country ?? country);
  });
  const firstName = firstOf(said.firstNames, (name) => name);
  const lastName = firstOf(said.lastNames, (name) => name);
  const locale = said.language && languageOf(said.language);
  return held(ContactInput, {
    ...(said.externalId && { externalId: said.externalId }),
    ...(email && { email }),
    ...(phone && { phone }),
    ...(firstName && { firstName }),
    ...(lastName && { lastName }),
    ...(locale && { locale }),
    ...(said.company && { company: { name: said.company } }),
    ...(said.consents && said.consents.length > 0 && { consents: said.consents }),
  });
}

/** True when something identifies the person. */
export const isIdentified = ({ email, phone, externalId }: ContactInput): boolean =>
  (email ?? phone ?? externalId) !== undefined;

/** Permission for marketing that a vendor tells of. */
export const marketing = (channel: "email" | "sms", granted: boolean, at: Instant, source: string): Consent => ({
  channel,
  purpose: "marketing",
  granted,
  at,
  source,
});

/** What an address of a page says of where its visitor came from. */
export function utmOf(address: string | undefined): Record<string, string> | undefined {
  const url = address === undefined ? null : URL.parse(address, "https://shop.invalid");
  const found = ["source", "medium", "campaign", "term", "content"].flatMap((name): [string, string][] => {
    const value = url?.searchParams.get(`utm_${name}`);
    return value ? [[name, value]] : [];
  });
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}
