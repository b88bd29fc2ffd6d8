import type {
  Amount,
  Bounced,
  CaptureSaid,
  Fact,
  Instant,
  MessageTruth,
  MismatchTruth,
  OrderKey,
  OrderSaid,
  OrderTruth,
  RefundSaid,
  StageMoved,
  StoreOpened,
} from "./facts.ts";

/** Whatever is said of one order. */
export type OrderFact = OrderSaid | CaptureSaid | RefundSaid | StageMoved;

/** All that was said of one order, before or after anybody knew of it. */
export interface Dossier {
  key: OrderKey;
  store: StoreOpened;
  facts: readonly OrderFact[];
}

/** Money with a day. */
export interface Money extends Amount {
  id: string;
  at: Instant;
}

/** Where an order stands by a set of facts. */
export interface Stand extends OrderTruth {
  header: OrderSaid;
  /** What counts as paid: the evidence, and what a claim that counts adds to it. */
  payments: Money[];
  refunds: Money[];
  /** Captures by evidence, in the order's currency. */
  evidence: Money[];
  hasForeign: boolean;
  claimIsMissed: boolean;
}

const HOUR_MS = 3_600_000;
/** What is said has had its effect after so long: the world is at rest within an hour. */
const EFFECT_MS = HOUR_MS;
const STALE_MS = 48 * HOUR_MS;
const REMINDER_MS = 24 * HOUR_MS;
/** Marketing to one person: so often within so long; the next one waits, perhaps until it is too late. */
const MARKETING_MAX = 3;
const MARKETING_MS = 7 * 24 * HOUR_MS;
const NEVER = "9999";
/** Stages that a paid order leaves by itself. */
const WAITING = ["new", "approval"];

const after = (at: Instant, ms: number): Instant => new Date(Date.parse(at) + ms).toISOString();
const earliest = (all: readonly Instant[]): Instant => all.reduce((least, at) => (at < least ? at : least), NEVER);
const latest = (all: readonly Instant[]): Instant => all.reduce((most, at) => (at > most ? at : most), "");
const byAt = (one: { at: Instant }, other: { at: Instant }) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0);
const ofKind = <K extends Fact["kind"]>(facts: readonly Fact[], kind: K) =>
  facts.filter((fact): fact is Extract<Fact, { kind: K }> => fact.kind === kind);
const once = <T extends { id: string }>(all: readonly T[]): T[] => [
  ...new Map(all.map((one) => [one.id, one])).values(),
];
/** The sum of amounts. */
export const sum = (all: readonly { amountMinor: number }[]) =>
  all.reduce((so, { amountMinor }) => so + amountMinor, 0);

/** The snapshots of an order, the oldest version first. */
export const snapshotsOf = (facts: readonly Fact[]): OrderSaid[] =>
  ofKind(facts, "order").sort((one, other) => (one.updatedAt < other.updatedAt ? -1 : 1));

/** Every payment by evidence, once, in whatever currency and however it was told. */
function evidenceIn(facts: readonly Fact[]): Money[] {
  const vouched = ofKind(facts, "order").flatMap(({ payments }) => payments);
  return once<Money>([...vouched, ...ofKind(facts, "capture")]).sort(byAt);
}

/** Money that went back. A provider's refund names its payment alone: without that, nobody knows of which order it is. */
function refundsIn(facts: readonly Fact[]): Money[] {
  const known = new Set(ofKind(facts, "capture").map(({ id }) => id));
  const refunds = ofKind(facts, "refund").filter(({ payment }) => payment === undefined || known.has(payment));
  return once<Money>(refunds).sort(byAt);
}

/** Where an order stands; nowhere without a snapshot. */
export function standOf(facts: readonly Fact[], { currency, paymentHook }: StoreOpened): Stand | undefined {
  const snapshots = snapshotsOf(facts);
  const header = snapshots.at(-1);
  if (!header) return undefined;
  const owed = header.totalMinor;
  const isOwn = (money: Amount) => money.currency === currency;
  const captures = evidenceIn(facts);
  const evidence = captures.filter(isOwn);
  const refunds = refundsIn(facts).filter(isOwn);
  const claim = claimIn(snapshots);
  const isDoubted = paymentHook && header.timing === "prepaid";
  const counted = isDoubted ? undefined : claim;
  const added = Math.max(0, (counted?.amountMinor ?? 0) - sum(evidence));
  const payments = counted && added > 0 ? [...evidence, { ...counted, amountMinor: added, currency }] : evidence;
  const [paidMinor, refundedMinor] = [sum(payments), sum(refunds)];
  const stage = stageOf(snapshots, ofKind(facts, "move"), paidAtOf(header, evidence, counted));
  const isClaimed = owed > 0 && (claim?.amountMinor ?? 0) >= owed;
  return {
    header,
    stage,
    paymentStatus: statusOf(owed, paidMinor, refundedMinor),
    paidMinor,
    refundedMinor,
    // Nothing is owed any more of a cancelled order. Money that went back is not owed again.
    dueMinor: stage === "cancelled" ? 0 : Math.max(0, owed - paidMinor),
    payments,
    refunds,
    evidence,
    hasForeign: captures.length > evidence.length,
    claimIsMissed: isDoubted && isClaimed && captures.length === 0,
  };
}

/** What the platform claims by its newest word, at the time when it first claimed so much. */
function claimIn(snapshots: readonly OrderSaid[]): { id: string; amountMinor: number; at: Instant } | undefined {
  const claim = snapshots.at(-1)?.claim;
  if (!claim) return undefined;
  const same = snapshots.flatMap((one) => (one.claim?.amountMinor === claim.amountMinor ? [one.claim.at] : []));
  return { id: "claim", amountMinor: claim.amountMinor, at: earliest(same) };
}

/** When what counts came to cover what is owed today; a claim and its evidence are one payment, of the earlier time. */
function paidAtOf(
  { totalMinor, placedAt }: OrderSaid,
  evidence: Money[],
  claim?: { amountMinor: number; at: Instant },
) {
  if (totalMinor === 0) return placedAt;
  const covering = evidence.find((_, index) => sum(evidence.slice(0, index + 1)) >= totalMinor);
  const times = [covering?.at, claim && claim.amountMinor >= totalMinor ? claim.at : undefined];
  const known = times.filter((at) => at !== undefined);
  return known.length > 0 ? earliest(known) : undefined;
}

function statusOf(owed: number, paid: number, refunded: number): string {
  if (refunded > 0) return refunded >= paid ? "refunded" : "partially_refunded";
  if (paid > owed) return "overpaid";
  if (paid === owed) return "paid";
  return paid > 0 ? "partially_paid" : "unpaid";
}

/** The last of what the store said anew, a person decided, and the money did by itself. */
function stageOf(snapshots: readonly OrderSaid[], moves: readonly StageMoved[], paidAt: Instant | undefined): string {
  let said = "new";
  const words = snapshots.flatMap(({ status, updatedAt }) => {
    if (status === undefined || status === said) return [];
    said = status;
    return [{ stage: status as string, at: updatedAt }];
  });
  const given = [...words, ...moves].sort(byAt);
  const last = given.at(-1);
  if (paidAt === undefined) return last?.stage ?? "new";
  const before = given.findLast(({ at }) => at <= paidAt)?.stage ?? "new";
  if (!WAITING.includes(before)) return last?.stage ?? "new";
  return last && last.at > paidAt ? last.stage : "processing";
}

/** What of the contract's table is true of an order as it stands, before any grace. */
function disagreementsOf(stand: Stand): string[] {
  const { stage, header, paidMinor, refundedMinor, evidence, hasForeign, claimIsMissed } = stand;
  const owed = header.totalMinor;
  // Amounts of two currencies do not compare: while one is told, nothing else is.
  if (hasForeign) return ["currency"];
  const kept = paidMinor - refundedMinor;
  const kinds = kept < 0 ? ["refund_exceeds_paid"] : [];
  if (stage === "cancelled") return kept > 0 ? ["paid_after_cancel"] : kinds;
  if (owed > 0 && coveringLeft(evidence, owed, refundedMinor) > 1) kinds.push("duplicate_capture");
  else if (kept > owed) kinds.push("amount_over");
  if (header.timing === "prepaid" && paidMinor > 0 && paidMinor < owed) kinds.push("amount_short");
  return claimIsMissed ? [...kinds, "missing_payment"] : kinds;
}

/** How many captures cover the whole debt each, when what went back went for as many of them as it can. */
function coveringLeft(evidence: readonly Money[], owed: number, refunded: number): number {
  const covering = evidence.map(({ amountMinor }) => amountMinor).filter((amountMinor) => amountMinor >= owed);
  let left = refunded;
  return covering
    .sort((one, other) => one - other)
    .filter((amountMinor) => {
      const isBack = left >= amountMinor;
      left -= isBack ? amountMinor : 0;
      return !isBack;
    }).length;
}

/** From when on everybody acts by a fact. A provider's money has to find its order first. */
function effectIn(facts: readonly OrderFact[]): (fact: OrderFact) => Instant {
  const placed = ofKind(facts, "order").map(({ acknowledgedAt }) => acknowledgedAt);
  const known = placed.length > 0 ? earliest(placed) : "";
  return (fact) => {
    const isSought = (fact.kind === "capture" || fact.kind === "refund") && fact.by === "stripe";
    return isSought ? after(latest([fact.acknowledgedAt, known]), EFFECT_MS) : fact.acknowledgedAt;
  };
}

const subsets = <T>(all: readonly T[]): T[][] =>
  all.reduce<T[][]>((sets, one) => sets.flatMap((set) => [set, [...set, one]]), [[]]);

/** What disagrees at last, and what may have disagreed meanwhile, by whatever part of what was said had been heard. */
export function mismatchesOf({ key, store, facts }: Dossier): MismatchTruth[] {
  const effectAt = effectIn(facts);
  const kindsBy = (heard: readonly OrderFact[]) => {
    const stand = standOf(heard, store);
    return stand ? disagreementsOf(stand) : [];
  };
  const meanwhile = facts.flatMap(({ saidAt: now }) => {
    const sure = facts.filter((fact) => effectAt(fact) <= now);
    const under = facts.filter((fact) => fact.saidAt <= now && effectAt(fact) > now);
    return subsets(under).flatMap((some) => kindsBy([...sure, ...some]));
  });
  const atLast = new Set(kindsBy(facts));
  const kinds = [...new Set([...meanwhile, ...atLast])];
  return [...kinds.map((kind) => mismatch(kind, key, atLast.has(kind))), ...unknownOrders(store, facts)];
}

const mismatch = (kind: string, subject: string, open: boolean): MismatchTruth => {
  return { kind, subject, open, opened: open ? "must" : "may" };
};

/** Provider's captures that came before anybody was sure to know of their order. */
function unknownOrders({ store }: StoreOpened, facts: readonly OrderFact[]): MismatchTruth[] {
  const heard = earliest(ofKind(facts, "order").map(({ acknowledgedAt }) => acknowledgedAt));
  return once(ofKind(facts, "capture").filter(({ by, saidAt }) => by === "stripe" && saidAt < heard)).map(({ id }) =>
    mismatch("unknown_order", `${store}/${id}`, heard === NEVER),
  );
}

/** What stands in the way of a message: for sure, or for sure not. Neither, where delays decide. */
interface Obstacle {
  always: boolean;
  never: boolean;
}

/** A message with the time in which it leaves when nothing holds it up. */
interface Draft {
  template: MessageTruth["template"];
  order: OrderKey;
  from: Instant;
  until: Instant;
  sent: MessageTruth["sent"];
}

/** What became of the messages about all orders of one person. */
export function messagesOf(dossiers: readonly Dossier[], bounces: readonly Bounced[]): MessageTruth[] {
  const snapshots = dossiers.flatMap(({ facts }) => ofKind(facts, "order"));
  const shut = bounces.filter(({ email }) => snapshots.some((one) => one.email === email));
  const reminders = dossiers.map((dossier) => draftOf("unpaid-reminder", dossier, shut));
  const rest = { atMost: 1 } as const;
  return [
    ...dossiers.map((dossier) => {
      const { template, order, sent } = draftOf("order-confirmation", dossier, shut);
      return { template, order, sent, ...rest, delivery: "at_least_once" } as const;
    }),
    ...reminders.map(({ template, order, sent, from, until }) => {
      const granted = snapshots.some(({ consent, saidAt }) => consent?.granted && saidAt <= until);
      // As long as the letter with the promo code is possible it may wait too long, or lose its consent on the way.
      const isShaken = snapshots.some(
        ({ consent, saidAt, acknowledgedAt }) =>
          consent?.granted === false && saidAt <= until && acknowledgedAt >= from,
      );
      const rivals = reminders.filter(
        (other) => other.order !== order && other.sent !== "must_not" && isNear(other, { from, until }),
      );
      const isOpen = sent === "must" && granted && (isShaken || rivals.length >= MARKETING_MAX);
      return { template, order, sent: isOpen ? "may" : sent, ...rest, delivery: "at_most_once" } as const;
    }),
  ];
}

const isNear = (other: Pick<Draft, "from" | "until">, { from, until }: Pick<Draft, "from" | "until">) =>
  other.from <= until && after(other.until, MARKETING_MS) >= from;

function draftOf(template: Draft["template"], { key, store, facts }: Dossier, shut: readonly Bounced[]): Draft {
  const snapshots = snapshotsOf(facts);
  const [{ placedAt, automations, timing }] = snapshots as [OrderSaid];
  const isReminder = template === "unpaid-reminder";
  const said = earliest(snapshots.map(({ saidAt }) => saidAt));
  const heard = earliest(snapshots.map(({ acknowledgedAt }) => acknowledgedAt));
  const dueAt = isReminder ? after(placedAt, REMINDER_MS) : placedAt;
  const [from, until] = [latest([said, dueAt]), after(latest([heard, dueAt]), EFFECT_MS)];
  const staleAt = after(placedAt, STALE_MS);
  const isMeant = automations === "all" && (!isReminder || timing === "prepaid");
  const obstacles: Obstacle[] = [
    { always: !isMeant, never: isMeant },
    { always: said > staleAt, never: until <= staleAt },
    {
      always: snapshots.every(({ email }) => !email),
      never:
        snapshots.some(({ email, acknowledgedAt }) => email && acknowledgedAt <= from) ||
        snapshots.every(({ email, saidAt }) => email || saidAt > heard),
    },
    {
      always: shut.some(({ acknowledgedAt }) => acknowledgedAt <= from),
      never: shut.every(({ saidAt }) => saidAt > until),
    },
    ...changes(facts, store, { from, until }).slice(0, isReminder ? 2 : 1),
  ];
  const sent = obstacles.some(({ always }) => always)
    ? "must_not"
    : obstacles.every(({ never }) => never)
      ? "must"
      : "may";
  return { template, order: key, from, until, sent };
}

/** The order's own ways out: it was cancelled; it was paid, if only in the words of its platform. */
function changes(facts: readonly OrderFact[], store: StoreOpened, { from, until }: Pick<Draft, "from" | "until">) {
  const effectAt = effectIn(facts);
  const snapshots = snapshotsOf(facts);
  const certain = snapshots.findLastIndex(({ acknowledgedAt }) => acknowledgedAt <= from);
  const lasting = snapshots.slice(Math.max(0, certain));
  const possible = snapshots.filter(({ saidAt }) => saidAt <= until);
  const isCancelled = ({ status }: OrderSaid) => status === "cancelled";
  const isRevived = ofKind(facts, "move").some(({ at }) => at > (lasting[0]?.updatedAt ?? ""));
  const isPaidBy = (isHeard: (fact: OrderFact) => boolean) => {
    const paid = sum(evidenceIn(facts.filter(isHeard)).filter(({ currency }) => currency === store.currency));
    return ({ totalMinor, claim }: OrderSaid) => Math.max(paid, claim?.amountMinor ?? 0) >= totalMinor;
  };
  return [
    { always: lasting.every(isCancelled) && !isRevived, never: !possible.some(isCancelled) },
    {
      always: lasting.every(isPaidBy((fact) => effectAt(fact) <= from)),
      never: !possible.some(isPaidBy(({ saidAt }) => saidAt <= until)),
    },
  ];
}
