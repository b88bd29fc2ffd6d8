import * as z from "zod";
import { fieldOf } from "../../../domain/customer/profile.ts";
import { lifecycleOf, statsOf } from "../../../domain/customer/stats.ts";
import {
  CustomerId,
  fact,
  Instant,
  id,
  MessageChannel,
  Money,
  Purpose,
  personal,
  StoreId,
} from "../../../events/values.ts";
import type { Caller } from "../../shell/caller.ts";
import type { StoredCustomer } from "../../table/customer-reader.ts";
import { Warnings } from "../person.ts";

const text = personal(z.string()).nullable();
const texts = z.array(personal(z.string()));
const count = fact(z.int().min(0));

/** One way to recognise the person; an id of a platform with the store whose it is. */
const IdentityAnswer = z.strictObject({
  kind: fact(z.enum(["email", "phone", "external"])),
  value: personal(z.string()),
  storeId: StoreId.optional(),
});

const ConsentAnswer = z.strictObject({
  channel: MessageChannel,
  purpose: Purpose,
  granted: fact(z.boolean()),
  at: Instant,
  source: fact(z.string()),
});

/** A customer's own numbers; who may not see payments does not see amounts. */
const StatsAnswer = z.strictObject({
  orders: count,
  paidOrders: count.optional(),
  revenue: z.array(Money).optional(),
  averageOrderValue: z.array(Money).optional(),
  firstOrderAt: Instant.nullable(),
  lastOrderAt: Instant.nullable(),
  daysBetweenOrders: fact(z.string()).nullable(),
});

const CustomerFields = z.strictObject({
  id: CustomerId,
  emails: texts,
  phones: texts,
  identities: z.array(IdentityAnswer),
  firstName: text,
  lastName: text,
  gender: text,
  birthDate: text,
  locale: text,
  company: z.strictObject({ name: personal(z.string()), taxId: personal(z.string()).optional() }).nullable(),
  tags: texts,
  fields: z.record(z.string(), z.unknown()),
  lifecycleStage: fact(z.enum(["lead", "first_order", "repeat"])),
  consents: z.array(ConsentAnswer),
  stats: StatsAnswer,
  loyalty: z.null(),
  segments: z.array(id(z.string())),
  mergedInto: CustomerId.optional(),
  /** Cards that may be the same person. */
  mergeCandidates: z.array(CustomerId),
  createdAt: Instant,
  version: fact(z.int()),
});

/** A customer as every route answers it. */
export const CustomerAnswer = CustomerFields.meta({ id: "Customer" });

/** A customer as what was told of them is answered. */
export const ToldCustomerAnswer = CustomerFields.extend({
  /** What of it could not be read; absent when all was. */
  warnings: Warnings,
}).meta({ id: "ToldCustomer" });

export const CustomerPath = z.strictObject({ customerId: CustomerId });

/** Marketing works with people, not with their money. */
export const seesPayments = (caller: Caller): boolean =>
  caller.kind !== "staff" || caller.roles.some((role) => role !== "marketer");

function statsFor(caller: Caller, { state }: StoredCustomer) {
  const { paidOrders, revenue, averageOrderValue, ...rest } = statsOf(state.purchases);
  return { ...rest, ...(seesPayments(caller) && { paidOrders, revenue, averageOrderValue }) };
}

function identitiesOf(caller: Caller, { profile }: StoredCustomer) {
  const externals = profile.externals.map((external) => {
    const at = external.indexOf(":");
    return { kind: "external" as const, value: external.slice(at + 1), storeId: external.slice(0, at) };
  });
  return [
    ...profile.emails.map((value) => ({ kind: "email" as const, value })),
    ...profile.phones.map((value) => ({ kind: "phone" as const, value })),
    ...externals.filter(({ storeId }) => caller.kind === "staff" || caller.storeId === storeId),
  ];
}

/** The customer as the contract shows it, as far as the caller may see. */
export function presentCustomer(caller: Caller, customer: StoredCustomer) {
  const { customerId, version, state, profile } = customer;
  const field = (name: Parameters<typeof fieldOf>[1]) => fieldOf(profile, name) ?? null;
  const company = field("companyName");
  const taxId = field("taxId");
  return {
    id: customerId,
    emails: profile.emails,
    phones: profile.phones,
    identities: identitiesOf(caller, customer),
    firstName: field("firstName"),
    lastName: field("lastName"),
    gender: field("gender"),
    birthDate: field("birthDate"),
    locale: field("locale"),
    company: company === null ? null : { name: company, ...(taxId !== null && { taxId }) },
    tags: profile.tags ?? [],
    fields: {},
    lifecycleStage: lifecycleOf(statsOf(state.purchases)),
    consents: Object.values(state.consents).map(({ decidedAt, ...consent }) => ({ ...consent, at: decidedAt })),
    stats: statsFor(caller, customer),
    loyalty: null,
    segments: [],
    mergeCandidates: state.mergeCandidates,
    createdAt: state.createdAt,
    version,
  };
}
