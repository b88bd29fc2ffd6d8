import type { Bounced, Dossier, Instant, MessageTruth, MismatchTruth, OrderFact, OrderSaid } from "./facts.ts";
import { type StoreOpened, TEST_ADDRESS } from "./facts.ts";
import { after, earliest, latest, type Money, NEVER, ofKind, once, sorted, subsets, sum } from "./tally.ts";

type Kept = readonly OrderFact[];

const HOUR_MS = 3_600_000;
/** What is said has had its effect after so long: the world is at rest within an hour. */
const EFFECT_MS = HOUR_MS;
const STALE_MS = 48 * HOUR_MS;
const REMINDER_MS = 24 * HOUR_MS;
/** Who was just told of an order is not asked for its money in the same breath. */
const BREATH_MS = HOUR_MS;
/** A reminder is pointless so long after the placing. */
const REMINDED_MS = 72 * HOUR_MS;
/** Marketing to one person: so often within so long; the next one waits, or goes without the marketing. */
const MARKETING_MAX = 3;
const MARKETING_MS = 7 * 24 * HOUR_MS;
/** The snapshots of an order, the oldest version first. */
export const snapshotsOf = (facts: Kept) => sorted(ofKind(facts, "order"), ({ updatedAt }) => updatedAt);
/** When an order was surely known; never, if it was not. */
const knownAt = (facts: Kept) => earliest(ofKind(facts, "order").map(({ acknowledgedAt }) => acknowledgedAt));

/** Every payment by evidence, once, in whatever currency and however it was told. */
const evidenceIn = (facts: Kept): Money[] =>
  once<Money>([...ofKind(facts, "order").flatMap(({ payments }) => payments), ...ofKind(facts, "capture")]);

/** A provider's refund names its payment alone: without that, nobody knows of which order it is. */
function refundsIn(facts: Kept): Money[] {
  const known = new Set(ofKind(facts, "capture").map(({ id }) => id));
  const told = ofKind(facts, "refund").filter(({ payment, by }) => (payment ? known.has(payment) : by !== "shopify"));
  const sums = Map.groupBy(once(told.filter(({ isSum }) => isSum)), ({ payment }) => payment);
  // Of two sums the larger one is the later one: it adds what the other does not tell.
  const steps = [...sums.values()].flatMap((all) => {
    const rising = all.sort((one, other) => one.amountMinor - other.amountMinor);
    return rising.map((one, nth) => ({ ...one, amountMinor: one.amountMinor - (rising[nth - 1]?.amountMinor ?? 0) }));
  });
  return [...once(told.filter(({ isSum }) => !isSum)), ...steps];
}

/** What the platform says went back, at the time when it first said so. */
function returnedIn(facts: Kept): OrderSaid["claim"] {
  const told = [...ofKind(facts, "order").flatMap(({ refund = [] }) => refund), ...ofKind(facts, "refund")];
  return sorted(
    told.filter((one) => !("by" in one) || one.by === "shopify"),
    ({ at }) => at,
  )[0];
}

/** A claim and the evidence of it are one payment: the claim adds what evidence does not show yet. */
function withWord<T extends { at: Instant; amountMinor: number }>(evidence: T[], word: OrderSaid["claim"]) {
  const added = (word?.amountMinor ?? 0) - sum(evidence);
  return word && added > 0 ? [...evidence, { at: word.at, amountMinor: added }] : evidence;
}

/** Where an order stands by a set of facts; nowhere without a snapshot. */
export function standOf(facts: Kept, { currency, paymentHook, hookedAt = NEVER }: StoreOpened) {
  const snapshots = snapshotsOf(facts);
  const header = snapshots.at(-1);
  if (!header) return undefined;
  const owed = header.totalMinor;
  const captures = evidenceIn(facts);
  const evidence = captures.filter((one) => one.currency === currency);
  const returned = refundsIn(facts).filter((one) => one.currency === currency);
  const claim = claimIn(snapshots);
  // What the platform took for paid before there was a hook is not doubted any more.
  const isKnown = snapshots.some(({ saidAt }) => saidAt > hookedAt);
  const isHooked = paymentHook || (isKnown && !snapshots.some((one) => one.claim && one.saidAt < hookedAt));
  const isDoubted = isHooked && header.timing === "prepaid";
  const counted = isDoubted ? undefined : claim;
  const payments = withWord(evidence, counted);
  const refunds = withWord(returned, isDoubted ? undefined : returnedIn(facts));
  const [paidMinor, refundedMinor] = [sum(payments), sum(refunds)];
  const stage = stageOf(snapshots, facts, paidAtOf(header, evidence, counted));
  // Nothing is owed any more of a cancelled order. Money that went back is not owed again.
  const dueMinor = stage === "cancelled" ? 0 : Math.max(0, owed - paidMinor);
  const paymentStatus = statusOf(owed, paidMinor, refundedMinor);
  const isMissing = isDoubted && owed > 0 && (claim?.amountMinor ?? 0) >= owed && captures.length === 0;
  const hasForeign = captures.length > evidence.length;
  const truth = { stage, paymentStatus, paidMinor, refundedMinor, dueMinor };
  return { header, truth, payments, refunds, evidence, hasForeign, isMissing };
}

export type Stand = NonNullable<ReturnType<typeof standOf>>;

/** What the platform claims by its newest word, at the time when it first claimed so much. */
function claimIn(snapshots: readonly OrderSaid[]): OrderSaid["claim"] {
  const claim = snapshots.at(-1)?.claim;
  const same = snapshots.filter((one) => claim && one.claim?.amountMinor === claim.amountMinor);
  return claim && { ...claim, at: earliest(same.map((one) => one.claim?.at ?? NEVER)) };
}

/** When what counts came to cover what is owed today: by the claim or the evidence, whichever was earlier. */
function paidAtOf({ totalMinor, placedAt }: OrderSaid, evidence: readonly Money[], claim: OrderSaid["claim"]): Instant {
  if (totalMinor === 0) return placedAt;
  const covering = evidence.find((_, index) => sum(evidence.slice(0, index + 1)) >= totalMinor);
  return earliest([covering?.at ?? NEVER, claim && claim.amountMinor >= totalMinor ? claim.at : NEVER]);
}

function statusOf(owed: number, paid: number, refunded: number): string {
  const excess = Math.max(0, paid - owed);
  // What came beyond the debt and went back leaves the order as paid as it was.
  if (refunded > excess || (refunded > 0 && refunded === paid))
    return refunded >= paid ? "refunded" : "partially_refunded";
  if (paid >= owed) return refunded < excess ? "overpaid" : "paid";
  return paid > 0 ? "partially_paid" : "unpaid";
}

/** The last of what the store said anew, a person decided, and the money did by itself. */
function stageOf(snapshots: readonly OrderSaid[], facts: Kept, paidAt: Instant): string {
  let said = "new";
  const words = snapshots.flatMap(({ status = said, updatedAt: at }) => {
    const isNews = status !== said;
    said = status;
    return isNews ? [{ stage: said, at }] : [];
  });
  const given = sorted<{ stage: string; at: Instant }>([...words, ...ofKind(facts, "move")], ({ at }) => at);
  const before = given.findLast(({ at }) => at <= paidAt)?.stage ?? "new";
  const later = given.findLast(({ at }) => at > paidAt)?.stage;
  return later ?? (paidAt !== NEVER && ["new", "approval"].includes(before) ? "processing" : before);
}

/** What of the contract's table is true of an order as it stands, before any grace. */
function disagreementsOf({ header, truth, evidence, hasForeign, isMissing }: Stand): string[] {
  const { totalMinor: owed, timing } = header;
  const { stage, paidMinor, refundedMinor } = truth;
  const kept = paidMinor - refundedMinor;
  // Money in another currency is one matter, and what came in the order's own is judged as if it stood alone.
  const kinds = [...(hasForeign ? ["currency"] : []), ...(kept < 0 ? ["refund_exceeds_paid"] : [])];
  if (stage === "cancelled") return kept > 0 ? [...kinds, "paid_after_cancel"] : kinds;
  if (isCoveredTwice(evidence, owed, refundedMinor)) kinds.push("duplicate_capture");
  else if (kept > owed) kinds.push("amount_over");
  if (timing === "prepaid" && paidMinor > 0 && paidMinor < owed) kinds.push("amount_short");
  return isMissing ? [...kinds, "missing_payment"] : kinds;
}

/** Whether two captures cover the whole debt each, when what went back undoes as many of them as it can. */
function isCoveredTwice(evidence: readonly Money[], owed: number, refunded: number): boolean {
  const covering = evidence.map(({ amountMinor }) => amountMinor).filter((minor) => owed > 0 && minor >= owed);
  let left = refunded;
  let standing = 0;
  for (const minor of covering.sort((one, other) => one - other)) {
    left -= minor;
    if (left < 0) standing += 1;
  }
  return standing > 1;
}

/** From when on everybody acts by a fact. A provider's money has to find its order first. */
function effectIn(facts: Kept): (fact: OrderFact) => Instant {
  const known = knownAt(facts);
  return ({ acknowledgedAt, ...fact }) => {
    const isSought = (fact.kind === "capture" || fact.kind === "refund") && fact.by === "stripe";
    return isSought ? after(latest(acknowledgedAt, known), EFFECT_MS) : acknowledgedAt;
  };
}

/** What disagrees at last, and what may have disagreed meanwhile, by whatever part of what was said had been heard. */
export function mismatchesOf({ key, store, facts }: Dossier): MismatchTruth[] {
  const kindsBy = (heard: Kept) => {
    const stand = standOf(heard, store);
    return stand ? disagreementsOf(stand) : [];
  };
  const effectAt = effectIn(facts);
  const meanwhile = facts.flatMap(({ saidAt: now }) => {
    const said = facts.filter(({ saidAt }) => saidAt <= now);
    const sure = said.filter((fact) => effectAt(fact) <= now);
    return subsets(said.filter((fact) => !sure.includes(fact))).flatMap((some) => kindsBy([...sure, ...some]));
  });
  const atLast = kindsBy(facts);
  const known = knownAt(facts);
  const sought = ofKind(facts, "capture").filter(({ by, saidAt }) => by === "stripe" && saidAt < known);
  const [must, may] = [{ open: true, opened: "must" } as const, { open: false, opened: "may" } as const];
  return [
    ...[...new Set([...meanwhile, ...atLast])].map((kind) => {
      return { kind, subject: key, ...(atLast.includes(kind) ? must : may) };
    }),
    ...once(sought).map(({ id }) => {
      return { kind: "unknown_order", subject: `${store.store}/${id}`, ...(known === NEVER ? must : may) };
    }),
  ];
}

/** The time in which a message leaves when nothing holds it up. */
type Span = { from: Instant; until: Instant };

/** What became of the messages about all orders of one person. */
export function messagesOf(dossiers: readonly Dossier[], bounces: readonly Bounced[]): MessageTruth[] {
  const snapshots = dossiers.flatMap(({ facts }) => ofKind(facts, "order"));
  const shut = bounces.filter(({ email }) => snapshots.some((one) => one.email === email));
  const reminders = dossiers.map((dossier) => draftOf("unpaid-reminder", dossier, shut));
  return [
    ...dossiers.map((dossier) => draftOf("order-confirmation", dossier, shut).truth),
    ...reminders.map((draft) => {
      const { truth, from } = draft;
      const isClose = (one: Draft) => one.from <= draft.until && after(one.waiting().until, MARKETING_MS) >= from;
      const rivals = reminders.filter(isClose);
      const isMany = rivals.filter((one) => one.truth.sent !== "must_not").length > MARKETING_MAX;
      // The letter with the promo code may wait for the limit as long as it makes sense: what is said meanwhile counts.
      const { truth: patient, until } = isMany ? draft.waiting() : draft;
      const decisions = snapshots.filter(({ consent, saidAt }) => consent && saidAt <= until);
      const isPromo = decisions.some(({ consent }) => consent?.granted);
      // As long as that letter is possible, it may lose its consent on the way.
      const isShaken = decisions.some(({ consent, acknowledgedAt }) => !consent?.granted && acknowledgedAt >= from);
      const isSure = !isPromo || (!isShaken && patient.sent === "must");
      return truth.sent === "must" && !isSure ? { ...truth, sent: "may" as const } : truth;
    }),
  ];
}

type Draft = Span & { truth: MessageTruth; waiting: () => Draft };

/** What becomes of a message that leaves when it is due, or at some time until `lastAt`. */
function draftOf(template: MessageTruth["template"], dossier: Dossier, shut: readonly Bounced[], lastAt = ""): Draft {
  const snapshots = snapshotsOf(dossier.facts);
  const [{ placedAt, automations, timing, test }] = snapshots as [OrderSaid];
  const isReminder = template === "unpaid-reminder";
  const said = earliest(snapshots.map(({ saidAt }) => saidAt));
  const known = knownAt(dossier.facts);
  const dueAt = (heardAt: Instant) =>
    isReminder ? latest(after(placedAt, REMINDER_MS), after(heardAt, BREATH_MS)) : latest(placedAt, heardAt);
  const [from, until] = [dueAt(said), latest(after(dueAt(known), EFFECT_MS), lastAt)];
  // Whether it is history is decided when it is heard of.
  const [staleAt, heardBy] = [after(placedAt, STALE_MS), after(latest(known, placedAt), EFFECT_MS)];
  const isListed = !test || snapshots.some(({ email }) => email === TEST_ADDRESS);
  const isMeant = automations === "all" && isListed && (!isReminder || timing === "prepaid");
  const hasAddress =
    snapshots.some(({ email, acknowledgedAt }) => email && acknowledgedAt <= from) ||
    snapshots.every(({ email, saidAt }) => email || saidAt > known);
  // What stands in the way: for sure, or for sure not. It is neither where delays decide.
  const obstacles = [
    { always: !isMeant, never: isMeant },
    { always: said > staleAt, never: heardBy <= staleAt },
    { always: snapshots.every(({ email }) => !email), never: hasAddress },
    { always: shut.some((one) => one.acknowledgedAt <= from), never: shut.every(({ saidAt }) => saidAt > until) },
    ...changesIn(dossier, { from, until }).slice(0, isReminder ? 2 : 1),
  ];
  const isFree = obstacles.every(({ never }) => never);
  const sent = obstacles.some(({ always }) => always) ? "must_not" : isFree ? "must" : "may";
  const delivery = isReminder ? "at_most_once" : "at_least_once";
  const truth: MessageTruth = { template, order: dossier.key, sent, atMost: 1, delivery };
  const waiting = () => draftOf(template, dossier, shut, after(placedAt, REMINDED_MS));
  return { truth, from, until, waiting };
}

/** The order's own ways out: it was cancelled; it was paid, if only in the words of its platform. */
function changesIn({ facts, store }: Dossier, { from, until }: Span) {
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
