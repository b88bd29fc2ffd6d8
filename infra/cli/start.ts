import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ROOT } from "../constructs/bundle.ts";
import { type Cloud, checkFree, startCloud } from "../local/cloud.ts";
import { CannotStart } from "../local/errors.ts";
import { startSettings } from "../settings.ts";
import { SetupProblem } from "../setup-problem.ts";
import { playDay } from "./sample-day/play.ts";
import { DAY_MS } from "./sample-day/script.ts";
import { summarize } from "./sample-day/summary.ts";
import { synthesize } from "./synth.ts";

const EMPTY = "--empty";
const HELP = ["--help", "-h", "help"];

const USAGE = `npm start -- [--empty] [--<setting>=<value> ...]

  --empty                 goes without the sample shop's day
  --promoCode=NOV10       a setting as kolo.json has it; docs/operator.md says what each decides
  --mailTestAddresses=    with no value: none
  --financeLocale=en
  --mailSender=shop@kvitka.example
  --help                  says this

PORT (4000) and KOLO_DATA (.local) in the environment say where it is served and where it keeps its data.`;

/** `npm start`: synthesizes the app, runs it on this machine, plays the sample day once, and goes on serving. */
async function main(args: string[]): Promise<void> {
  if (args.some((arg) => HELP.includes(arg))) return console.log(USAGE);
  const settings = startSettings(
    join(ROOT, "kolo.json"),
    args.filter((arg) => arg !== EMPTY),
  );
  const port = portOf(process.env.PORT);
  const dataDir = resolve(process.env.KOLO_DATA ?? ".local");
  const isFresh = !existsSync(join(dataDir, "cloud.db"));
  const plays = isFresh && !args.includes(EMPTY);
  const assembly = join(dataDir, "cdk.out");
  // Before anything is written: a Kolo that runs there runs on these bundles.
  await checkFree({ dataDir, port });
  if (!isFresh) console.log(`Goes on with the data of an earlier run in ${dataDir} (remove it to begin anew)`);
  await step("Synthesizing the templates and bundling the functions", async () => {
    synthesize({ outDir: assembly, settings });
  });
  // The day that is played ends now: so it begins as long ago as it lasts.
  const startAt = Date.now() - (plays ? DAY_MS : 0);
  const cloud = await step("Starting the local cloud", () => startCloud({ assembly, dataDir, port, startAt }));
  stopWhenAsked(cloud);
  if (plays) await playSampleDay(cloud, join(dataDir, "sample-day.txt"));
  console.log(`ready ${cloud.url}`);
}

async function playSampleDay(cloud: Cloud, keptAt: string): Promise<void> {
  console.log("Playing the sample shop's day (npm start -- --empty goes without)");
  const summary = await summarize(await playDay(cloud.url));
  writeFileSync(keptAt, summary);
  console.log(summary);
}

function portOf(text: string | undefined): number {
  const port = Number(text ?? 4000);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new SetupProblem(`PORT is "${text}": it must be a number from 0 to 65535.`);
}

async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  process.stdout.write(`${what} ...`);
  try {
    return await work();
  } finally {
    process.stdout.write(` ${((performance.now() - started) / 1_000).toFixed(1)} s\n`);
  }
}

/** Ctrl-C, a request to end, or the end of whoever started us: all stop the cloud in order, once. */
function stopWhenAsked(cloud: Cloud): void {
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    void cloud.stop().finally(() => process.exit(0));
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "disconnect"]) process.on(signal, stop);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const isPlain = error instanceof CannotStart || error instanceof SetupProblem;
  console.error(isPlain ? `\n${error.message}` : error);
  process.exit(1);
});
