import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { loadTopology } from "../../infra/local/topology.ts";
import { type BenchFunction, functionsOf } from "./functions.ts";
import { median } from "./text.ts";

/** What a function's cold start has to load. */
export interface BundleRow extends Pick<BenchFunction, "name" | "kind"> {
  bytes: number;
  /** Median over fresh processes. */
  importMs: number;
  /** The quickest of them: what a machine with nothing else to do would take. */
  quickestMs: number;
}

/** The aims, for functions that answer people, and for every function. */
export const BUNDLE_BYTES_MAX = 500_000;
export const IMPORT_MS_MAX = 60;

const IMPORT = `
const started = performance.now();
await import(process.argv[1]);
console.log(performance.now() - started);
process.exit(0);
`;

/** Sizes and import times of all bundles, each import in a fresh process with the function's own environment. */
export function measureBundles(assembly: string, runs: number): BundleRow[] {
  const functions = functionsOf(loadTopology(assembly, ""));
  const times = new Map(functions.map(({ name }) => [name, [] as number[]]));
  // Round by round, so that a busy moment of the machine does not meet one function only.
  for (let run = 0; run < runs; run += 1) for (const one of functions) times.get(one.name)?.push(importMs(one));
  return functions.map((one) => ({
    name: one.name,
    kind: one.kind,
    bytes: readFileSync(fileOf(one)).byteLength,
    importMs: median(times.get(one.name) ?? []),
    quickestMs: Math.min(...(times.get(one.name) ?? [])),
  }));
}

function fileOf({ name, root }: BenchFunction): string {
  if (root === undefined) throw new Error(`The function ${name} has no bundle.`);
  return join(root, "index.mjs");
}

function importMs(one: BenchFunction): number {
  const env = { ...one.environment, AWS_REGION: "us-east-1", AWS_LAMBDA_FUNCTION_NAME: one.physicalName };
  const args = ["--input-type=module", "--eval", IMPORT, pathToFileURL(fileOf(one)).href];
  const text = execFileSync(process.execPath, args, { env, encoding: "utf8" });
  return Number(text.trim().split("\n").at(-1));
}
