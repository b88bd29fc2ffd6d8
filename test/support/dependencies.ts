import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Metafile } from "esbuild";
import { synthesize } from "../../infra/cli/synth.ts";
import { localSettings } from "../../infra/settings.ts";
import { ROOT } from "./sources.ts";

/** Why each package runs in production. */
const REASONS: Record<string, string> = {
  "@aws-lambda-powertools/logger": "logs as JSON, with levels and the function's name",
  "@aws-lambda-powertools/metrics": "counts for operators, written into the log",
  "@aws-sdk/client-dynamodb": "the table",
  "@aws-sdk/client-eventbridge": "the bus",
  "@aws-sdk/client-scheduler": "wake-ups at a time",
  "@aws-sdk/client-ses": "mail",
  "@aws-sdk/client-sfn": "starts the journeys' executions",
  "@aws-sdk/client-sns": "alerts to finance",
  "@aws-sdk/util-dynamodb": "items to and from DynamoDB's own form",
  "@middy/core": "the frame of the handlers",
  "@smithy/signature-v4": "signs the few requests to AWS that need no client of their own",
  "aws-jwt-verify": "tokens of staff",
  "libphonenumber-js": "phones as E.164, by each country's rules",
  liquidjs: "letters and their templates",
  nodemailer: "letters as MIME",
  ulid: "ids that sort by time",
  zod: "the forms of everything that comes in",
};

/** A package that runs in production: why, and in which functions. */
export interface Dependency {
  name: string;
  why: string | undefined;
  bundles: readonly string[];
}

/** The direct runtime dependencies of package.json with the bundles that carry code of theirs. */
export function dependencies(): Dependency[] {
  const outDir = mkdtempSync(join(tmpdir(), "kolo-dependencies-"));
  synthesize({ outDir, settings: localSettings() });
  const bundles = readdirSync(join(outDir, "bundles")).map((file) => ({
    name: file.replace(/\.json$/, ""),
    packages: packagesOf(JSON.parse(readFileSync(join(outDir, "bundles", file), "utf8")) as Metafile),
  }));
  const { dependencies: direct } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  return Object.keys(direct).map((name) => ({
    name,
    why: REASONS[name],
    bundles: bundles.filter(({ packages }) => packages.has(name)).map((bundle) => bundle.name),
  }));
}

/** Reasons for what is no dependency any more. */
export const staleReasons = (all: readonly Dependency[]): string[] =>
  Object.keys(REASONS).filter((name) => !all.some((one) => one.name === name));

/** Packages of which a bundle has at least one byte. */
function packagesOf({ outputs }: Metafile): Set<string> {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const used = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return new Set(used.flatMap(([path]) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
}

/** The table of the README. */
function print(all: readonly Dependency[]): void {
  const functions = new Set(all.flatMap(({ bundles }) => bundles)).size;
  const where = ({ bundles }: Dependency) => {
    if (bundles.length === functions) return `all ${functions}`;
    return bundles.length > 4 ? `${bundles.length} of ${functions}` : bundles.map((name) => `\`${name}\``).join(", ");
  };
  console.log("| dependency | why | in the bundles |\n| --- | --- | --- |");
  for (const one of all) console.log(`| \`${one.name}\` | ${one.why} | ${where(one)} |`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) print(dependencies());
