import type { Identity } from "../../domain/customer/identity.ts";
import { identitiesOf } from "../../domain/customer/identity.ts";
import { emptyProfile, mergeProfile, type Profile, type ProfileFields } from "../../domain/customer/profile.ts";
import type { ContactInput } from "../../domain/order/snapshot.ts";
import type { KnownStore } from "../../domain/store/store.ts";
import type { Instant } from "../../events/values.ts";
import type { Ids } from "../shell/port.ts";
import type { Fingerprints } from "../shell/secrets.ts";
import { setCard, type Unit } from "./aggregates.ts";
import { identityKey, stateKey } from "./keys.ts";
import { customerRecord, type LoadedCustomer } from "./records.ts";
import type { Table } from "./table.ts";

/** An identity with its key in the table and the card it belongs to, if any. */
export interface KnownIdentity extends Identity {
  hmac: string;
  owner: string | undefined;
}

/** What recognising people needs. */
export interface BuyerPorts {
  table: Table;
  fingerprints: Fingerprints;
  ids: Ids;
}

/** The same address is another person in test mode, so that tests never touch a real card. */
export const inMode = <I extends Pick<Identity, "kind" | "value">>(identity: I, test: boolean): I =>
  test ? { ...identity, value: `test:${identity.value}` } : identity;

/** Looks up who owns each of a contact's identities, strongest first. */
export async function recognise(
  ports: BuyerPorts,
  contact: ContactInput,
  store: KnownStore,
  test: boolean,
): Promise<KnownIdentity[]> {
  const scope = { storeId: store.storeId, country: store.settings.country };
  return Promise.all(
    identitiesOf(contact, scope).map(async (identity) => {
      const hmac = await ports.fingerprints.of(inMode(identity, test));
      const item = await ports.table.get(identityKey(hmac));
      return { ...identity, hmac, owner: item?.customerId as string | undefined };
    }),
  );
}

/** The card of the strongest identity that has one: e-mail, then phone, then the platform's id. */
export const ownerOf = (identities: readonly KnownIdentity[]): string | undefined =>
  identities.find(({ owner }) => owner !== undefined)?.owner;

/** The attributes of a card that a contact tells. */
export const fieldsOf = ({ firstName, lastName, locale, gender, birthDate, company }: ContactInput): ProfileFields => ({
  firstName,
  lastName,
  locale,
  gender,
  birthDate,
  companyName: company?.name,
  taxId: company?.taxId,
});

/** Loads the card that an order or request belongs to; a new one is empty. */
export async function loadCard(ports: BuyerPorts, unit: Unit, customerId: string | undefined): Promise<LoadedCustomer> {
  const id = customerId ?? ports.ids.next("cus");
  const item = customerId === undefined ? undefined : await ports.table.get(stateKey.customer(id));
  return unit.adopt(customerRecord, id, item);
}

/** What a store says of a person, and when. */
export interface Introduction {
  contact: ContactInput;
  identities: readonly KnownIdentity[];
  test: boolean;
  toldAt: Instant;
  at: Instant;
}

/**
 * Tells a card what a store says of the person: new identities (each claimed in the same transaction, so that two
 * requests at once make one card), attributes, consents, and cards that may be the same person.
 */
export function introduce(unit: Unit, card: LoadedCustomer, told: Introduction): void {
  const { contact, identities, test, toldAt, at } = told;
  const free = identities.filter(({ owner }) => owner === undefined || owner === card.id);
  const profile: Profile = card.card ?? emptyProfile;
  const merged = mergeProfile(profile, { identities: free, fields: fieldsOf(contact), at: toldAt });
  const identified = merged.identified.map(({ kind }) => kind);
  const placeholder = profileIsEmpty(merged.profile);
  const data = { customerId: card.id, placeholder, test, identified, fields: merged.changed };
  const events = unit.decide(card, { type: "customer.introduce", at, data });
  if (events.length > 0 || merged.identified.length > 0) setCard(card, merged.profile);
  // Told again with a later time: worth keeping when the card is written anyway, not worth a write of its own.
  else card.card = merged.profile;
  for (const identity of free) {
    if (identity.owner !== undefined) continue;
    const put = { ...identityKey(identity.hmac), customerId: card.id, kind: identity.kind };
    unit.also({ put, when: { absent: true } });
  }
  for (const { owner } of identities) {
    if (owner === undefined || owner === card.id) continue;
    unit.decide(card, { type: "customer.suggest_merge", at, data: { otherCustomerId: owner } });
  }
  for (const { at: decidedAt, ...consent } of contact.consents ?? []) {
    unit.decide(card, { type: "customer.decide_consent", at, data: { ...consent, decidedAt } });
  }
}

const profileIsEmpty = ({ emails, phones, externals }: Profile) =>
  emails.length + phones.length + externals.length === 0;
