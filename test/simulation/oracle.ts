import type { Dossier, Fact, MetricTruth, Oracle, OrderFact } from "./facts.ts";
import { messagesOf, mismatchesOf, type Stand, snapshotsOf, standOf } from "./oracle-order.ts";
import { dayOf, sorted } from "./tally.ts";

const DAY_MS = 86_400_000;
const MERCHANT = "merchant";

/** An order that is there, with all that the sums ask of it. */
type Known = Dossier & { stand: Stand; day: string };

/**
 * What is true by the facts alone, written from the contract and without a look at the product: no state, no order of
 * arrival, no differences that are added up. Where only delays could decide, it says `may`.
 */
export const oracle: Oracle = (facts) => {
  const dossiers = dossiersOf(facts);
  const known = dossiers.flatMap((dossier): Known[] => {
    const stand = standOf(dossier.facts, dossier.store);
    return stand ? [{ ...dossier, stand, day: dayOf(stand.header.placedAt, dossier.store.timeZone) }] : [];
  });
  const bounces = facts.filter((fact) => fact.kind === "bounce");
  const groups = sorted([...Map.groupBy(known, personOf).values()], ([first]) => first?.key ?? "");
  const messages = groups.flatMap((group) => messagesOf(group, bounces));
  return {
    orders: Object.fromEntries(known.map(({ key, stand }) => [key, stand.truth])),
    customers: groups.map((group) => group.map(({ key }) => key)),
    merges: mergesOf(groups),
    metrics: metricsOf(known.filter(isReal), groups),
    messages: sorted(messages, ({ template, order }) => `${template} ${order}`),
    mismatches: sorted(dossiers.filter(isReal).flatMap(mismatchesOf), ({ kind, subject }) => `${kind} ${subject}`),
  };
};

/** The facts of each order, also of those that are named and never told. */
function dossiersOf(facts: readonly Fact[]): Dossier[] {
  const about = facts.filter((fact): fact is OrderFact => fact.kind !== "store" && fact.kind !== "bounce");
  const stores = new Map(facts.flatMap((fact) => (fact.kind === "store" ? [[fact.store, fact] as const] : [])));
  const dossiers = [...Map.groupBy(about, ({ store, order }) => `${store}/${order}`)].flatMap(([key, all]) => {
    const store = stores.get(all[0]?.store ?? "");
    return store ? [{ key, store, facts: all }] : [];
  });
  return sorted(dossiers, ({ key }) => key);
}

/** The person whom any snapshot names: by the address, or else the number. An order of nobody is its own. */
function personOf({ key, facts }: Dossier): string {
  const snapshots = snapshotsOf(facts);
  const email = snapshots.find((one) => one.email)?.email;
  const person = email ?? snapshots.find((one) => one.phone)?.phone ?? `nobody ${key}`;
  return isReal({ facts }) ? person : `test ${person}`;
}

/** Whatever a key for testing told of counts nowhere. */
const isReal = ({ facts }: Pick<Dossier, "facts">) => !snapshotsOf(facts).some(({ test }) => test);

/** Whose number an order names that is somebody else's: of the person who gave it first. */
function mergesOf(groups: readonly Known[][]): string[] {
  const real = groups.flatMap((group) => group.filter(isReal).map(({ facts }) => ({ facts, of: group[0]?.key })));
  const told = real.flatMap(({ facts, of }) => snapshotsOf(facts).map(({ phone, saidAt }) => ({ phone, saidAt, of })));
  const given = sorted(told, ({ saidAt }) => saidAt).filter(({ phone }) => phone);
  const pairs = given.map(({ phone, of }) => [of, given.find((one) => one.phone === phone)?.of] as const);
  return [...new Set(pairs.filter(([one, other]) => one !== other).map((pair) => pair.join(" ")))].sort();
}

/** Adds to a number of a day, and to the same of all days. */
type Add = (row: Omit<MetricTruth, "store" | "denominator"> & { denominator?: number }) => void;

function metricsOf(known: readonly Known[], groups: readonly Known[][]): MetricTruth[] {
  const rows = new Map<string, MetricTruth>();
  for (const store of [MERCHANT, ...new Set(known.map((one) => one.store.store))]) {
    const add: Add = ({ day, numerator, denominator, ...rest }) => {
      for (const each of [day, "total"]) {
        const key = [rest.metric, store, rest.currency, each].join(" ");
        const { numerator: over, denominator: under } = rows.get(key) ?? { numerator: 0, denominator: 0 };
        const sums = { numerator: over + numerator, denominator: denominator === undefined ? 1 : under + denominator };
        rows.set(key, { ...rest, store, day: each, ...sums });
      }
    };
    const isWithin = (one: Known) => store === MERCHANT || one.store.store === store;
    for (const one of known.filter(isWithin)) addSales(add, one);
    for (const group of groups) addCustomer(add, group.filter(isReal).filter(isWithin).filter(isCounted));
  }
  return sorted([...rows.values()], ({ metric, store, currency, day }) => [metric, store, currency, day].join(" "));
}

const isCounted = ({ stand }: Known) => stand.truth.stage !== "cancelled";
const totalOf = ({ stand }: Known) => stand.header.totalMinor;

/** An order, unless it was cancelled, by its own day; its money by the money's days, whatever became of it. */
function addSales(add: Add, one: Known): void {
  const { currency, timeZone } = one.store;
  if (isCounted(one)) {
    const { day } = one;
    add({ metric: "orders", day, numerator: 1 });
    add({ metric: "revenue", day, currency, numerator: totalOf(one) });
    add({ metric: "average_order_value", day, currency, numerator: totalOf(one), denominator: 1 });
  }
  const { payments, refunds } = one.stand;
  for (const { at, amountMinor: numerator } of payments)
    add({ metric: "paid_revenue", day: dayOf(at, timeZone), currency, numerator });
  for (const { at, amountMinor: numerator } of refunds)
    add({ metric: "refunds", day: dayOf(at, timeZone), currency, numerator });
}

/** How many days of a zone begin after one order and not after the next; of two zones the smaller number counts. */
function daysFrom(earlier: Known, later: Known): number {
  const [from, to] = [earlier, later].map(({ stand }) => stand.header.placedAt) as [string, string];
  const days = [earlier, later].map(({ store: { timeZone } }) => {
    return (Date.parse(dayOf(to, timeZone)) - Date.parse(dayOf(from, timeZone))) / DAY_MS;
  });
  return Math.min(...days);
}

/** What a customer's counted orders add: to the day of the first one, and to the days of the later ones. */
function addCustomer(add: Add, counted: readonly Known[]): void {
  const orders = sorted(counted, ({ stand, day, key }) => `${stand.header.placedAt} ${day} ${key}`);
  const [first, ...later] = orders;
  if (!first) return;
  const { day } = first;
  add({ metric: "customers_new", day, numerator: 1 });
  add({ metric: "repeat_purchase_rate", day, numerator: later.length > 0 ? 1 : 0, denominator: 1 });
  for (const [currency, own] of Map.groupBy(orders, ({ store }) => store.currency)) {
    const numerator = own.reduce((revenue, one) => revenue + totalOf(one), 0);
    add({ metric: "lifetime_value", day, currency, numerator, denominator: 1 });
  }
  for (const [index, one] of later.entries()) {
    const numerator = daysFrom(orders[index] as Known, one);
    add({ metric: "days_between_orders", day: one.day, numerator, denominator: 1 });
  }
}
