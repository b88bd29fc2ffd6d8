import type { EventOf } from "../../events/event.ts";
import type {
  FulfillmentReported,
  OrderHeader,
  PaymentCaptured,
  PaymentRefunded,
  StageReported,
} from "../../events/order.ts";
import type { FactVersion, Instant, Messaging, Stage } from "../../events/values.ts";
import { compareText, isNewer } from "../kernel/facts.ts";

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
  /** Of parcels whose newest word does not say when they left: the newest one that does. */
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

/** The newest of each key, where it is newer than what is known; one delivery may name a key twice. */
export function newFacts<F extends { key: string; version: FactVersion }>(
  told: readonly F[] = [],
  known: Readonly<Record<string, F>>,
): F[] {
  const found = new Map<string, F>();
  for (const fact of told) {
    const old = found.get(fact.key) ?? known[fact.key];
    if (isNewer(fact.version, old?.version)) found.set(fact.key, fact);
  }
  return [...found.values()];
}

/** What a word about a parcel may say besides where it is; it stays said while newer words are silent about it. */
const SAYS = {
  /** A parcel that came back had been delivered only when a word about it says so: this one, or an earlier one. */
  deliveries: ({ status, deliveredAt }: Fulfillment) =>
    status === "delivered" || (status === "returned" && deliveredAt !== undefined),
  departures: ({ shippedAt }: Fulfillment) => shippedAt !== undefined,
};
type Lasting = keyof typeof SAYS;
const LASTING: readonly Lasting[] = ["deliveries", "departures"];

/** The newest words by which parcels were delivered, or that say when they left, by their keys. */
export function wordsOf(facts: OrderFacts, lasting: Lasting): Record<string, Fulfillment> {
  const standing = Object.values(facts.fulfillments).filter(SAYS[lasting]);
  return { ...facts[lasting], ...Object.fromEntries(standing.map((one) => [one.key, one])) };
}

/** The words about parcels that say something new: where one is, or, told late, what newer words are silent about. */
export const newFulfillments = (told: readonly Fulfillment[] = [], known: OrderFacts): Fulfillment[] => [
  ...new Set([
    ...LASTING.flatMap((lasting) => newFacts(told.filter(SAYS[lasting]), wordsOf(known, lasting))),
    ...newFacts(told, known.fulfillments),
  ]),
];

const withNewer = (known: Record<string, Fulfillment>, told: Fulfillment): Record<string, Fulfillment> =>
  isNewer(told.version, known[told.key]?.version) ? { ...known, [told.key]: told } : known;

/** Adds a word about a parcel, and keeps of it and of the older ones what the newest is silent about. */
export function withFulfillment<F extends OrderFacts>(known: F, told: Fulfillment): F {
  const fulfillments = withNewer(known.fulfillments, told);
  const kept = (lasting: Lasting) => {
    const before = wordsOf(known, lasting);
    const words = Object.values(SAYS[lasting](told) ? withNewer(before, told) : before);
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
