import type { Instant } from "../../events/values.ts";
import { compareText } from "../kernel/facts.ts";
import type { Identity } from "./identity.ts";

/** The attributes of a card that a platform or a person may tell; all of them personal data. */
export interface ProfileFields {
  firstName?: string | undefined;
  lastName?: string | undefined;
  locale?: string | undefined;
  gender?: string | undefined;
  birthDate?: string | undefined;
  companyName?: string | undefined;
  taxId?: string | undefined;
}

type Field = keyof ProfileFields;

/** The personal part of a card: it stays out of events and is what erasure erases. */
export interface Profile {
  emails: string[];
  phones: string[];
  /** Ids that platforms gave, as `<storeId>:<external id>`. */
  externals: string[];
  /** Stores that told of the person without an order. */
  stores?: string[];
  /** Labels that staff gave, in the order of giving. */
  tags?: string[];
  /** Each attribute with the time it was told at: a later one wins. */
  fields: Partial<Record<Field, { value: string; at: Instant }>>;
}

export const emptyProfile: Profile = { emails: [], phones: [], externals: [], fields: {} };

/** How many e-mails, phones and platform ids one card keeps of each. */
export const IDENTITIES_MAX = 50;

const LISTS = { email: "emails", phone: "phones", external: "externals" } as const;

const isLater = (at: Instant, value: string, known: { value: string; at: Instant } | undefined) =>
  known === undefined || at > known.at || (at === known.at && compareText(value, known.value) > 0);

/** Merges what was told at a time into the personal part, and says which attributes changed. */
export function mergeProfile(
  profile: Profile,
  told: { identities: readonly Identity[]; fields: ProfileFields; at: Instant },
): { profile: Profile; changed: Field[]; identified: Identity[] } {
  const identified = told.identities.filter(
    ({ kind, value }) => !profile[LISTS[kind]].includes(value) && profile[LISTS[kind]].length < IDENTITIES_MAX,
  );
  const next: Profile = { ...profile, fields: { ...profile.fields } };
  for (const { kind, value } of identified) next[LISTS[kind]] = [...next[LISTS[kind]], value];
  const changed: Field[] = [];
  for (const [field, value] of Object.entries(told.fields) as [Field, string | undefined][]) {
    const known = profile.fields[field];
    if (!value || !isLater(told.at, value, known)) continue;
    next.fields[field] = { value, at: told.at };
    if (known?.value !== value) changed.push(field);
  }
  return { profile: next, changed, identified };
}

/** An attribute's value, when it was ever told. */
export const fieldOf = (profile: Profile, field: Field): string | undefined => profile.fields[field]?.value;
