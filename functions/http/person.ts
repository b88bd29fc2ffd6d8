import * as z from "zod";
import { languageOf } from "../../domain/customer/language.ts";
import { unreadIn } from "../../domain/customer/unread.ts";
import { ContactInput } from "../../domain/order/snapshot.ts";
import { fact, personal } from "../../events/values.ts";
import type { FieldError } from "../shell/problem.ts";

/** A person as stores and staff tell of them: a language is read as people write it, and costs nothing else. */
export const PersonInput = ContactInput.extend({ locale: personal(z.string().trim().max(120)).optional() });
export type PersonInput = z.infer<typeof PersonInput>;

/** The person as they are kept: without a language that letters are not written in. */
export function personOf(person: PersonInput): ContactInput {
  const { locale: said, ...named } = person;
  const locale = said && languageOf(said);
  // The place of a field is part of the digest that tells versions of an order apart.
  return locale ? { ...person, locale } : named;
}

/** What of a person cannot be read: the rest is kept, and who told it hears so. `within` points to the person. */
export const unreadOf = (person: PersonInput, country: string, within = ""): FieldError[] =>
  unreadIn(person, country).map(({ field, why }) => ({
    ...{ pointer: `${within}/${field}`, code: "not_readable", message: why },
  }));

/** What of a request was not kept as it was told; absent when all was. */
export const Warnings = z
  .array(z.strictObject({ pointer: fact(z.string()), code: fact(z.string()), message: fact(z.string()) }))
  .optional();

/** The warnings of an answer, where there are any. */
export const warnings = (all: FieldError[]) => (all.length > 0 ? { warnings: all } : {});
