import type { ConsentChanged, CustomerEvent, Purchase } from "../../events/customer.ts";
import type { EventOf } from "../../events/event.ts";
import type { Instant, MessageChannel, Purpose } from "../../events/values.ts";
import type { Command, Decider } from "../kernel/decider.ts";
import { compareText } from "../kernel/facts.ts";
import { reject, unreachable } from "../kernel/rejection.ts";

/** Whether a person may be messaged on a channel for a purpose, and since when. */
export type Consent = Omit<EventOf<typeof ConsentChanged>["data"], "customerId">;

/** One person across all stores. The personal part of the card is the profile beside this state. */
export type Customer =
  | { status: "absent" }
  | {
      status: "known";
      customerId: string;
      createdAt: Instant;
      /** True while nothing identifies the person. */
      placeholder: boolean;
      /** Whom a test key brought; absent otherwise. */
      test?: boolean;
      /** By `<channel>:<purpose>`. */
      consents: Record<string, Consent>;
      /** What each order means for the numbers, oldest first. */
      purchases: Purchase[];
      /** Cards that may be the same person. */
      mergeCandidates: string[];
    };

export type KnownCustomer = Extract<Customer, { status: "known" }>;

/** A delivery or request told of the person; names of changed attributes only, values are in the profile. */
export type IntroduceCustomer = Command<
  "customer.introduce",
  {
    customerId: string;
    placeholder: boolean;
    /** The mode of who tells: a new card is of it. */
    test: boolean;
    identified: readonly ("email" | "phone" | "external")[];
    fields: readonly string[];
  }
>;
/** The person granted or withdrew a permission. */
export type DecideConsent = Command<"customer.decide_consent", Consent>;
/** What an order now means for the person's numbers. */
export type RecordPurchase = Command<"customer.record_purchase", { purchase: Purchase }>;
/** The order belongs to another card. */
export type RemovePurchase = Command<"customer.remove_purchase", { orderId: string }>;
/** Two cards may be one person. */
export type SuggestMerge = Command<"customer.suggest_merge", { otherCustomerId: string }>;
export type CustomerCommand = IntroduceCustomer | DecideConsent | RecordPurchase | RemovePurchase | SuggestMerge;

/** How many cards one card remembers as possibly the same person. */
export const MERGE_CANDIDATES_MAX = 20;

const consentKey = ({ channel, purpose }: { channel: MessageChannel; purpose: Purpose }) => `${channel}:${purpose}`;

/** Purchases in the order in which "n-th order" and the days between are counted. */
export const comparePurchases = (a: Purchase, b: Purchase): number =>
  compareText(a.placedAt, b.placedAt) || compareText(a.day, b.day) || compareText(a.orderId, b.orderId);

/** A person: who they let message them and what they bought. */
export const customer: Decider<Customer, CustomerCommand, CustomerEvent> = {
  initial: { status: "absent" },
  decide(command, state) {
    if (command.type === "customer.introduce") return introduce(command, state);
    if (state.status === "absent") reject("customer_not_found", "There is no such customer.");
    const { at, data } = command;
    const { customerId } = state;
    switch (command.type) {
      case "customer.decide_consent":
        return decideConsent(command, state);
      case "customer.record_purchase": {
        const known = state.purchases.find(({ orderId }) => orderId === command.data.purchase.orderId);
        if (known && samePurchase(known, command.data.purchase)) return [];
        return [{ type: "customer.purchase_recorded", at, data: { customerId, purchase: command.data.purchase } }];
      }
      case "customer.remove_purchase": {
        const { orderId } = command.data;
        if (!state.purchases.some((one) => one.orderId === orderId)) return [];
        return [{ type: "customer.purchase_removed", at, data: { customerId, orderId } }];
      }
      case "customer.suggest_merge": {
        const { otherCustomerId } = command.data;
        if (otherCustomerId === customerId || state.mergeCandidates.includes(otherCustomerId)) return [];
        if (state.mergeCandidates.length >= MERGE_CANDIDATES_MAX) return [];
        return [{ type: "customer.merge_suggested", at, data: { customerId, otherCustomerId } }];
      }
      default:
        return unreachable(data as never);
    }
  },
  evolve,
};

/** True when an order means the same for the person's numbers. */
export const samePurchase = (a: Purchase, b: Purchase) =>
  (Object.keys(a) as (keyof Purchase)[]).every((key) => a[key] === b[key]);

function introduce({ at, data }: IntroduceCustomer, state: Customer): CustomerEvent[] {
  const { customerId, placeholder, test, identified, fields } = data;
  const events: CustomerEvent[] = [];
  if (state.status === "absent") {
    events.push({ type: "customer.created", at, data: { customerId, placeholder, ...(test && { test }) } });
    return events;
  }
  for (const kind of new Set(identified)) events.push({ type: "customer.identified", at, data: { customerId, kind } });
  if (fields.length > 0) events.push({ type: "customer.updated", at, data: { customerId, fields: [...fields] } });
  return events;
}

/** The later decision stands; of two at one instant the withdrawal does, then the source decides. */
const compareConsents = (a: Consent, b: Consent): number =>
  compareText(a.decidedAt, b.decidedAt) || Number(b.granted) - Number(a.granted) || compareText(a.source, b.source);

function decideConsent({ at, data }: DecideConsent, state: KnownCustomer): CustomerEvent[] {
  const known = state.consents[consentKey(data)];
  if (known && compareConsents(data, known) <= 0) return [];
  return [{ type: "customer.consent_changed", at, data: { customerId: state.customerId, ...data } }];
}

function evolve(state: Customer, event: CustomerEvent): Customer {
  if (event.type === "customer.created") {
    const empty = { consents: {}, purchases: [], mergeCandidates: [] };
    return { status: "known", ...event.data, createdAt: event.at, ...empty };
  }
  if (state.status === "absent") return state;
  switch (event.type) {
    case "customer.identified":
      return { ...state, placeholder: false };
    case "customer.updated":
      return state;
    case "customer.consent_changed": {
      const { customerId: _, ...consent } = event.data;
      return { ...state, consents: { ...state.consents, [consentKey(consent)]: consent } };
    }
    case "customer.purchase_recorded": {
      const { purchase } = event.data;
      const others = state.purchases.filter(({ orderId }) => orderId !== purchase.orderId);
      return { ...state, purchases: [...others, purchase].sort(comparePurchases) };
    }
    case "customer.purchase_removed":
      return { ...state, purchases: state.purchases.filter(({ orderId }) => orderId !== event.data.orderId) };
    case "customer.merge_suggested": {
      return { ...state, mergeCandidates: [...state.mergeCandidates, event.data.otherCustomerId] };
    }
    default:
      return unreachable(event);
  }
}

/** True when the person allows messages of a purpose on a channel; silence is no permission. */
export const hasConsent = (state: Customer, channel: MessageChannel, purpose: Purpose): boolean =>
  state.status === "known" && state.consents[consentKey({ channel, purpose })]?.granted === true;

/** True when the person took a permission back. */
export const hasWithdrawn = (state: Customer, channel: MessageChannel, purpose: Purpose): boolean =>
  state.status === "known" && state.consents[consentKey({ channel, purpose })]?.granted === false;
