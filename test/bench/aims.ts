import { monthLines, platformLines, type Standing, totalOf, type Usage } from "./bill.ts";
import { BUNDLE_BYTES_MAX, type BundleReport, IMPORT_MS_MAX } from "./bundles.ts";
import { type Lives, monthOf } from "./life.ts";
import { PRICES, REGIONS } from "./prices.ts";
import { number, tableText } from "./text.ts";
import type { ThroughputRow } from "./throughput.ts";

/** Something that the bench is there to watch. */
export interface Aim {
  what: string;
  wanted: string;
  is: string;
  met: boolean;
}

const RATIO_MIN = 0.5;
const WRITE_UNITS_MAX = 75;
const IDLE_USD_MAX = 15;
const MILLION = 1_000_000;
const MILLION_USD_MAX = 75;
/** Lines of the bill that are named when the aim is missed. */
const DEAREST = 3;

const atMost = (what: string, value: number, max: number, decimals: number, unit = ""): Aim => ({
  what,
  wanted: `<= ${number(max)}${unit}`,
  is: `${number(value, decimals)}${unit}`,
  met: value <= max,
});

/** Placing an order may take twice the time of its transaction alone. */
export const throughputAims = (rows: readonly ThroughputRow[]): Aim[] =>
  rows.map(({ clients, ratio }) => ({
    what: `orders/s of the bare transactions' at ${clients} clients`,
    wanted: `>= ${RATIO_MIN}`,
    is: number(ratio, 2),
    met: ratio >= RATIO_MIN,
  }));

/** Every write unit is paid a million times. */
export const lifeAims = ({ fresh, returning }: Lives): Aim[] => [
  atMost("write units of a new customer's life", fresh.usage.writeUnits, WRITE_UNITS_MAX, 1),
  atMost("write units of a returning customer's life", returning.usage.writeUnits, WRITE_UNITS_MAX, 1),
  atMost("Standard transitions for waits", fresh.usage.standardTransitions + returning.usage.standardTransitions, 0, 0),
];

/** The largest and the slowest speak for all. */
export function bundleAims({ rows, client, libraries }: BundleReport): Aim[] {
  const largest = largestBy(
    rows.filter(({ kind }) => kind === "api"),
    ({ bytes }) => bytes,
  );
  const slowest = largestBy(rows, ({ importMs }) => importMs);
  const slow = rows.filter(({ importMs }) => importMs > IMPORT_MS_MAX).length;
  const alone = `libraries alone ${number(libraries.importMs)}, the DynamoDB client alone ${number(client.importMs)}`;
  return [
    atMost(`largest API bundle (${largest.name})`, largest.bytes / 1_000, BUNDLE_BYTES_MAX / 1_000, 0, " KB"),
    {
      ...atMost(`slowest import (${slowest.name})`, slowest.importMs, IMPORT_MS_MAX, 0, " ms"),
      is: `${number(slowest.importMs)} ms (the ${alone})${slow > 0 ? `; ${slow} of ${rows.length} above` : ""}`,
    },
  ];
}

/** What a million orders of new customers cost without mails; a miss names what costs most. */
export function priceAims(usage: Usage): Aim[] {
  return REGIONS.map((region) => {
    const lines = platformLines(usage, MILLION, PRICES[region]);
    const usd = totalOf(lines);
    const dearest = lines.toSorted((one, other) => other.usd - one.usd).slice(0, DEAREST);
    const named = dearest.map((line) => `${line.what} $${number(line.usd)}`).join(", ");
    const met = usd <= MILLION_USD_MAX;
    return {
      what: `a million orders without mails, ${region}`,
      wanted: `<= $${MILLION_USD_MAX}`,
      is: `$${number(usd, 2)}${met ? "" : `: ${named}`}`,
      met,
    };
  });
}

/** A shop that sells little pays little. */
export const idleAims = (lives: Lives, standing: Standing): Aim[] =>
  REGIONS.map((region) => {
    const usd = totalOf(monthLines(standing, monthOf(lives), PRICES[region]));
    return {
      what: `a month with 300 orders, ${region}`,
      wanted: `<= $${IDLE_USD_MAX}`,
      is: `$${number(usd, 2)}`,
      met: usd <= IDLE_USD_MAX,
    };
  });

/** A line for each aim, with whether it is met. */
export const aimText = (aims: readonly Aim[]): string =>
  tableText(
    ["aim", "wanted", "is", ""],
    aims.map(({ what, wanted, is, met }) => [what, wanted, is, met ? "met" : "MISSED"]),
  );

function largestBy<T>(all: readonly T[], value: (one: T) => number): T {
  const [first, ...rest] = all;
  if (first === undefined) throw new Error("There is nothing to compare.");
  return rest.reduce((largest, one) => (value(one) > value(largest) ? one : largest), first);
}
