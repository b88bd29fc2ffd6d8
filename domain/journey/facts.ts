import * as z from "zod";
import type { FormReason } from "../../events/message.ts";
import { fact, type Instant } from "../../events/values.ts";
import { type Customer, hasConsent } from "../customer/customer.ts";
import type { OrderFacts } from "../message/facts.ts";

/** What the deployment may set for messages to show; a definition names it and never holds it, so it can change. */
export const SETTINGS = ["promoCode"] as const;
type SettingName = (typeof SETTINGS)[number];
/** What it means for a form that shows a setting when the deployment has none. */
export const UNSET: Readonly<Record<SettingName, FormReason>> = { promoCode: "no_promo_code" };
export type JourneySettings = { readonly [name in SettingName]?: string | undefined };

/** What a journey's conditions can look at, read anew each time. */
export interface JourneyFacts {
  now: Instant;
  order: OrderFacts | undefined;
  customer: Customer;
  settings: JourneySettings;
}

type Value = string | boolean | undefined;

/** Every fact that a journey may name, and how it is read; without an order, an order's facts are nothing. */
const readers = {
  "order.messaging": ({ order }) => order?.messaging,
  "order.paymentTiming": ({ order }) => order?.paymentTiming,
  "order.paid": ({ order }) => order?.paid,
  "order.cancelled": ({ order }) => order?.cancelled,
  "order.test": ({ order }) => order?.test,
  "customer.emailMarketing": ({ customer }) => hasConsent(customer, "email", "marketing"),
} satisfies Record<string, (facts: JourneyFacts) => Value>;

type FactName = keyof typeof readers;

const FactName = fact(z.enum(Object.keys(readers) as [FactName, ...FactName[]]));

/** What it means for a form when a fact is not as it asks. */
export const failing = (name: string): FormReason =>
  name === "customer.emailMarketing" ? "no_consent" : "condition_not_met";

/** Values that each named fact may have; all of them must hold. */
export const Match = z.partialRecord(FactName, z.array(fact(z.union([z.string(), z.boolean()]))).min(1));
export type Match = z.infer<typeof Match>;

/** One line of a match, judged. */
export interface Check {
  fact: string;
  allowed: readonly (string | boolean | number)[];
  /** Absent where there is no such fact. */
  actual?: unknown;
  holds: boolean;
}

/** Judges each line of a match. */
export function checksOf(match: Match, facts: JourneyFacts): Check[] {
  return Object.entries(match).map(([name, allowed]) => {
    const actual: Value = readers[name as FactName](facts);
    return { fact: name, allowed, actual, holds: actual !== undefined && allowed.includes(actual) };
  });
}

/** True when every line of a match holds. */
export const holds = (match: Match, facts: JourneyFacts): boolean =>
  checksOf(match, facts).every((check) => check.holds);
