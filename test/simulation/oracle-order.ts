import type { Bounced, Dossier, Instant, MessageTruth, MismatchTruth, OrderFact } from "./facts.ts";
import { type OrderSaid, type StoreOpened, TEST_ADDRESS } from "./facts.ts";
import type { Money } from "./tally.ts";
import { after, earliest, latest, NEVER, newest, ofKind, once, rises, running, sorted, subsets, sum } from "./tally.ts";

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
/** In the order in which an order goes through them. */
const STAGES = ["new", "approval", "processing", "shipped", "delivered", "completed", "cancelled"];
/** The snapshots of an order, the oldest version first. */
export const snapshotsOf = (facts: Kept) => sorted(ofKind(facts, "order"), ({ updatedAt }) => updatedAt);
/** When an order was surely known, and to be that of a payment which does not name it itself; never, if it was not. */
const knownAt = (facts: Kept, payment?: string) => {
  const isNameless = ofKind(facts, "capture").some((one) => one.id === payment && one.isNameless);
  const telling = ofKind(facts, "order").filter(({ transaction }) => !isNameless || transaction === payment);
  return earliest(telling.map(({ acknowledgedAt }) => acknowledgedAt));
};
/** A provider's payments that are known to be this order's: they name it, or its platform names them. */
const paymentsIn = (facts: Kept) => [
  ...ofKind(facts, "capture").flatMap(({ id, isNameless }) => (isNameless ? [] : [id])),
  ...ofKind(facts, "order").map(({ transaction }) => transaction),
];

/** Every payment by evidence, once, in whatever currency and however it was told. */
function evidenceIn(facts: Kept): Money[] {
  const captures = ofKind(facts, "capture").filter(({ id }) => paymentsIn(facts).includes(id));
  return once<Money>([...ofKind(facts, "order").flatMap(({ payments }) => payments), ...captures]);
}

/** A provider's refund names its payment alone: it is of the order that this is known to be of. */
function refundsIn(facts: Kept): Money[] {
  const known = new Set(paymentsIn(facts));
  const told = ofKind(facts, "refund").filter(({ payment, by }) => (payment ? known.has(payment) : by !== "shopify"));
  const sums = Map.groupBy(once(told.filter(({ isSum }) => isSum)), ({ payment }) => payment);
  // Of two sums the larger one is the later one: it adds what the other does not tell.
  return [...once(told.filter(({ isSum }) => !isSum)), ...[...sums.values()].flatMap(rises)];
}

/** What the platform says went back, at the time when it first said so. */
function returnedIn(facts: Kept): OrderSaid["claim"] {
  const alone = ofKind(facts, "refund").filter(({ by }) => by === "shopify");
  return sorted([...ofKind(facts, "order").flatMap(({ refund = [] }) => refund), ...alone], ({ at }) => at)[0];
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
  const { fulfillmentStatus, shipped, delivered } = goodsIn(facts, header);
  const stage = stageOf(snapshots, facts, { processing: paidAtOf(header, evidence, counted), shipped, delivered });
  // Nothing is owed any more of a cancelled order. Money that went back is not owed again.
  const dueMinor = stage === "cancelled" ? 0 : Math.max(0, owed - paidMinor);
  const paymentStatus = statusOf(owed, paidMinor, refundedMinor);
  const isMissing = isDoubted && owed > 0 && (claim?.amountMinor ?? 0) >= owed && captures.length === 0;
  const truth = { stage, paymentStatus, fulfillmentStatus, paidMinor, refundedMinor, dueMinor };
  return { header, truth, payments, refunds, evidence, isMissing, hasForeign: captures.length > evidence.length };
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
  const sums = running(evidence.map(({ amountMinor }) => amountMinor));
  const covering = evidence[sums.findIndex((minor) => minor >= totalMinor)];
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

/** How far everything that was ordered is, by the newest version of each parcel, and since when. */
function goodsIn(facts: Kept, { units: ordered = 1 }: OrderSaid) {
  const told = [...ofKind(facts, "order").flatMap(({ parcels = [] }) => parcels), ...ofKind(facts, "parcel")];
  const sent = newest(told).filter(({ status }) => status !== "cancelled");
  const isAll = (some: typeof sent) => some.reduce((left, { units = ordered }) => left - units, ordered) <= 0;
  const partly = sent.length > 0 ? "partially_shipped" : "unfulfilled";
  if (!isAll(sent)) return { fulfillmentStatus: partly, shipped: NEVER, delivered: NEVER };
  // Who had a parcel once, had it, though it came back; what nobody took was not delivered.
  const had = new Map(newest(told.filter(({ deliveredAt }) => deliveredAt)).map((one) => [one.id, one.deliveredAt]));
  const taken = sent.filter(({ id, status }) => status !== "shipped" && had.has(id));
  const those = (way: string) => sent.filter(({ status }) => status === way);
  const ways = isAll(those("delivered")) ? ["delivered"] : ["shipped", "delivered"];
  return {
    fulfillmentStatus: ways.find((way) => those(way).length > 0) ?? "returned",
    shipped: latest(...sent.map(({ shippedAt }) => shippedAt)),
    delivered: isAll(taken) ? latest(...taken.map(({ id }) => had.get(id) ?? NEVER)) : NEVER,
  };
}

type Move = { stage: string; at: Instant; isStep?: boolean };

/** The last of what the store said anew, a person decided, and money and goods did by themselves: they only advance. */
function stageOf(snapshots: readonly OrderSaid[], facts: Kept, byItself: Readonly<Record<string, Instant>>): string {
  const said = snapshots.flatMap(({ status, updatedAt: at }) => (status ? [{ stage: status, at }] : []));
  const words = said.filter(({ stage }, nth) => stage !== (said[nth - 1]?.stage ?? "new"));
  const steps = Object.entries(byItself).map(([stage, at]) => ({ stage, at, isStep: true }));
  const all: Move[] = [...words, ...ofKind(facts, "move"), ...steps.filter(({ at }) => at < NEVER)];
  const isBack = (from: string, { stage, isStep }: Move) => isStep && STAGES.indexOf(stage) < STAGES.indexOf(from);
  return sorted(all, ({ at }) => at).reduce((from, move) => (isBack(from, move) ? from : move.stage), "new");
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
  return running(covering.sort((one, other) => one - other)).filter((minor) => minor > refunded).length > 1;
}

/** From when on everybody acts by a fact. A provider's money has to find its order first. */
const effectIn = (facts: Kept) => (fact: OrderFact) => {
  if ((fact.kind !== "capture" && fact.kind !== "refund") || fact.by !== "stripe") return fact.acknowledgedAt;
  const known = knownAt(facts, fact.kind === "refund" ? fact.payment : fact.id);
  return after(latest(fact.acknowledgedAt, known), EFFECT_MS);
};

/** What disagrees at last, and what may have disagreed meanwhile, by whatever part of what was said had been heard. */
export function mismatchesOf({ key, store, facts: all }: Dossier): MismatchTruth[] {
  // No parcel makes money agree: it neither cancels an order nor revives it.
  const facts = all.filter(({ kind }) => kind !== "parcel");
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
  const sought = ofKind(facts, "capture").filter((one) => one.by === "stripe" && one.saidAt < knownAt(facts, one.id));
  const told = (kind: string, subject: string, open: boolean): MismatchTruth => {
    return { kind, subject, open, opened: open ? "must" : "may" };
  };
  return [
    ...[...new Set([...meanwhile, ...atLast])].map((kind) => told(kind, key, atLast.includes(kind))),
    ...once(sought).map(({ id }) => told("unknown_order", `${store.store}/${id}`, knownAt(facts, id) === NEVER)),
  ];
}

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

/** A message, and the time in which it leaves when nothing holds it up. */
type Draft = { truth: MessageTruth; from: Instant; until: Instant; waiting: () => Draft };

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
  const otherwise = obstacles.every(({ never }) => never) ? "must" : "may";
  const sent = obstacles.some(({ always }) => always) ? "must_not" : otherwise;
  const delivery = isReminder ? "at_most_once" : "at_least_once";
  const waiting = () => draftOf(template, dossier, shut, after(placedAt, REMINDED_MS));
  const heldUp = lastAt === "" ? waiting().truth.sent : sent;
  const truth: MessageTruth = { template, order: dossier.key, sent, heldUp, delivery };
  return { truth, from, until, waiting };
}

/** The order's own ways out: it was cancelled; it was paid, if only in the words of its platform. */
function changesIn({ facts, store }: Dossier, { from, until }: Pick<Draft, "from" | "until">) {
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
