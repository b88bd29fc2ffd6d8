import * as z from "zod";
import { languageOf } from "../../../domain/customer/language.ts";
import { unreadIn } from "../../../domain/customer/unread.ts";
import { ContactInput } from "../../../domain/order/snapshot.ts";
import { personal } from "../../../events/values.ts";

/** A person as stores and staff tell of them: a language is read as people write it, as in orders. */
export const PersonInput = ContactInput.extend({ locale: personal(z.string().trim().max(120)).optional() });
type PersonInput = z.infer<typeof PersonInput>;

/** The person as they are kept: without a language that letters are not written in. */
export const personOf = ({ locale = "", ...person }: PersonInput): ContactInput => ({
  ...person,
  locale: languageOf(locale),
});

/** What of a person could not be read, and so was not kept. */
export function warningsOf(person: PersonInput, country = "") {
  const unread = unreadIn(person, country);
  const warnings = unread.map(({ field, why }) => ({ pointer: `/${field}`, code: "not_readable", message: why }));
  return warnings.length > 0 ? { warnings } : {};
}
