import { apartLines, type Line, monthLines, platformLines, type Standing, totalOf, type Usage } from "./bill.ts";
import { BUNDLE_BYTES_MAX, type BundleReport, type BundleRow, IMPORT_MS_MAX, type Imported } from "./bundles.ts";
import { type LifeReport, type Lives, monthOf } from "./life.ts";
import { PRICED_AT, PRICES, type Prices, REGIONS } from "./prices.ts";
import { totalUnits } from "./spending.ts";
import { number, tableText } from "./text.ts";
import type { Rounds, ThroughputRow } from "./throughput.ts";

const MILLION = 1_000_000;

/** How the throughput is measured, in words. */
export function throughputHead({ pairs, orders }: Rounds): string {
  const counts = Object.entries(orders).map(([clients, count]) => `${count} at ${clients}`);
  return [
    "  POST /v1/orders through the local cloud, consumers paused, beside the same TransactWriteItems issued bare",
    "  against a DynamoDB Local of its own, both on disk. New orders of new buyers;",
    `  medians of ${pairs} rounds of each by turns after a warm-up; orders of a round: ${counts.join(", ")} clients.`,
  ].join("\n");
}

/** A row for each number of clients. */
export function throughputText(rows: readonly ThroughputRow[]): string {
  const head = ["clients", "API orders/s", "p50 ms", "p99 ms", "bare orders/s", "p50 ms", "p99 ms", "API / bare"];
  return tableText(
    head,
    rows.map(({ clients, api, bare, ratio }) => [
      clients,
      ...[api, bare].flatMap(({ perSecond, p50, p99 }) => [number(perSecond, 1), number(p50, 1), number(p99, 1)]),
      number(ratio, 2),
    ]),
  );
}

/** Everything of a life: totals, then by function, then by item. */
export function lifeText({ fresh, returning }: Lives, lives: number): string {
  return [
    `  Placed unpaid, paid, shipped, delivered; three lines; a confirmation sent; the reminder's journey entered and`,
    `  left. Averages of ${lives} lives in turn, each step settled. Units by AWS's rule.\n`,
    totalsText(fresh, returning),
    "\n  By function, of a new customer's life:\n",
    functionsText(fresh, returning),
    "\n  By item, of a new customer's life:\n",
    itemsText(fresh),
  ].join("\n");
}

function totalsText(fresh: LifeReport, returning: LifeReport): string {
  const row = (what: string, value: (report: LifeReport) => number, decimals = 1) => [
    what,
    number(value(fresh), decimals),
    number(value(returning), decimals),
  ];
  const indexUnits = ({ functions }: LifeReport) => functions.reduce((sum, one) => sum + one.indexWriteUnits, 0);
  return tableText(
    ["in a life", "new customer", "returning"],
    [
      row("write units", ({ usage }) => usage.writeUnits),
      row("  of them in indexes", indexUnits),
      row("read units", ({ usage }) => usage.readUnits),
      row("Lambda invocations", ({ usage }) => usage.invocations),
      row("Lambda GB-s", ({ usage }) => usage.gbSeconds, 3),
      row("bus events", ({ usage }) => usage.busEvents),
      row("messages through queues", ({ usage }) => usage.queueMessages),
      row("queue requests (3 a message)", ({ usage }) => usage.queueMessages * 3),
      row("SNS publishes", ({ usage }) => usage.notifications),
      row("schedules created", ({ schedulesCreated }) => schedulesCreated),
      row("schedules deleted before they fired", ({ schedulesDeleted }) => schedulesDeleted),
      row("schedules fired", ({ usage }) => usage.schedulesFired),
      row("Express executions", ({ usage }) => usage.executions),
      row("Standard transitions", ({ usage }) => usage.standardTransitions),
      row("log bytes", ({ usage }) => usage.logBytes, 0),
      row("mails", ({ usage }) => usage.mails),
      row("bytes kept in the table", ({ storedBytes }) => storedBytes, 0),
    ],
  );
}

function functionsText(fresh: LifeReport, returning: LifeReport): string {
  const head = ["function", "kind", "invoked", "ms", "GB-s", "write units", "of indexes", "returning", "read units"];
  const again = new Map(returning.functions.map((row) => [row.name, row.writeUnits + row.indexWriteUnits]));
  const rows = fresh.functions.map((row) => [
    row.name,
    row.kind,
    number(row.invocations, 1),
    number(row.ms, 0),
    number(row.gbSeconds, 3),
    number(row.writeUnits + row.indexWriteUnits, 1),
    number(row.indexWriteUnits, 1),
    number(again.get(row.name) ?? 0, 1),
    number(row.readUnits, 1),
    number(row.logBytes),
  ]);
  return tableText([...head, "log bytes"], rows);
}

function itemsText({ items }: LifeReport): string {
  const indexes = [...new Set(items.flatMap(({ indexWriteUnits }) => Object.keys(indexWriteUnits)))].sort();
  const rows = items.map((row) => [
    row.kind,
    number(row.writes, 1),
    number(row.bytes),
    number(totalUnits(row), 1),
    number(row.writeUnits, 1),
    ...indexes.map((index) => number(row.indexWriteUnits[index] ?? 0, 1)),
  ]);
  return tableText(["item", "writes", "bytes", "units", "of the item", ...indexes], rows);
}

/** All bundles, the largest first, beside what they cannot be quicker than. */
export function bundleText({ rows, client, libraries }: BundleReport, imports: number): string {
  const cells = (one: Imported, kind: string) => [
    ...[one.name, kind, number(one.bytes)],
    ...[number(one.importMs), number(one.quickestMs), number(one.ofClient, 2)],
  ];
  const sorted = [...rows].sort((one, other) => other.bytes - one.bytes);
  const table = tableText(
    ["function", "kind", "bytes", "import ms", "quickest", "of the client's", ""],
    [
      ...sorted.map((row) => [...cells(row, row.kind), missesOf(row)]),
      ...[libraries, client].map((one) => [...cells(one, "-"), ""]),
    ],
  );
  return `  index.mjs; medians of ${imports} fresh processes of this machine.\n\n${table}`;
}

function missesOf({ kind, bytes, importMs }: BundleRow): string {
  const large = kind === "api" && bytes > BUNDLE_BYTES_MAX ? ["too large"] : [];
  return [...large, ...(importMs > IMPORT_MS_MAX ? ["too slow"] : [])].join(", ");
}

/** The price of a million orders by lines, and what is paid beside it. */
export function billText(usage: Usage, { traced }: Standing): string {
  const platform = priced((prices) => platformLines(usage, MILLION, prices));
  const apart = priced((prices) => apartLines(usage, MILLION, traced, prices));
  return [
    `  USD at public prices of ${PRICED_AT}, on demand, no free tier; quantities are those of one order.\n`,
    tableText(
      ["line", "an order", ...REGIONS],
      [...platform.rows, totalRow("platform", platform.totals), ...apart.rows, totalRow("with these", apart.totals)],
    ),
    "\n  Left out: data out, KMS requests, the archive of the bus.",
  ].join("\n");
}

/** The bill of a month with few orders by lines. */
export function monthText(lives: Lives, standing: Standing): string {
  const { rows, totals } = priced((prices) => monthLines(standing, monthOf(lives), prices));
  return [
    "  USD without the edge, mails and free tiers; counted in the synthesized templates.\n",
    tableText(["line", "of it", ...REGIONS], [...rows, totalRow("together", totals)]),
  ].join("\n");
}

function priced(linesOf: (prices: Prices) => Line[]): { rows: string[][]; totals: number[] } {
  const columns = REGIONS.map((region) => linesOf(PRICES[region]));
  const rows = (columns[0] ?? []).map(({ what, quantity }, index) => [
    what,
    quantity === 0 || quantity >= 0.01 ? number(quantity, 2) : quantity.toExponential(1),
    ...columns.map((lines) => number(lines[index]?.usd ?? 0, 2)),
  ]);
  return { rows, totals: columns.map(totalOf) };
}

const totalRow = (what: string, totals: readonly number[]): string[] => [
  what,
  "",
  ...totals.map((usd) => number(usd, 2)),
];
