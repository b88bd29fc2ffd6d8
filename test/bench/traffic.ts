import { setTimeout as pause } from "node:timers/promises";
import { Random } from "../../infra/cli/sample-day/random.ts";
import type { Deployment } from "../flows/support/deployment.ts";
import { audit } from "../support/audit.ts";
import { type Kind, MIX, TrafficShop } from "./traffic-shop.ts";

/** How long the traffic goes on, how fast it comes, and by which seed. */
export interface TrafficPlan {
  seconds: number;
  perSecond: number;
  seed: number;
  /** Also compares every metric with its ledgers, which reads the whole table. */
  audits: boolean;
}

/** How the traffic went. */
export interface TrafficReport {
  /** From when a request was due to its answer, in ms. */
  latenciesMs: Record<Kind, number[]>;
  /** From the acknowledgement of an order to the metric that counts it, in ms. */
  freshnessMs: number[];
  /** Requests that were not answered as they should be, with the first answer. */
  failed: number;
  firstFailure?: string;
  orders: number;
  /** What was acknowledged and is not there, or is there twice, or is counted or mailed wrong. */
  complaints: string[];
}

/** Small stores beside the one that makes half of the traffic. */
const SMALL_STORES = 3;
const PROBE_EVERY_MS = 1_000;
const PROBE_LOOK_MS = 25;
const FRESH_MS_MAX = 60_000;

/** Mixed traffic at its own pace: a slow answer holds up nobody, and the wait for it counts. */
export async function runTraffic(kolo: Deployment, plan: TrafficPlan): Promise<TrafficReport> {
  const { seconds, perSecond, seed } = plan;
  const random = new Random(seed);
  const opened = Array.from({ length: 1 + SMALL_STORES }, (_, index) => TrafficShop.open(kolo, seed + index));
  const shops = await Promise.all(opened);
  const probe = await TrafficShop.open(kolo, seed);
  await warmUp(shops);
  const report = emptyReport();
  const started = performance.now();
  const behind: Promise<void>[] = [];
  const probing = probeFreshness(probe, started + seconds * 1_000, report);
  for (let index = 0; index < seconds * perSecond; index += 1) {
    const dueAt = started + (index / perSecond) * 1_000;
    await pause(Math.max(0, dueAt - performance.now()));
    const half = random.between(0, 1) === 0 ? 0 : random.between(1, SMALL_STORES);
    behind.push(send(shops[half] as TrafficShop, kindOf(random), dueAt, report));
  }
  await Promise.all([...behind, probing]);
  report.complaints.push(...(await complaintsOf([...shops, probe], plan)));
  report.orders = [...shops, probe].reduce((sum, { brought }) => sum + brought.length, 0);
  return report;
}

function kindOf(random: Random): Kind {
  let left = random.between(1, 100);
  for (const [kind, share] of Object.entries(MIX)) {
    left -= share;
    if (left <= 0) return kind as Kind;
  }
  return "order";
}

async function send(shop: TrafficShop, wanted: Kind, dueAt: number, report: TrafficReport): Promise<void> {
  const request = shop.next(wanted, new Date());
  try {
    const answer = await request.send();
    report.latenciesMs[request.kind].push(performance.now() - dueAt);
    if (answer.status < 300) return request.acknowledged(answer);
    report.firstFailure ??= `${request.kind}: ${answer.status} ${answer.text.slice(0, 300)}`;
  } catch (error) {
    report.firstFailure ??= `${request.kind}: ${String(error)}`;
  }
  report.failed += 1;
  shop.unknown += 1;
}

/** Has every function run once before anything is measured. */
async function warmUp(shops: readonly TrafficShop[]): Promise<void> {
  const nothing = emptyReport();
  for (const shop of shops)
    for (const kind of Object.keys(MIX)) await send(shop, kind as Kind, performance.now(), nothing);
  if (nothing.failed > 0) throw new Error(`It does not even warm up: ${nothing.firstFailure}`);
}

const emptyReport = (): TrafficReport => ({
  latenciesMs: { order: [], update: [], payment: [], read: [], webhook: [] },
  ...{ freshnessMs: [], failed: 0, orders: 0, complaints: [] },
});

/** Places an order in a store of its own and asks until the metric has it, again and again. */
async function probeFreshness(probe: TrafficShop, until: number, report: TrafficReport): Promise<void> {
  for (let placed = 1; performance.now() < until; placed += 1) {
    await send(probe, "order", performance.now(), report);
    if (probe.brought.length < placed) return;
    const acknowledged = performance.now();
    while ((await metricOf(probe, report)) !== String(placed)) {
      if (performance.now() - acknowledged > FRESH_MS_MAX) {
        report.complaints.push("A metric did not count an order within a minute.");
        return;
      }
      await pause(PROBE_LOOK_MS);
    }
    report.freshnessMs.push(performance.now() - acknowledged);
    await pause(PROBE_EVERY_MS);
  }
}

/** What the metric says; a request that failed says nothing. */
async function metricOf({ store }: TrafficShop, report: TrafficReport): Promise<string | null> {
  try {
    return await store.metric("orders");
  } catch (error) {
    report.firstFailure ??= `metric: ${String(error)}`;
    report.failed += 1;
    return null;
  }
}

/** Nothing lost, nothing doubled: orders, money, metrics and mails are what was acknowledged. */
async function complaintsOf(shops: readonly TrafficShop[], { audits }: TrafficPlan): Promise<string[]> {
  const [{ store }] = shops as [TrafficShop];
  await store.kolo.settle();
  const mails = Map.groupBy(await store.kolo.outbox(), ({ to }) => to);
  const found = await Promise.all(shops.map((shop) => complaintsOfShop(shop, (to) => mails.get(to)?.length ?? 0)));
  const { differing, suspects } = audits ? await audit(store.kolo.url) : { differing: [], suspects: [] };
  return [
    ...found.flat(),
    ...differing.map((text) => `metric ${text} is not the sum of its ledgers`),
    ...suspects.map((source) => `the ledger of ${source} is not what it contributes`),
  ];
}

async function complaintsOfShop(
  { store, brought, unknown }: TrafficShop,
  mailed: (to: string) => number,
): Promise<string[]> {
  const listed = await store.orders();
  const orders = new Map(listed.map((order) => [String(order.externalId), order]));
  const complaints: string[] = [];
  for (const { externalId, email, amountMinor, paid } of brought) {
    const order = orders.get(externalId);
    if (order?.total.amountMinor !== amountMinor) complaints.push(`order ${externalId} is lost`);
    else if (paid && order.paid.amountMinor !== amountMinor) complaints.push(`${externalId} is not paid as it was`);
    const mails = mailed(email.toLowerCase());
    if (mails !== 1) complaints.push(`order ${externalId} was confirmed ${mails} times`);
  }
  // What was not acknowledged may have happened all the same.
  const most = brought.length + unknown;
  if (listed.length > most) complaints.push(`there are ${listed.length} orders, and at most ${most} were brought`);
  const sum = (part: (order: (typeof listed)[number]) => number) =>
    (listed.reduce((total, order) => total + part(order), 0) / 100).toFixed(2);
  const expected = {
    orders: String(listed.length),
    revenue: sum(({ total }) => total.amountMinor),
    paid_revenue: sum(({ paid }) => paid.amountMinor),
  };
  for (const [name, value] of Object.entries(expected)) {
    const is = await store.metric(name);
    if (is !== value) complaints.push(`${name} of a store is ${is}, not ${value}`);
  }
  return complaints;
}
