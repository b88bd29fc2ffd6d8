import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Outcome, play } from "./world.ts";

const SEEDS_FILE = new URL("./seeds.ts", import.meta.url);
const SHOWN_MAX = 20;
const SEEDS_KEPT_MAX = 20;
const MINUTE_MS = 60_000;
const BAR_WIDTH = 40;

const { values } = parseArgs({ options: { seeds: { type: "string" }, from: { type: "string" } } });
const only = process.env.SEED;
const isKept = only === undefined ? await many(Number(values.from ?? 1), Number(values.seeds ?? 300)) : await one(only);
process.exitCode = isKept ? 0 : 1;

/** Plays one world and tells all of it. */
async function one(seed: string): Promise<boolean> {
  const outcome = await play(Number(seed), { traced: true });
  console.log(outcome.trace.join("\n"));
  console.log(`\nSeed ${seed}: ${outcome.facts.length} facts, ${outcome.steps} steps, digest ${outcome.digest}`);
  tell(outcome);
  return outcome.problems.length === 0;
}

/** Plays many worlds; those that fail are kept. */
async function many(from: number, seeds: number): Promise<boolean> {
  const progress = progressOf(seeds);
  const totals: Record<string, number> = {};
  const failed: Outcome[] = [];
  let facts = 0;
  for (let seed = from; seed < from + seeds; seed += 1) {
    const outcome = await play(seed);
    facts += outcome.facts.length;
    if (outcome.problems.length > 0) {
      failed.push(outcome);
      keep(seed);
    }
    for (const [name, times] of Object.entries(outcome.faults)) totals[name] = (totals[name] ?? 0) + times;
    progress(seed - from + 1, failed.length);
  }
  console.log(`\n${seeds} worlds, ${facts} facts. How often each fault met each outcome:`);
  for (const [name, times] of Object.entries(totals).sort()) console.log(`${String(times).padStart(9)}  ${name}`);
  for (const outcome of failed.slice(0, SHOWN_MAX)) tell(outcome);
  if (failed.length === 0) console.log("\nEverything was as it must be in every world.");
  else console.log(`\n${failed.length} worlds failed; their seeds are kept in test/simulation/seeds.ts.`);
  return failed.length === 0;
}

/**
 * Tells how far a run is: after every world on a terminal, once a minute in a log. A bar with a timer will not do: one
 * that goes off while a world is played becomes a timer of that world, which then never rests.
 */
function progressOf(worlds: number) {
  const startedMs = performance.now();
  let toldMs = startedMs;
  return (played: number, failed: number) => {
    const nowMs = performance.now();
    const leftMs = ((nowMs - startedMs) / played) * (worlds - played);
    const bar = "\u25A0".repeat((played / worlds) * BAR_WIDTH).padEnd(BAR_WIDTH);
    const line = `${bar} ${played}/${worlds} worlds, ${failed} failed, ${Math.ceil(leftMs / MINUTE_MS)} min left`;
    if (process.stdout.isTTY) process.stdout.write(`\r${line} `);
    else if (nowMs - toldMs >= MINUTE_MS) {
      console.log(line);
      toldMs = nowMs;
    }
  };
}

function tell({ seed, problems }: Outcome): void {
  for (const problem of problems) console.log(`\nSeed ${seed}: ${problem}`);
  if (problems.length > 0) console.log(`SEED=${seed} npm run simulate shows all that happened.`);
}

/** A seed whose world failed is played by every test from now on; at once, for a run may be ended. */
function keep(seed: number): void {
  const source = readFileSync(SEEDS_FILE, "utf8");
  const kept = (/= \[([^\]]*)\]/.exec(source)?.[1] ?? "").split(",").map(Number).filter(Boolean);
  const all = [...new Set([...kept, seed])].sort((a, b) => a - b);
  if (all.length <= SEEDS_KEPT_MAX) writeFileSync(SEEDS_FILE, source.replace(/= \[[^\]]*\]/, `= [${all.join(", ")}]`));
}
