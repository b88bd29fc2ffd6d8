import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { synthesize } from "../../infra/cli/synth.ts";
import { loadTopology } from "../../infra/local/topology.ts";
import { localSettings } from "../../infra/settings.ts";
import { OwnCloud } from "../flows/support/own-cloud.ts";
import { type Aim, aimText, bundleAims, idleAims, lifeAims, priceAims, throughputAims } from "./aims.ts";
import { measureBundles } from "./bundles.ts";
import { type GrowthRow, measureGrowth } from "./growth.ts";
import { type Lives, measureLives } from "./life.ts";
import { growthText, trafficHead, trafficText } from "./load-report.ts";
import { billText, bundleText, lifeText, monthText, throughputHead, throughputText } from "./report.ts";
import { standingOf } from "./standing.ts";
import { number } from "./text.ts";
import { measureThroughput, type Rounds, type ThroughputRow } from "./throughput.ts";
import { runTraffic, type TrafficPlan } from "./traffic.ts";

interface Plan {
  rounds: Rounds;
  lives: number;
  imports: number;
  traffic: TrafficPlan;
  /** How long the same traffic goes on beside so many stored orders. */
  growth: { sizes: readonly number[]; seconds: number };
}

const SEED = 42;
/** What two processors carry with all of the local cloud beside. */
const PER_SECOND = 6;
const traffic = (seconds: number, perSecond = PER_SECOND): TrafficPlan => ({
  ...{ seconds, perSecond, seed: SEED, audits: true },
});

// Many short rounds: a busy moment of the machine then meets neighbours, or few of them.
const WHOLE: Plan = {
  ...{ rounds: { pairs: 9, orders: { 1: 40, 4: 80, 16: 96 } }, lives: 20, imports: 9 },
  ...{ traffic: traffic(60), growth: { sizes: [1_000, 10_000, 100_000], seconds: 20 } },
};
const QUICK: Plan = {
  ...{ rounds: { pairs: 2, orders: { 1: 30, 4: 60, 16: 80 } }, lives: 5, imports: 3 },
  ...{ traffic: traffic(15, PER_SECOND / 2), growth: { sizes: [1_000, 10_000], seconds: 8 } },
};

/**
 * `npm run bench [-- --quick]`: says what Kolo costs in time, units, bytes and money, and which aims it meets.
 * `npm run bench -- --load`: how it bears mixed traffic, alone and beside many stored orders.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      ...{ quick: { type: "boolean", default: false }, load: { type: "boolean", default: false } },
      ...{ rate: { type: "string" }, seed: { type: "string" } },
    },
  });
  const plan = values.quick ? QUICK : WHOLE;
  const started = performance.now();
  const folder = mkdtempSync(join(tmpdir(), "kolo-bench-"));
  const assembly = join(folder, "cdk.out");
  const aims: Aim[] = [];
  try {
    print(`Kolo's bench${values.quick ? ", quick: numbers are rough" : ""}`);
    print(`Node.js ${process.versions.node}, ${availableParallelism()} processors, ${loadText()}`);
    synthesize({ outDir: assembly, settings: localSettings() });
    if (values.load) return await showLoad({ assembly, folder }, { ...plan, traffic: asked(plan.traffic, values) });
    await section("Placing orders", async () => aims.push(...(await showThroughput({ assembly, folder }, plan))));
    await section("One order's life", async () => aims.push(...(await showLives({ assembly, folder }, plan))));
    await section("Bundles", async () => aims.push(...showBundles({ assembly, folder }, plan)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  print(`\n== Aims\n${aimText(aims)}`);
  print(`\nIt took ${number((performance.now() - started) / 1_000)} s; ${loadText()}.`);
}

/** A part of the bench; one that could not measure says so, and the others go on. */
async function section(title: string, show: () => unknown): Promise<void> {
  print(`\n== ${title}`);
  try {
    await show();
  } catch (error) {
    process.exitCode = 1;
    print(`  NOT MEASURED: ${error instanceof Error ? error.stack : String(error)}`);
  }
}

/** The traffic as the command line wants it. */
function asked(traffic: TrafficPlan, { rate, seed }: { rate?: string; seed?: string }): TrafficPlan {
  return { ...traffic, ...(rate && { perSecond: Number(rate) }), ...(seed && { seed: Number(seed) }) };
}

async function showLoad(place: { assembly: string; folder: string }, plan: Plan): Promise<void> {
  const { sizes, seconds } = plan.growth;
  await section("Load", async () => {
    print(trafficHead(plan.traffic));
    const cloud = new OwnCloud({ assembly: place.assembly, directory: join(place.folder, "load") });
    try {
      const report = await runTraffic(await cloud.start(), plan.traffic);
      print(`${trafficText(report)}\n  ${loadText()}`);
      if (report.failed + report.complaints.length > 0) process.exitCode = 1;
      await cloud.end("SIGINT");
    } finally {
      cloud.remove();
    }
  });
  await section("Growth", async () => {
    print(
      `  The table is filled with copies of one real order's items under fresh ids; then ${seconds} s of the same.`,
    );
    const rows: GrowthRow[] = [];
    await measureGrowth(place, sizes, { ...plan.traffic, seconds, audits: false }, (row) => rows.push(row));
    print(`${growthText(rows)}\n  ${loadText()}`);
    if (rows.some(({ traffic: { failed, complaints } }) => failed + complaints.length > 0)) process.exitCode = 1;
  });
}

async function showThroughput(place: { assembly: string; folder: string }, { rounds }: Plan): Promise<Aim[]> {
  const rows: ThroughputRow[] = [];
  print(throughputHead(rounds));
  await measureThroughput(place, rounds, (row) => rows.push(row));
  print(`${throughputText(rows)}\n  ${loadText()}`);
  return throughputAims(rows);
}

async function showLives(place: { assembly: string; folder: string }, plan: Plan): Promise<Aim[]> {
  const lives: Lives = await measureLives(place, plan.lives);
  const standing = standingOf(loadTopology(place.assembly, ""));
  print(lifeText(lives, plan.lives));
  print(`\n== Price of a million orders\n${billText(lives.fresh.usage, standing)}`);
  print(`\n== Bill of a month with 300 orders\n${monthText(lives, standing)}`);
  return [...lifeAims(lives), ...priceAims(lives.fresh.usage), ...idleAims(lives, standing)];
}

function showBundles(place: { assembly: string; folder: string }, { imports }: Plan): Aim[] {
  const report = measureBundles(place, imports);
  print(`${bundleText(report, imports)}\n  ${loadText()}`);
  return bundleAims(report);
}

const loadText = () => `load of the machine ${loadavg()[0]?.toFixed(1)}`;

function print(text: string): void {
  console.log(text);
}

await main();
