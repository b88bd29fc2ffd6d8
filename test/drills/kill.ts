import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Random } from "../../infra/cli/sample-day/random.ts";
import { synthesize } from "../../infra/cli/synth.ts";
import { localSettings } from "../../infra/settings.ts";
import { number, tableText } from "../bench/text.ts";
import { clientsOf, complaintsOf, type Killed, killOnce, look } from "../flows/support/killing.ts";
import { OwnCloud } from "../flows/support/own-cloud.ts";
import { openStore } from "../flows/support/store.ts";

const RECOVERY_MS_MAX = 10_000;
const COLUMNS = [5, 8, 13, 8, 7, 9, 6, 14, 11];
const HEAD = [
  "kill",
  "after ms",
  "acknowledged",
  "unknown",
  "orders",
  "recovery",
  "lost",
  "metric items",
  "complaints",
];

/** `npm run kill -- --kills 30 [--seed 42]`: kills a local cloud under load, again and again; compares each time. */
async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: { kills: { type: "string", default: "30" }, seed: { type: "string" } },
  });
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  const kills = Number(values.kills);
  if (!(kills > 0 && Number.isInteger(kills + seed))) throw new Error("--kills and --seed are whole numbers.");
  console.log(`${kills} kills by --seed ${seed}; orders are pushed, Shopify's and Stripe's deliveries come, at once`);
  const folder = mkdtempSync(join(tmpdir(), "kolo-kill-"));
  const assembly = join(folder, "cdk.out");
  const cloud = new OwnCloud({ assembly, directory: join(folder, "data") });
  try {
    synthesize({ outDir: assembly, settings: localSettings() });
    return await killed(cloud, kills, new Random(seed));
  } finally {
    cloud.remove();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function killed(cloud: OwnCloud, kills: number, random: Random): Promise<boolean> {
  const store = await openStore(await cloud.start(), { platform: "shopify" });
  const clients = await clientsOf(store);
  const all: Killed[] = [];
  const complaints: string[] = [];
  console.log(line(HEAD));
  for (let kill = 1; kill <= kills; kill += 1) {
    const one = await killOnce(cloud, store, clients, random);
    const against = complaintsOf(one);
    all.push(one);
    complaints.push(...against.map((complaint) => `kill ${kill}: ${complaint}`));
    if (one.recoveryMs > RECOVERY_MS_MAX)
      complaints.push(`kill ${kill}: recovery took ${one.recoveryMs.toFixed(0)} ms`);
    console.log(
      line([
        ...[kill, one.delayMs, one.acknowledged, one.unknown, one.orders],
        ...[`${(one.recoveryMs / 1_000).toFixed(1)} s`, one.lost.length, one.audit.agreeing, against.length],
      ]),
    );
  }
  await clients.push(clients.unknown + 1);
  complaints.push(...complaintsOf(await look(store, clients)).map((complaint) => `at the end: ${complaint}`));
  const recoveries = all.map(({ recoveryMs }) => recoveryMs / 1_000);
  const rows = [
    ["kills", number(kills)],
    ["writes acknowledged", number(clients.acknowledged)],
    ["acknowledged writes lost", number(all.reduce((sum, { lost }) => sum + lost.length, 0))],
    ["recovery, the slowest", `${Math.max(...recoveries).toFixed(1)} s (at most ${RECOVERY_MS_MAX / 1_000})`],
    ["complaints", number(complaints.length)],
  ];
  console.log(`\n${tableText(["in all", ""], rows)}`);
  for (const complaint of complaints) console.log(`  ${complaint}`);
  await cloud.end("SIGINT");
  return complaints.length === 0;
}

const line = (cells: readonly (string | number)[]) =>
  `  ${cells.map((cell, index) => String(cell).padStart(COLUMNS[index] ?? 0)).join(" ")}`;

process.exitCode = (await main()) ? 0 : 1;
