import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Presets, SingleBar } from "cli-progress";
import { synthesize } from "../../infra/cli/synth.ts";
import { startCloud } from "../../infra/local/cloud.ts";
import { localSettings } from "../../infra/settings.ts";
import { cdnow, hasCdnow } from "../support/cdnow.ts";
import type { Deployment } from "./support/deployment.ts";
import { localDeployment } from "./support/local-deployment.ts";
import { MUSIC_SHOP, metricsOf, numbersOf, sell } from "./support/purchases.ts";
import { openStore } from "./support/store.ts";

/** `npm run cdnow`: pushes all purchases of the CDNOW sample to a local cloud and compares its numbers. */
async function main(): Promise<boolean> {
  if (!hasCdnow) throw new Error("The data set is not there: it lies in ../shared/datasets/cdnow.");
  const directory = mkdtempSync(join(tmpdir(), "kolo-cdnow-"));
  try {
    const assembly = join(directory, "cdk.out");
    synthesize({ outDir: assembly, settings: localSettings() });
    const cloud = await startCloud({ assembly, dataDir: directory, port: 0 });
    try {
      return await compare(localDeployment(cloud.url));
    } finally {
      await cloud.stop();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function compare(kolo: Deployment): Promise<boolean> {
  const purchases = cdnow();
  const store = await openStore(kolo, MUSIC_SHOP);
  const format = "  {bar} {value}/{total} orders  {duration_formatted}";
  const bar = new SingleBar({ format, hideCursor: true }, Presets.shades_classic);
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1_000;
  bar.start(purchases.length, 0);
  await sell(store, purchases, () => bar.increment());
  bar.stop();
  const pushed = seconds();
  await kolo.settle();
  const expected: Record<string, string> = { ...numbersOf(purchases), mails: "0" };
  const got: Record<string, string | null> = {
    ...(await metricsOf(store)),
    mails: String((await kolo.outbox()).length),
  };
  const rate = (purchases.length / pushed).toFixed(0);
  console.log(
    `  ${purchases.length} orders in ${pushed.toFixed(1)} s (${rate}/s), everything else ${seconds().toFixed(1)} s\n`,
  );
  for (const [name, value] of Object.entries(expected)) {
    const verdict = got[name] === value ? "as published" : `but ${value} is published`;
    console.log(`  ${name.padEnd(22)} ${String(got[name]).padStart(12)}  ${verdict}`);
  }
  return Object.entries(expected).every(([name, value]) => got[name] === value);
}

process.exitCode = (await main()) ? 0 : 1;
