import { isDeepStrictEqual } from "node:util";
import type { Mismatch } from "../../domain/mismatch/mismatch.ts";
import type { KnownPayment } from "../../domain/payment/payment.ts";
import { placedItem } from "../../functions/table/order-reader.ts";
import type { Item } from "../../functions/table/table.ts";
import { messagesIn } from "./checks.ts";
import type { Cloud } from "./cloud.ts";
import type { MetricTruth, OrderKey, Truth } from "./facts.ts";
import type { Shop } from "./speak.ts";

/** Whom the judge asks, and by what names the oracle knows their stores. */
export interface Court {
  cloud: Cloud;
  shops: ReadonlyMap<string, Shop>;
}

/** Days that the judge asks about: all that a world can speak of. */
const RANGE = "from=2026-10-25&to=2026-12-20";
const METRICS: readonly MetricTruth["metric"][] = [
  "orders",
  "revenue",
  "paid_revenue",
  "refunds",
  "average_order_value",
  "customers_new",
  "repeat_purchase_rate",
  "lifetime_value",
  "days_between_orders",
];
const MONEY = new Set<string>(["revenue", "paid_revenue", "refunds", "average_order_value", "lifetime_value"]);

/** Compares what Kolo says with the truth: a sentence for every difference. */
export async function judged(court: Court, truth: Truth): Promise<string[]> {
  const items = court.cloud.table.memory.items();
  const keys = keysOf(court, items);
  return [
    ...(await orders(court, keys, truth)),
    ...customers(items, keys, truth),
    ...(await metrics(court, truth)),
    ...messages(court, keys, truth),
    ...mismatches(court, items, keys, truth),
  ];
}

const statesOf = (items: readonly Item[], noun: string) =>
  items.filter(({ pk, sk }) => sk === "state" && pk.startsWith(`${noun}#`));

function nameOf({ shops }: Court, storeId: string): string {
  return [...shops].find(([, shop]) => shop.storeId === storeId)?.[0] ?? storeId;
}

/** The oracle's names of the orders, by our ids. */
function keysOf(court: Court, items: readonly Item[]): Map<string, OrderKey> {
  const placed = statesOf(items, "order").flatMap((item) => {
    const order = placedItem(item);
    if (!order) return [];
    return [[order.orderId, `${nameOf(court, order.storeId)}/${order.state.header.externalId}`] as const];
  });
  return new Map(placed);
}

function difference(what: string, actual: unknown, expected: unknown): string[] {
  if (isDeepStrictEqual(actual, expected)) return [];
  return [`${what} is ${JSON.stringify(actual)} and should be ${JSON.stringify(expected)}.`];
}

async function orders({ cloud }: Court, keys: ReadonlyMap<string, OrderKey>, truth: Truth): Promise<string[]> {
  const problems = difference("The list of orders", [...keys.values()].sort(), Object.keys(truth.orders).sort());
  for (const [orderId, key] of keys) {
    const { body } = await cloud.loop.finish(cloud.ask("orders", { path: `/v1/orders/${orderId}`, as: "owner" }));
    const { stage, paymentStatus, fulfillmentStatus, paid, refunded, due } = body;
    const money = { paidMinor: paid.amountMinor, refundedMinor: refunded.amountMinor, dueMinor: due.amountMinor };
    const actual = { stage, paymentStatus, fulfillmentStatus, ...money };
    problems.push(...difference(`The order ${key}`, actual, truth.orders[key]));
  }
  return problems;
}

/** The orders of each card, in alphabetical order. */
function cardsIn(items: readonly Item[], keys: ReadonlyMap<string, OrderKey>): Map<string, OrderKey[]> {
  const cards = new Map<string, OrderKey[]>();
  for (const item of statesOf(items, "order")) {
    const order = placedItem(item);
    const key = order && keys.get(order.orderId);
    const customerId = order?.state.customerId;
    if (key && customerId) cards.set(customerId, [...(cards.get(customerId) ?? []), key].sort());
  }
  return cards;
}

function customers(items: readonly Item[], keys: ReadonlyMap<string, OrderKey>, truth: Truth): string[] {
  const cards = cardsIn(items, keys);
  const sorted = (all: Iterable<readonly OrderKey[]>) => [...all].map((one) => one.join(" ")).sort();
  // A card is known by the first of its orders.
  const pairs = statesOf(items, "customer").flatMap(({ pk, state }) => {
    const { mergeCandidates = [] } = state as { mergeCandidates?: string[] };
    return mergeCandidates.map((other) => [pk.slice(pk.indexOf("#") + 1), other].map((id) => cards.get(id)?.[0]));
  });
  return [
    ...difference("The list of people's orders", sorted(cards.values()), sorted(truth.customers)),
    ...difference("The list of people who may be one", pairs.map((pair) => pair.join(" ")).sort(), truth.merges),
  ];
}

interface Shown {
  key: string;
  value: string | null;
  numerator?: string;
  denominator?: string;
}

/** A number as the oracle counts it: what it is divided into, and by what; a zero is nothing. */
function countedOf(metric: string, { value, numerator = value ?? "0", denominator = "1" }: Omit<Shown, "key">): string {
  const minor = MONEY.has(metric) ? 100 : 1;
  const over = Math.round(Number(numerator) * minor);
  const under = Number(denominator);
  const shown = value === null ? 0 : Number(value);
  const exact = under === 0 ? 0 : (over / minor / under) * (metric === "repeat_purchase_rate" ? 100 : 1);
  if (Math.abs(shown - exact) > 0.0001) return `${value} for ${over}/${under}`;
  return over === 0 && (denominator === "1" || under === 0) ? "" : `${over}/${under}`;
}

async function metrics({ cloud, shops }: Court, truth: Truth): Promise<string[]> {
  const actual = new Map<string, string>();
  const note = (of: Map<string, string>, where: string, counted: string) => counted && of.set(where, counted);
  const scopes = [
    ["merchant", ""] as const,
    ...[...shops].map(([name, { storeId }]) => [name, `&storeId=${storeId}`] as const),
  ];
  for (const metric of METRICS) {
    for (const [store, query] of scopes) {
      const path = `/v1/metrics/${metric}?${RANGE}&by=day${query}`;
      const { body } = await cloud.loop.finish(cloud.ask("metrics", { path, as: "owner" }));
      for (const row of body.rows as Shown[]) note(actual, `${metric} ${store} ${row.key}`, countedOf(metric, row));
      note(actual, `${metric} ${store} total`, countedOf(metric, body.total));
    }
  }
  const expected = new Map<string, string>();
  for (const { metric, store, day, numerator, denominator } of truth.metrics) {
    const isNothing = numerator === 0 && denominator <= 1 && !isShare(metric);
    note(expected, `${metric} ${store} ${day}`, isNothing ? "" : `${numerator}/${denominator}`);
  }
  const places = [...new Set([...actual.keys(), ...expected.keys()])].sort();
  return places.flatMap((place) => {
    const [is, should] = [actual.get(place), expected.get(place)];
    return same(is, should) ? [] : [`The metric ${place} is ${is ?? "nothing"} and should be ${should ?? "nothing"}.`];
  });
}

const isShare = (metric: string) => metric === "repeat_purchase_rate" || metric === "days_between_orders";
/** Nothing of one thing is nothing. */
const same = (is: string | undefined, should: string | undefined) => (is ?? "0/1") === (should ?? "0/1");

function messages({ cloud }: Court, keys: ReadonlyMap<string, OrderKey>, truth: Truth): string[] {
  const known = [...messagesIn(cloud.table.memory.items())];
  return truth.messages.flatMap(({ template, order, sent: inTime, heldUp, delivery }) => {
    const found = known.find(
      ([, { request }]) => request.template === template && keys.get(request.orderId ?? "") === order,
    );
    const [messageId = "", state] = found ?? [];
    const should = inTime === "must" && cloud.post.heldUp(messageId) ? heldUp : inTime;
    const sent = cloud.post.sent.filter((one) => one.messageId === messageId).length;
    const isDoubt = delivery === "at_most_once" && state?.status === "unknown";
    const why = state ? `${state.status} ${"reason" in state ? state.reason : ""}` : "never asked for";
    if (should === "must" && sent === 0 && !isDoubt) return [`The ${template} of ${order} was not sent: ${why}.`];
    if (should === "must_not" && sent > 0) return [`The ${template} of ${order} was sent against all rules: ${why}.`];
    return [];
  });
}

function mismatches(court: Court, items: readonly Item[], keys: ReadonlyMap<string, OrderKey>, truth: Truth): string[] {
  const payments = new Map(
    statesOf(items, "payment").map(({ pk, state }) => {
      const { storeId, externalId } = state as KnownPayment;
      return [pk.slice(pk.indexOf("#") + 1), `${nameOf(court, storeId)}/${externalId}`] as const;
    }),
  );
  const actual = new Map<string, string>(
    statesOf(items, "mismatch").flatMap(({ state }) => {
      const one = state as Exclude<Mismatch, { status: "absent" }>;
      const subject = one.paymentId ? payments.get(one.paymentId) : keys.get(one.orderId ?? "");
      const isOpened = one.status === "open" || ("openedAt" in one && one.openedAt !== undefined);
      return isOpened ? [[`${one.kind} of ${subject}`, one.status] as const] : [];
    }),
  );
  const told = truth.mismatches.map((one) => ({ ...one, name: `${one.kind} of ${one.subject}` }));
  const unknown = [...actual.keys()].filter((name) => !told.some((one) => one.name === name));
  return [
    ...unknown.map((name) => `The mismatch ${name} was opened and should not be (${actual.get(name)}).`),
    ...told.flatMap(({ name, open, opened }) => {
      const status = actual.get(name);
      if (status === undefined) return opened === "must" ? [`The mismatch ${name} was never opened.`] : [];
      return (status === "open") === open ? [] : [`The mismatch ${name} is ${status}, open: ${open}.`];
    }),
  ];
}
