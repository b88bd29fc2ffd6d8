import { createHash } from "node:crypto";
import {
  type Contributions,
  isSame,
  keyOf,
  MERCHANT,
  nonZero,
  partsOf,
  type Sums,
} from "../../domain/analytics/contribution.ts";
import { metrics } from "../../domain/analytics/metrics/index.ts";
import { mapLimited } from "../shell/parallel.ts";
import { ledgerIn, seenIn, sourceOf } from "./ledger.ts";
import { metricText } from "./ledger-moves.ts";
import { type MetricItem, readMetricItems } from "./metrics.ts";
import { storeIds } from "./store-ids.ts";
import type { Item, Key, Table } from "./table.ts";

type Position = Record<string, string>;

/**
 * Where one pass over the table stands: plain JSON, so that another invocation can go on with it. Sums are kept by the
 * text of a metric item, as far as the scan has met ledgers.
 */
export interface Pass {
  /** 1 only finds what is suspicious, by reads that may be a little old; later ones read consistently and decide. */
  number: number;
  /** Metric items that are looked at; absent = all. */
  keys?: string[];
  /** Buckets of sources that are looked at; absent = all. */
  buckets?: number[];
  /** Scopes whose metric items were read at the start; a scope that turns up later waits for the next pass. */
  scopes: string[];
  /** How often each metric item had changed at the start. */
  revisions: Record<string, number>;
  ledgers: Record<string, Sums>;
  /** What ledgers and sources do not agree on, in digests that cancel out: by bucket, later by source. */
  unmatched: Record<string, number>;
  /** Where the scan of each segment goes on: null at its start, "end" behind its last page. */
  segments: (Position | null | "end")[];
}

/** A metric item whose ledgers say something else. */
export interface Difference {
  text: string;
  stored: MetricItem | undefined;
  sums: Sums;
}

/** What a pass has found. */
export interface Findings {
  /** Metric items that are the sum of their ledgers. */
  agreeing: number;
  differing: Difference[];
  /** Metric items that changed while they were looked at, and scopes that were not read in time. */
  undecided: string[];
  /** Buckets (in pass 1) or sources whose ledger is not what they contribute. */
  suspects: string[];
  scopes: string[];
}

/** Parts of the table that are scanned side by side. */
const SEGMENTS = 4;
const SCOPES_AT_ONCE = 10;
/** Sources are first compared in so many heaps: what has to be remembered does not grow with the table. */
const BUCKETS = 4_096;
const DIGEST_BYTES = 6;
const DIGESTS = 2 ** (8 * DIGEST_BYTES);

const FAMILIES = [...new Set(metrics.map(({ family }) => family))];

const digestOf = (...parts: unknown[]): number =>
  createHash("sha256").update(JSON.stringify(parts)).digest().readUIntBE(0, DIGEST_BYTES);

const sorted = (contributions: Contributions) =>
  Object.entries(contributions)
    .map(([key, sums]) => [key, Object.entries(sums).sort()])
    .sort();

/** The bucket of a source. */
export const bucketOf = (source: string): number => digestOf(source) % BUCKETS;

const METRIC = "metric#";

/** A metric item's text, by its key. */
const textOf = ({ pk, sk }: Key) => `${pk.slice(METRIC.length)}#${sk}`;

async function metricItems(table: Table, scopes: readonly string[]): Promise<Map<string, MetricItem>> {
  const wanted = FAMILIES.flatMap((family) => scopes.map((scope) => ({ family, scope })));
  const read = await mapLimited(wanted, SCOPES_AT_ONCE, (one) => readMetricItems(table, one, { consistent: true }));
  return new Map(read.flat().map((item) => [textOf(item), item]));
}

/** Begins a pass: how often each metric item has changed must be known before the first ledger is read. */
export async function beginPass(
  table: Table,
  number: number,
  left: { keys?: string[]; buckets?: number[]; scopes?: readonly string[] } = {},
): Promise<Pass> {
  const { keys, buckets } = left;
  const scopes = [...new Set([MERCHANT, ...(await storeIds(table)), ...(left.scopes ?? [])])];
  const items = await metricItems(table, scopes);
  const revisions = Object.fromEntries([...items].map(([text, { revision }]) => [text, revision ?? 0]));
  const segments = new Array<null>(SEGMENTS).fill(null);
  const narrowed = { ...(keys && { keys }), ...(buckets && { buckets }) };
  return { number, ...narrowed, scopes, revisions, ledgers: {}, unmatched: {}, segments };
}

/** Reads the next page of each segment; false when there is none left. */
export async function scanOn(table: Table, pass: Pass): Promise<boolean> {
  const { segments, number } = pass;
  const keys = pass.keys && new Set(pass.keys);
  const buckets = pass.buckets && new Set(pass.buckets);
  await Promise.all(
    segments.map(async (at, segment) => {
      if (at === "end") return;
      const place = { segment, segments: segments.length, ...(at && { after: at }) };
      const page = await table.scan({ ...place, consistent: number > 1 });
      for (const item of page.items) note(pass, item, { keys, buckets });
      segments[segment] = page.next ?? "end";
    }),
  );
  return segments.some((at) => at !== "end");
}

interface Narrowed {
  keys: ReadonlySet<string> | undefined;
  buckets: ReadonlySet<number> | undefined;
}

function note(pass: Pass, item: Item, narrowed: Narrowed): void {
  // Also an item of a scope that nobody knows is compared, with nothing below it.
  if (item.pk.startsWith(METRIC)) pass.ledgers[textOf(item)] ??= {};
  const ledger = ledgerIn(item);
  const source = ledger?.source ?? sourceOf(item);
  if (source === undefined) return;
  if (ledger) addUp(pass, ledger.part.contributions, ledger.part.shard, narrowed.keys);
  const bucket = bucketOf(source);
  if (narrowed.buckets && !narrowed.buckets.has(bucket)) return;
  const parts = ledger
    ? [[ledger.part.part, ledger.part.contributions] as const]
    : partsOf(seenIn(source, item).contributions);
  const label = pass.number === 1 ? String(bucket) : source;
  for (const [part, contributions] of parts) {
    if (Object.keys(contributions).length === 0) continue;
    const digest = digestOf(source, part, sorted(contributions));
    const difference = ((pass.unmatched[label] ?? 0) + (ledger ? DIGESTS - digest : digest)) % DIGESTS;
    if (difference === 0) delete pass.unmatched[label];
    else pass.unmatched[label] = difference;
  }
}

function addUp({ ledgers }: Pass, contributions: Contributions, shard: number, keys?: ReadonlySet<string>): void {
  for (const [key, added] of Object.entries(contributions)) {
    const text = metricText(key, shard);
    if (keys && !keys.has(text)) continue;
    const sums: Record<string, number> = { ...ledgers[text] };
    for (const [name, value] of Object.entries(added)) sums[name] = (sums[name] ?? 0) + value;
    ledgers[text] = sums;
  }
}

/**
 * Ends a pass. A metric item that did not change since its start was, all the while, the sum of the same contributions:
 * whenever in between a ledger was read, the sums must be equal.
 */
export async function endPass(table: Table, pass: Pass): Promise<Findings> {
  const { revisions, ledgers, scopes } = pass;
  const stored = await metricItems(table, scopes);
  const texts = pass.keys ?? [...new Set([...Object.keys(revisions), ...stored.keys(), ...Object.keys(ledgers)])];
  const found = new Set(texts.map((text) => keyOf(text).scope));
  const findings: Findings = {
    agreeing: 0,
    differing: [],
    undecided: [],
    suspects: Object.keys(pass.unmatched),
    scopes: [...found].filter((scope) => !scopes.includes(scope)),
  };
  for (const text of texts) {
    const item = stored.get(text);
    const sums = nonZero(ledgers[text] ?? {});
    const isStill = (item?.revision ?? 0) === (revisions[text] ?? 0);
    if (!isStill || !scopes.includes(keyOf(text).scope)) findings.undecided.push(text);
    else if (isSame({ text: nonZero(item?.sums ?? {}) }, { text: sums })) findings.agreeing += 1;
    else findings.differing.push({ text, stored: item, sums });
  }
  return findings;
}
