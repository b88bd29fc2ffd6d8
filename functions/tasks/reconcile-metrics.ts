import { type Bucket, bucket } from "../shell/bucket.ts";
import { type Meter, meter } from "../shell/meter.ts";
import { type Pause, pause } from "../shell/pause.ts";
import type { Clock, Runtime } from "../shell/port.ts";
import { task } from "../shell/task.ts";
import { table } from "../table/dynamo.ts";
import { beginPass, bucketOf, endPass, type Findings, type Pass, scanOn } from "../table/ledger-audit.ts";
import { type Projection, projection } from "../table/ledger-projection.ts";
import { heal, repair } from "../table/ledger-repair.ts";
import type { Table } from "../table/table.ts";

/** What a reconciliation has found so far. */
export interface Counts {
  passes: number;
  /** Metric items that are the sum of their ledgers. */
  agreeing: number;
  /** Metric items that were not. */
  differing: number;
  repaired: number;
  /** Sources whose ledger was not what they contribute; they were re-projected. */
  lost: number;
  /** Metric items and sources that kept changing while they were looked at. */
  undecided: number;
}

/** Where a reconciliation stands: plain JSON that grows with the number of metric items. */
interface Continuation {
  pass: Pass;
  counts: Counts;
}

interface Progress {
  done: boolean;
  counts: Counts;
  /** There is more to do than fits one invocation. */
  continuation?: Continuation;
}

/** What an invocation came to; as the input of another one it goes on from there. */
export interface Reconciled {
  done: boolean;
  counts: Counts;
  /** The object of the bucket that holds the continuation: a state machine carries no more than 256 KB. */
  continuation?: string;
}

interface Ports {
  table: Table;
  projection: Projection;
  pause: Pause;
  clock: Clock;
}

/** Passes at most: 1 to find what is suspicious, the others to decide it. */
const PASSES_MAX = 4;
/** How long one invocation goes on, in ms: well within its timeout of 15 minutes. */
const BUDGET_MS = 12 * 60_000;

const nothing: Counts = { passes: 0, agreeing: 0, differing: 0, repaired: 0, lost: 0, undecided: 0 };

/**
 * Proves that every metric is the sum of its ledgers and every ledger what its source contributes, while orders keep
 * coming, and repairs what is not.
 */
export const reconciler = (runtimeOf?: () => Runtime) =>
  task(
    {
      needs: { table, projection, pause, meter, bucket },
      async run({ continuation: key }: Pick<Reconciled, "continuation">, context): Promise<Reconciled> {
        const from = key === undefined ? undefined : await takenUp(context.bucket, key);
        const { done, counts, continuation } = await reconcile(from, context, Date.parse(context.now) + BUDGET_MS);
        context.logger.info(done ? "Metrics are reconciled." : "Metrics are reconciled in part.", { ...counts });
        if (done) report(context.meter, counts);
        if (!continuation) return { done, counts };
        const keptAs = `reconciliations/${context.ids.next("rec")}.json`;
        await context.bucket.put(keptAs, Buffer.from(JSON.stringify(continuation)));
        return { done, counts, continuation: keptAs };
      },
    },
    runtimeOf,
  );

export const handler = reconciler();

function report(to: Meter, { differing, lost, undecided }: Counts): void {
  to.count({ MetricDifferences: differing, MetricSourcesLost: lost, MetricsUndecided: undecided });
}

async function takenUp(from: Bucket, key: string): Promise<Continuation> {
  const bytes = await from.get(key);
  if (!bytes) throw new Error(`There is no reconciliation ${key} to go on with.`);
  return JSON.parse(bytes.toString("utf8")) as Continuation;
}

async function reconcile(from: Continuation | undefined, ports: Ports, until: number): Promise<Progress> {
  let { counts, pass } = from ?? { counts: nothing, pass: await beginPass(ports.table, 1) };
  const isTime = () => Date.parse(ports.clock.now()) < until;
  for (;;) {
    let isMore = true;
    while (isMore && isTime()) isMore = await scanOn(ports.table, pass);
    // What follows the scan also takes time, so that it begins only with time left.
    if (!isTime()) return { done: false, counts, continuation: { pass, counts } };
    const findings = await endPass(ports.table, pass);
    const left = pass.number === 1 ? suspicionsOf(findings) : await settle(findings, ports, isTime);
    counts = sum(counts, { passes: 1, agreeing: findings.agreeing, ...left.counts });
    const isSettled = left.keys.length + left.buckets.length === 0;
    if (isSettled || pass.number >= PASSES_MAX) {
      return { done: true, counts: sum(counts, { undecided: left.keys.length + left.buckets.length }) };
    }
    pass = await beginPass(ports.table, pass.number + 1, { ...left, scopes: findings.scopes });
  }
}

interface Left {
  keys: string[];
  buckets: number[];
  counts: Partial<Counts>;
}

/** After the first pass nothing is known to be wrong, for its reads may have been old. */
const suspicionsOf = ({ differing, undecided, suspects }: Findings): Left => ({
  keys: [...differing.map(({ text }) => text), ...undecided],
  buckets: suspects.map(Number),
  counts: {},
});

/** Repairs metric items by the ledgers, then ledgers by their sources; returns what has to be looked at again. */
async function settle(
  { differing, undecided, suspects }: Findings,
  ports: Ports,
  isTime: () => boolean,
): Promise<Left> {
  const keys = [...undecided];
  for (const difference of differing) {
    if (!(await repair(ports.table, difference))) keys.push(difference.text);
  }
  const repaired = differing.length + undecided.length - keys.length;
  const healed = await heal(ports.projection, suspects, { pause: ports.pause, isTime });
  const buckets = [...new Set(healed.undecided.map(bucketOf))];
  return { keys, buckets, counts: { differing: repaired, repaired, lost: healed.lost } };
}

const sum = (counts: Counts, more: Partial<Counts>): Counts =>
  Object.fromEntries(
    (Object.keys(counts) as (keyof Counts)[]).map((name) => [name, counts[name] + (more[name] ?? 0)]),
  ) as unknown as Counts;
