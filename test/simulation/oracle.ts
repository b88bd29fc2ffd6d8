import type { Fact, MetricTruth, Oracle, OrderKey, StoreOpened } from "./facts.ts";
import {
  type Dossier,
  messagesOf,
  mismatchesOf,
  type OrderFact,
  type Stand,
  snapshotsOf,
  standOf,
  sum,
} from "./oracle-order.ts";

const DAY_MS = 86_400_000;
const MERCHANT = "merchant";

/** An order that is there, with all that the sums ask of it. */
interface Known {
  key: OrderKey;
  store: StoreOpened;
  stand: Stand;
  day: string;
}

/**
 * What is true by the facts alone, written from the contract and without a look at the product: no state, no order of
 * arrival, no arithmetic of differences. Where only delays could decide, it says `may`.
 */
export const oracle: Oracle = (facts) => {
  const dossiers = dossiersOf(facts);
  const known = dossiers.flatMap(({ key, store, facts: own }): Known[] => {
    const stand = standOf(own, store);
    return stand ? [{ key, store, stand, day: dayOf(stand.header.placedAt, store.timeZone) }] : [];
  });
  const groups = groupsOf(dossiers.filter(({ key }) => known.some((one) => one.key === key)));
  const bounces = facts.filter((fact) => fact.kind === "bounce");
  const orders = known.map(({ key, stand }) => {
    const { stage, paymentStatus, paidMinor, refundedMinor, dueMinor } = stand;
    return [key, { stage, paymentStatus, paidMinor, refundedMinor, dueMinor }] as const;
  });
  return {
    orders: Object.fromEntries(orders),
    customers: groups.map((group) => group.map(({ key }) => key)),
    metrics: metricsOf(
      known,
      groups.map((group) => known.filter(({ key }) => group.some((one) => one.key === key))),
    ),
    messages: sorted(
      groups.flatMap((group) => messagesOf(group, bounces)),
      ({ template, order }) => `${template} ${order}`,
    ),
    mismatches: sorted(dossiers.flatMap(mismatchesOf), ({ kind, subject }) => `${kind} ${subject}`),
  };
};

const sorted = <T>(all: readonly T[], by: (one: T) => string): T[] =>
  [...all].sort((one, other) => (by(one) < by(other) ? -1 : by(one) > by(other) ? 1 : 0));

const groupedBy = <T>(all: readonly T[], by: (one: T) => string): Map<string, T[]> =>
  all.reduce((groups, one) => groups.set(by(one), [...(groups.get(by(one)) ?? []), one]), new Map<string, T[]>());

/** The facts of each order, also of those that are named and never told. */
function dossiersOf(facts: readonly Fact[]): Dossier[] {
  const stores = facts.filter((fact) => fact.kind === "store");
  const about = facts.filter((fact): fact is OrderFact => fact.kind !== "store" && fact.kind !== "bounce");
  const dossiers = [...groupedBy(about, ({ store, order }) => `${store}/${order}`)].map(([key, own]) => {
    const store = stores.find((one) => one.store === own[0]?.store);
    if (!store) throw new Error(`Nobody opened the store of ${key}.`);
    return { key, store, facts: own };
  });
  return sorted(dossiers, ({ key }) => key);
}

/** Orders by the person whom any of their snapshots names: by the address, or else the number. */
function groupsOf(dossiers: readonly Dossier[]): Dossier[][] {
  const person = ({ key, facts }: Dossier) => {
    const snapshots = snapshotsOf(facts);
    const name = snapshots.find(({ email }) => email)?.email ?? snapshots.find(({ phone }) => phone)?.phone;
    return name ?? `nobody ${key}`;
  };
  return [...groupedBy(dossiers, person).values()];
}

const calendars = new Map<string, Intl.DateTimeFormat>();

/** The day of an instant in a zone. */
export function dayOf(at: string, timeZone: string): string {
  const format = { timeZone, year: "numeric", month: "2-digit", day: "2-digit" } as const;
  const calendar = calendars.get(timeZone) ?? new Intl.DateTimeFormat("en-CA", format);
  calendars.set(timeZone, calendar);
  return calendar.format(new Date(at));
}

/** Adds to a number of a day, and to the same of all days. */
type Add = (
  row: Pick<MetricTruth, "metric" | "store" | "day" | "numerator"> & { currency?: string; denominator?: number },
) => void;

function metricsOf(known: readonly Known[], groups: readonly Known[][]): MetricTruth[] {
  const rows = new Map<string, MetricTruth>();
  const add: Add = ({ metric, store, day, currency, numerator, denominator }) => {
    for (const each of [day, "total"]) {
      const key = [metric, store, currency, each].join(" ");
      const { numerator: over, denominator: under } = rows.get(key) ?? { numerator: 0, denominator: 0 };
      const value = { numerator: over + numerator, denominator: denominator === undefined ? 1 : under + denominator };
      rows.set(key, { metric, store, day: each, ...(currency && { currency }), ...value });
    }
  };
  const scopes = [MERCHANT, ...new Set(known.map(({ store }) => store.store))];
  for (const store of scopes) {
    const isWithin = (one: Known) => store === MERCHANT || one.store.store === store;
    for (const one of known.filter(isWithin)) addSales(add, store, one);
    for (const group of groups) addCustomer(add, store, group.filter(isWithin).filter(isCounted));
  }
  return sorted([...rows.values()], ({ metric, store, currency, day }) => [metric, store, currency, day].join(" "));
}

const isCounted = ({ stand }: Known) => stand.stage !== "cancelled";

/** An order, unless it was cancelled, by its own day; its money by the money's days, whatever became of it. */
function addSales(add: Add, scope: string, one: Known): void {
  const { stand, store, day } = one;
  const { currency, timeZone } = store;
  if (isCounted(one)) {
    const numerator = stand.header.totalMinor;
    add({ metric: "orders", store: scope, day, numerator: 1 });
    add({ metric: "revenue", store: scope, day, currency, numerator });
    add({ metric: "average_order_value", store: scope, day, currency, numerator, denominator: 1 });
  }
  for (const [metric, moneys] of [["paid_revenue", stand.payments] as const, ["refunds", stand.refunds] as const]) {
    for (const { at, amountMinor } of moneys) {
      add({ metric, store: scope, day: dayOf(at, timeZone), currency, numerator: amountMinor });
    }
  }
}

/** What a customer's counted orders add: to the day of the first one, and to the days of the later ones. */
function addCustomer(add: Add, store: string, counted: readonly Known[]): void {
  const orders = sorted(counted, ({ stand, day, key }) => [stand.header.placedAt, day, key].join(" "));
  const [first] = orders;
  if (!first) return;
  const { day } = first;
  add({ metric: "customers_new", store, day, numerator: 1 });
  add({ metric: "repeat_purchase_rate", store, day, numerator: orders.length > 1 ? 1 : 0, denominator: 1 });
  for (const [currency, own] of groupedBy(orders, (one) => one.store.currency)) {
    const numerator = sum(own.map(({ stand }) => ({ amountMinor: stand.header.totalMinor })));
    add({ metric: "lifetime_value", store, day, currency, numerator, denominator: 1 });
  }
  for (const [index, later] of orders.slice(1).entries()) {
    const days = (Date.parse(later.day) - Date.parse((orders[index] as Known).day)) / DAY_MS;
    // Two zones may show the later order an earlier day: no days lie between.
    add({ metric: "days_between_orders", store, day: later.day, numerator: Math.max(0, days), denominator: 1 });
  }
}
