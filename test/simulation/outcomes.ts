import type { Fact, Truth } from "./facts.ts";
import { ofKind } from "./tally.ts";

/** Stories of which every run must have told some. */
const stories: Readonly<Record<string, (facts: readonly Fact[], truth: Truth) => number>> = {
  "order of a key for testing": (facts) => facts.filter((one) => one.kind === "order" && one.test).length,
  "payment hook connected late": (facts) => facts.filter((one) => one.kind === "store" && one.hookedAt).length,
  "people who may be one": (_, { merges }) => merges.length,
  "refund as a sum so far": (facts) => facts.filter((one) => one.kind === "refund" && one.isSum).length,
  "refund by its platform alone": (facts) =>
    facts.filter((one) => one.kind === "refund" && one.by === "shopify").length,
  "refund with its order, shopify": (facts) => listed(facts, "shopify"),
  "refund with its order, woocommerce": (facts) => listed(facts, "woocommerce"),
  ...Object.fromEntries(
    ["partially_shipped", "shipped", "delivered", "returned"].map((status) => [
      `order that is ${status}`,
      (_: readonly Fact[], { orders }: Truth) =>
        Object.values(orders).filter((one) => one.fulfillmentStatus === status).length,
    ]),
  ),
  "parcel by its platform alone": (facts) => facts.filter(({ kind }) => kind === "parcel").length,
  "parcel that was called back": (facts) =>
    facts.filter((one) => one.kind === "order" && one.parcels?.some(({ status }) => status === "cancelled")).length,
  "parcel that came back and that nobody had taken": (_, { orders }) =>
    Object.values(orders).filter((one) => one.fulfillmentStatus === "returned" && one.stage === "shipped").length,
  "parcel that came back and was sent again": (facts) =>
    ofKind(facts, "order").filter(({ parcels = [] }) => {
      const back = parcels.filter(({ status }) => status === "returned");
      return back.some(({ at }) => parcels.some(({ shippedAt }) => shippedAt > at));
    }).length,
  "payment that only its platform names": (facts) => nameless(facts).filter(({ id }) => isNamed(facts, id)).length,
  "payment that nobody names": (facts) => nameless(facts).filter(({ id }) => !isNamed(facts, id)).length,
  "payment of a provider that its store names too": (facts) =>
    facts.filter((one) => one.kind === "order" && one.payments.some(({ id }) => id.startsWith("pi_"))).length,
  "payment of a provider of which its store has another amount": (facts) =>
    ofKind(facts, "capture").filter(({ id, amountMinor }) =>
      ofKind(facts, "order").some(({ payments }) =>
        payments.some((one) => one.id === id && one.amountMinor !== amountMinor),
      ),
    ).length,
  "money that is missed": (_, { mismatches }) =>
    mismatches.filter(({ kind, open }) => kind === "missing_payment" && open).length,
};

const listed = (facts: readonly Fact[], by: string) =>
  facts.filter((one) => one.kind === "order" && one.by === by && one.refund).length;

const nameless = (facts: readonly Fact[]) => ofKind(facts, "capture").filter((one) => one.isNameless);
const isNamed = (facts: readonly Fact[], payment: string) =>
  facts.some((one) => one.kind === "order" && one.transaction === payment);

/** How often each story was told, to be counted with the faults. */
export const storiesIn = (facts: readonly Fact[], truth: Truth): [string, number][] =>
  Object.entries(stories).map(([name, count]) => [`told -> ${name}`, count(facts, truth)]);

/** What every fault must have led to somewhere among the worlds of a run: one that never happened proves nothing. */
export const outcomes: readonly string[] = [
  ...Object.keys(stories).map((name) => `told -> ${name}`),
  "batch of the stream -> handed to two at once",
  "bus out of order -> done",
  "bus out of order -> failed",
  "conflict -> died",
  "conflict -> done",
  "conflict -> failed",
  "crash after a call -> died",
  "crash before a call -> died",
  "delay -> minutes",
  "delay -> up to 48 hours",
  "duplicate -> after the first was acknowledged: 200",
  "duplicate -> after the first was acknowledged: 201",
  "duplicate -> after the first was acknowledged: 500",
  "duplicate -> after the first was acknowledged: 502",
  "duplicate -> before the first was acknowledged: 200",
  "duplicate -> before the first was acknowledged: 201",
  "duplicate -> before the first was acknowledged: 404",
  "event of the bus -> handed over twice",
  "event refused by the bus -> done",
  "event refused by the bus -> failed",
  "execution -> ran twice",
  "failure of a batch -> halved",
  "failures of one batch -> given up",
  "failures of one execution -> left to the sweep",
  "failures of one execution -> put aside",
  "failures of one message -> dead letter",
  "hurry -> asked to wait",
  "hurry -> failed",
  "hurry -> served",
  "lost answer of a mail that did not leave -> done",
  "lost answer of a mail that left -> done",
  "lost answer of a transaction -> done",
  "lost answer of a write -> done",
  "lost answer of the bus -> done",
  "lost answer of the machine -> done",
  "lost answer of the scheduler -> done",
  "lost answer of the scheduler -> failed",
  "lost answer of the topic -> done",
  "machine out of order -> done",
  "mail throttled -> done",
  "message handed out again -> after it was dealt with",
  "quarantined delivery (fault) -> replayed: 200",
  "receipt -> lost",
  "reordering -> overtaken by up to 10",
  "reordering -> overtaken by up to 3",
  "reordering -> overtaken by up to 50",
  "reordering -> overtaken by what was said later",
  "schedule -> ran twice",
  "scheduler out of order -> done",
  "scheduler out of order -> failed",
  "secret -> replaced",
  "shard split -> two children",
  "stale read -> nothing missing",
  "stale read -> older state",
  "stream read again -> from before",
  "throttle -> absorbed by the SDK",
  "throttle -> done",
  "throttle -> failed",
  "topic out of order -> done",
];
