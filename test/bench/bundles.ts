import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundle, type Entry } from "../../infra/constructs/bundle.ts";
import { loadTopology } from "../../infra/local/topology.ts";
import { type BenchFunction, functionsOf } from "./functions.ts";
import { median } from "./text.ts";

/** What a cold start has to load. */
export interface Imported {
  name: string;
  bytes: number;
  /** Median over fresh processes. */
  importMs: number;
  /** The quickest of them: what a machine with nothing else to do would take. */
  quickestMs: number;
  /** How many times as long as the client alone: the median of the rounds, whatever the speed of the machine. */
  ofClient: number;
}

/** What a function's cold start has to load. */
export interface BundleRow extends Imported, Pick<BenchFunction, "kind"> {}

/** All functions, and what they cannot be quicker than. */
export interface BundleReport {
  rows: BundleRow[];
  /** What every function that reads the table holds. */
  client: Imported;
  /** What every API function holds, without a line of Kolo's own. */
  libraries: Imported;
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

const COMMANDS = "GetItemCommand, QueryCommand, TransactWriteItemsCommand";
const CLIENT: Entry = {
  name: "the DynamoDB client alone",
  source: `export { DynamoDBClient, ${COMMANDS} } from "@aws-sdk/client-dynamodb";`,
  files: [],
};

/** As the shell makes them: a client, a logger, a frame and a verifier for the function, and one schema. */
const LIBRARIES: Entry = {
  name: "an API function's libraries alone",
  source: `
    import { Logger } from "@aws-lambda-powertools/logger";
    import { DynamoDBClient, ${COMMANDS} } from "@aws-sdk/client-dynamodb";
    import middy from "@middy/core";
    import { JwtVerifier } from "aws-jwt-verify";
    import * as z from "zod";
    export default [new DynamoDBClient(), ${COMMANDS}, new Logger(), middy, JwtVerifier, z.object({ id: z.string() })];
  `,
  files: [],
};

type Start = Pick<BenchFunction, "name" | "environment" | "physicalName" | "root">;

/** Sizes and import times of all bundles, each import in a fresh process with the function's own environment. */
export function measureBundles({ assembly, folder }: { assembly: string; folder: string }, runs: number): BundleReport {
  const functions = functionsOf(loadTopology(assembly, ""));
  const yardstick = (entry: Entry, name: string): Start => ({
    ...{ name: entry.name, environment: {}, physicalName: name },
    root: bundle({ ...entry, name }, join(folder, "metafiles")),
  });
  const client = yardstick(CLIENT, "bench-client");
  const libraries = yardstick(LIBRARIES, "bench-libraries");
  const starts: readonly Start[] = [client, libraries, ...functions];
  const times = new Map(starts.map((one) => [one, [] as number[]]));
  // Round by round, so that a busy moment of the machine does not meet one function only.
  for (let run = 0; run < runs; run += 1) for (const one of starts) times.get(one)?.push(importMs(one));
  const importedOf = (one: Start) => imported(one, times.get(one) ?? [], times.get(client) ?? []);
  const rows = functions.map((one) => ({ ...importedOf(one), kind: one.kind }));
  return { client: importedOf(client), libraries: importedOf(libraries), rows };
}

const imported = (one: Start, times: readonly number[], ofClient: readonly number[]): Imported => ({
  name: one.name,
  bytes: readFileSync(fileOf(one)).byteLength,
  importMs: median([...times]),
  quickestMs: Math.min(...times),
  ofClient: median(times.map((ms, round) => ms / (ofClient[round] ?? Number.NaN))),
});

function fileOf({ name, root }: Start): string {
  if (root === undefined) throw new Error(`The function ${name} has no bundle.`);
  return join(root, "index.mjs");
}

function importMs(one: Start): number {
  const env = { ...one.environment, AWS_REGION: "us-east-1", AWS_LAMBDA_FUNCTION_NAME: one.physicalName };
  const args = ["--input-type=module", "--eval", IMPORT, pathToFileURL(fileOf(one)).href];
  const text = execFileSync(process.execPath, args, { env, encoding: "utf8" });
  return Number(text.trim().split("\n").at(-1));
}
