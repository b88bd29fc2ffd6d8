import type { EventOf } from "../../events/event.ts";
import type {
  FulfillmentReported,
  OrderHeader,
  PaymentCaptured,
  PaymentRefunded,
  StageReported,
} from "../../events/order.ts";
import type { FactVersion, Instant, Messaging, Stage } from "../../events/values.ts";
import { compareText, compareVersions, isNewer } from "../kernel/facts.ts";
import { own } from "../kernel/own.ts";

type DataOf<S> = Omit<EventOf<S> extends { data: infer Data } ? Data : never, "orderId">;

/** Money that came in, by the provider's own id. */
export type Capture = DataOf<typeof PaymentCaptured>;
/** Money that went back, by the provider's own id. */
export type Refund = DataOf<typeof PaymentRefunded>;
/** Goods that were sent, by the platform's or carrier's own id. */
export type Fulfillment = DataOf<typeof FulfillmentReported>;
/** A stage that somebody gave the order. */
export type StageReport = DataOf<typeof StageReported>;

/** All that is known of an order, each fact by its own key, whatever the order in which they came. */
export interface OrderFacts {
  orderId: string;
  messaging: Messaging;
  test: boolean;
  /** True once the store had a payment provider's hook: claims of prepaid orders then wait for evidence. */
  evidenceExpected: boolean;
  stages: StageReport[];
  /** Since when the platform claims an amount (minor units) as paid. */
  claimedSince: Record<string, Instant>;
  captures: Record<string, Capture>;
  refunds: Record<string, Refund>;
  fulfillments: Record<string, Fulfillment>;
  /** Of parcels whose newest word does not say that the buyer had them: the newest one that does. */
  deliveries: Record<string, Fulfillment>;
  /** Of parcels of which another word than the newest says best when they left: that one. */
  departures: Record<string, Fulfillment>;
}

/** Nothing yet; facts that wait for the order itself; or an order that was placed. */
export type Order =
  | { status: "absent" }
  | ({ status: "awaited" } & OrderFacts)
  | ({ status: "placed"; storeId: string; customerId: string; header: OrderHeader } & OrderFacts);

export type PlacedOrder = Extract<Order, { status: "placed" }>;
export type KnownOrder = Exclude<Order, { status: "absent" }>;

/** Reports kept per order: the newest ones, so that merging stays independent of the order of arrival. */
export const STAGE_REPORTS_MAX = 24;
/** Different claimed amounts kept per order. */
export const CLAIM_LEVELS_MAX = 24;

/** The state before any fact but with the order's id. */
export const nothingKnown = (orderId: string): KnownOrder => ({
  status: "awaited",
  orderId,
  messaging: "none",
  test: false,
  evidenceExpected: false,
  stages: [],
  claimedSince: {},
  captures: {},
  refunds: {},
  fulfillments: {},
  deliveries: {},
  departures: {},
});

const rankOf = (report: StageReport) => (report.by === "staff" ? 1 : 0);

/** Oldest first; of one instant the staff's word comes last. */
export const compareReports = (a: StageReport, b: StageReport): number =>
  compareText(a.reportedAt, b.reportedAt) || rankOf(a) - rankOf(b) || compareText(a.hash, b.hash);

/** A platform that repeats one status says nothing new in between: the first and last of such a run tell it all. */
const isInterior = (report: StageReport, index: number, all: readonly StageReport[]) =>
  [all[index - 1], all[index + 1]].every((next) => next?.by === report.by && next.stage === report.stage);

/** Adds a report; beyond the limit the oldest one that only repeats its neighbours goes, else the oldest. */
export function withReport(reports: readonly StageReport[], report: StageReport): StageReport[] {
  if (reports.some((known) => compareReports(known, report) === 0)) return [...reports];
  const all = [...reports, report].sort(compareReports);
  if (all.length > STAGE_REPORTS_MAX) all.splice(Math.max(0, all.findIndex(isInterior)), 1);
  return all;
}

type Versioned = { key: string; version: FactVersion };

const isLater = (one: Versioned, other: Versioned): boolean => isNewer(one.version, other.version);

/** The newest of each key, where it is newer than what is known; one delivery may name a key twice. */
export function newFacts<F extends Versioned>(
  told: readonly F[] = [],
  known: Readonly<Record<string, F>>,
  beats: (one: F, other: F) => boolean = isLater,
): F[] {
  const found = new Map<string, F>();
  for (const fact of told) {
    const old = found.get(fact.key) ?? own(known, fact.key);
    if (!old || beats(fact, old)) found.set(fact.key, fact);
  }
  return [...found.values()];
}

/** When a parcel left by a word about it: when that says, else no later than it arrived or was told of. */
export const leftAt = ({ shippedAt, deliveredAt, version }: Fulfillment): Instant =>
  shippedAt ?? deliveredAt ?? version.at;

const tellsBetterWhenItLeft = (one: Fulfillment, other: Fulfillment): boolean => {
  if (one.shippedAt !== undefined && other.shippedAt !== undefined) return isLater(one, other);
  if (one.shippedAt !== undefined || other.shippedAt !== undefined) return one.shippedAt !== undefined;
  return (compareText(leftAt(other), leftAt(one)) || compareVersions(other.version, one.version)) > 0;
};

/** What words about a parcel may say besides where it is: which of them say it, and which of two counts. */
const LASTING = {
  /** A parcel that came back had been delivered only when a word about it says so: this one, or an earlier one. */
  deliveries: {
    says: ({ status, deliveredAt }: Fulfillment) =>
      status === "delivered" || (status === "returned" && deliveredAt !== undefined),
    beats: isLater,
  },
  /** The newest word that tells when it left; where none does, the earliest by which it had. */
  departures: {
    says: ({ status, shippedAt }: Fulfillment) => status !== "cancelled" || shippedAt !== undefined,
    beats: tellsBetterWhenItLeft,
  },
};
type Lasting = keyof typeof LASTING;
const KINDS: readonly Lasting[] = ["deliveries", "departures"];

/** The words that count of those by which parcels were delivered, or had left, by their keys. */
export function wordsOf(facts: OrderFacts, lasting: Lasting): Record<string, Fulfillment> {
  const { says, beats } = LASTING[lasting];
  const kept = facts[lasting] ?? {};
  const standing = Object.values(facts.fulfillments).filter((one) => {
    const other = own(kept, one.key);
    return says(one) && !(other && beats(other, one));
  });
  return { ...kept, ...Object.fromEntries(standing.map((one) => [one.key, one])) };
}

/** The words about parcels that say something new: where one is, or what the words that are known do not say. */
export const newFulfillments = (told: readonly Fulfillment[] = [], known: OrderFacts): Fulfillment[] => [
  ...new Set([
    ...KINDS.flatMap((lasting) => {
      const { says, beats } = LASTING[lasting];
      return newFacts(told.filter(says), wordsOf(known, lasting), beats);
    }),
    ...newFacts(told, known.fulfillments),
  ]),
];

const withBetter = (
  words: Record<string, Fulfillment>,
  told: Fulfillment,
  beats: (one: Fulfillment, other: Fulfillment) => boolean,
): Record<string, Fulfillment> => (newFacts([told], words, beats).length > 0 ? { ...words, [told.key]: told } : words);

/** Adds a word about a parcel, and keeps of it and of the others what the newest does not say. */
export function withFulfillment<F extends OrderFacts>(known: F, told: Fulfillment): F {
  const fulfillments = withBetter(known.fulfillments, told, isLater);
  const kept = (lasting: Lasting) => {
    const { says, beats } = LASTING[lasting];
    const before = wordsOf(known, lasting);
    const words = Object.values(says(told) ? withBetter(before, told, beats) : before);
    return Object.fromEntries(words.flatMap((one) => (one === fulfillments[one.key] ? [] : [[one.key, one]])));
  };
  return { ...known, fulfillments, deliveries: kept("deliveries"), departures: kept("departures") };
}

/** The newer version of a refund with the earliest time that was told of it; the old one itself when nothing is new. */
function withRefund(old: Refund, told: Refund): Refund {
  const refundedAt = told.refundedAt < old.refundedAt ? told.refundedAt : old.refundedAt;
  if (isNewer(told.version, old.version)) return { ...told, refundedAt };
  return refundedAt === old.refundedAt ? old : { ...old, refundedAt };
}

/**
 * The refunds that say something new: an unknown one, a newer version, or an earlier time. A platform that lists
 * refunds without their times tells them with the time of each later change of the order, so the earliest is nearest
 * the truth.
 */
export function newRefunds(told: readonly Refund[] = [], known: Readonly<Record<string, Refund>>): Refund[] {
  const found = new Map<string, Refund>();
  for (const refund of told) {
    const old = found.get(refund.key) ?? known[refund.key];
    const merged = old ? withRefund(old, refund) : refund;
    if (merged !== old) found.set(refund.key, merged);
  }
  return [...found.values()];
}

/** Adds a claimed amount with the earliest time it was claimed at. */
export function withClaim(since: Record<string, Instant>, amountMinor: number, at: Instant): Record<string, Instant> {
  const known = since[amountMinor];
  if (known !== undefined && known <= at) return since;
  const entries = Object.entries<Instant>({ ...since, [amountMinor]: at });
  const earliest = entries.sort((a, b) => compareText(a[1], b[1]) || Number(a[0]) - Number(b[0]));
  return Object.fromEntries(earliest.slice(0, CLAIM_LEVELS_MAX));
}

/** The stages an order goes through by itself; a person may put it anywhere. */
export const STAGES_BEFORE_PROCESSING: readonly Stage[] = ["new", "approval"];
export const STAGES_BEFORE_SHIPPED: readonly Stage[] = ["new", "approval", "processing"];
export const STAGES_BEFORE_DELIVERED: readonly Stage[] = ["new", "approval", "processing", "shipped"];
