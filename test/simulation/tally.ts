import type { Amount, Fact, Instant } from "./facts.ts";

/** Money that moved once, at a time. */
export type Money = Amount & { id: string; at: Instant };
/** Later than everything. */
export const NEVER = "9999";

/** An instant so much later. */
export const after = (at: Instant, ms: number): Instant => new Date(Date.parse(at) + ms).toISOString();
/** The first of some instants; none is never. */
export const earliest = (all: readonly Instant[]): Instant =>
  all.reduce((least, at) => (at < least ? at : least), NEVER);
/** The last of some instants. */
export const latest = (...all: Instant[]): Instant => all.reduce((most, at) => (at > most ? at : most));
/** The facts of one kind. */
export const ofKind = <K extends Fact["kind"]>(facts: readonly Fact[], kind: K) =>
  facts.filter((fact): fact is Extract<Fact, { kind: K }> => fact.kind === kind);
/** A copy in the order of a text. */
export const sorted = <T>(all: readonly T[], by: (one: T) => string): T[] =>
  [...all].sort((one, other) => (by(one) < by(other) ? -1 : by(one) > by(other) ? 1 : 0));
/** What has the same name, by the order of the names. */
export const grouped = <T>(all: readonly T[], nameOf: (one: T) => string): [string, T[]][] =>
  sorted([...Map.groupBy(all, nameOf)], ([name]) => name);
/** Money by the order of its time, each id once. */
export const once = <T extends Money>(all: readonly T[]): T[] =>
  sorted([...new Map(all.map((one) => [one.id, one])).values()], ({ at, id }) => `${at} ${id}`);
/** The newest version of each id. */
export const newest = <T extends { id: string; at: Instant }>(all: readonly T[]): T[] => [
  ...new Map(sorted(all, ({ at }) => at).map((one) => [one.id, one])).values(),
];
/** A number of each, added up. */
export const total = <T>(all: readonly T[], of: (one: T) => number | undefined) =>
  all.reduce((so, one) => so + (of(one) ?? 0), 0);
/** All of some money. */
export const sum = (all: readonly { amountMinor: number }[]) => total(all, ({ amountMinor }) => amountMinor);
/** Of sums so far, what each adds to the one below it. */
export const rises = <T extends { amountMinor: number }>(sums: readonly T[]): T[] =>
  [...sums]
    .sort((one, other) => one.amountMinor - other.amountMinor)
    .map((one, nth, all) => ({ ...one, amountMinor: one.amountMinor - (all[nth - 1]?.amountMinor ?? 0) }));
/** What the numbers come to so far, after each. */
export const running = (all: readonly number[]) => all.map((_, nth) => total(all.slice(0, nth + 1), (one) => one));
/** Every choice of some of them, none and all included. */
export const subsets = <T>(all: readonly T[]): T[][] =>
  all.reduce<T[][]>((sets, one) => sets.flatMap((set) => [set, [...set, one]]), [[]]);

const DAY_MS = 86_400_000;
const calendars = new Map<string, Intl.DateTimeFormat>();

/** The day of an instant in a zone. */
export function dayOf(at: string, timeZone: string): string {
  const parts = { timeZone, year: "numeric", month: "2-digit", day: "2-digit" } as const;
  const calendar = calendars.get(timeZone) ?? new Intl.DateTimeFormat("en-CA", parts);
  calendars.set(timeZone, calendar);
  return calendar.format(new Date(at));
}

/** How many days of a zone begin after one instant and not after another. */
export const daysBetween = (from: Instant, to: Instant, timeZone: string) =>
  (Date.parse(dayOf(to, timeZone)) - Date.parse(dayOf(from, timeZone))) / DAY_MS;
