import type { Dossier, Fact, MetricTruth, Oracle, OrderFact } from "./facts.ts";
import { messagesOf, mismatchesOf, type Stand, snapshotsOf, standOf } from "./oracle-order.ts";
import { dayOf, daysBetween, grouped, ofKind, sorted, total } from "./tally.ts";

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
  const groups = sorted([...Map.groupBy(known, personOf).values()], ([first]) => first?.key ?? "");
  const messages = groups.flatMap((group) => messagesOf(group, ofKind(facts, "bounce")));
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
  return grouped(about, ({ store, order }) => `${store}/${order}`).flatMap(([key, all]) => {
    const store = ofKind(facts, "store").find((one) => one.store === all[0]?.store);
    return store ? [{ key, store, facts: all }] : [];
  });
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

type Row = Omit<MetricTruth, "store" | "denominator"> & { denominator?: number };

/** Each row of every order and person in its day and in all days, added up. */
function metricsOf(known: readonly Known[], groups: readonly Known[][]): MetricTruth[] {
  const rows = [MERCHANT, ...new Set(known.map((one) => one.store.store))].flatMap((store) => {
    const isWithin = (one: Known) => store === MERCHANT || one.store.store === store;
    const people = groups.map((group) => group.filter(isReal).filter(isWithin).filter(isCounted));
    const own = [...known.filter(isWithin).flatMap(salesOf), ...people.flatMap(customerOf)];
    return [...own, ...own.map((row) => ({ ...row, day: "total" }))].map((row) => ({ denominator: 0, ...row, store }));
  });
  const placeOf = ({ metric, store, currency, day }: MetricTruth) => [metric, store, currency, day].join(" ");
  return grouped(rows, placeOf).map(([, all]) => {
    const denominator = total(all, (row) => row.denominator) || 1;
    return { ...(all[0] as MetricTruth), numerator: total(all, (row) => row.numerator), denominator };
  });
}

const isCounted = ({ stand }: Known) => stand.truth.stage !== "cancelled";
const totalOf = ({ stand }: Known) => stand.header.totalMinor;

/** An order, unless it was cancelled, by its own day; its money by the money's days, whatever became of it. */
function salesOf(one: Known): Row[] {
  const { day, store, stand } = one;
  const { currency, timeZone } = store;
  const sold: Row[] = [
    { metric: "orders", day, numerator: 1 },
    { metric: "revenue", day, currency, numerator: totalOf(one) },
    { metric: "average_order_value", day, currency, numerator: totalOf(one), denominator: 1 },
  ];
  const moved = (metric: Row["metric"], all: typeof stand.payments): Row[] =>
    all.map(({ at, amountMinor }) => ({ metric, day: dayOf(at, timeZone), currency, numerator: amountMinor }));
  const money = [...moved("paid_revenue", stand.payments), ...moved("refunds", stand.refunds)];
  return isCounted(one) ? [...sold, ...money] : money;
}

/** What a customer's counted orders add: to the day of the first one, and to the days of the later ones. */
function customerOf(counted: readonly Known[]): Row[] {
  const orders = sorted(counted, ({ stand, day, key }) => `${stand.header.placedAt} ${day} ${key}`);
  const [first, ...later] = orders;
  if (!first) return [];
  const worth = [...Map.groupBy(orders, ({ store }) => store.currency)].map(([currency, own]) => {
    return { currency, numerator: total(own, totalOf) };
  });
  const placed = ({ stand }: Known) => stand.header.placedAt;
  // Of all zones that see the two instants the smallest number counts: which of several orders was first is not known.
  const gaps = later.map((one, nth) => {
    const [from, to] = [placed(orders[nth] as Known), placed(one)];
    const zones = orders.filter((order) => [from, to].includes(placed(order))).map(({ store }) => store.timeZone);
    return { day: one.day, numerator: Math.min(...zones.map((zone) => daysBetween(from, to, zone))) };
  });
  return [
    { metric: "customers_new", day: first.day, numerator: 1 },
    { metric: "repeat_purchase_rate", day: first.day, numerator: later.length > 0 ? 1 : 0, denominator: 1 },
    ...worth.map((one): Row => ({ metric: "lifetime_value", day: first.day, ...one, denominator: 1 })),
    ...gaps.map((one): Row => ({ metric: "days_between_orders", ...one, denominator: 1 })),
  ];
}
