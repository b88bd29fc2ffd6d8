import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { synthesize } from "../../../infra/cli/synth.ts";
import { type Cloud, startCloud } from "../../../infra/local/cloud.ts";
import { localSettings } from "../../../infra/settings.ts";

/** Where the stories' Kolo is; `whole` when all stories run over one that saw nothing else. */
export interface Where {
  kind: "local" | "deployed";
  url: string;
  whole: boolean;
}

declare module "vitest" {
  export interface ProvidedContext {
    where: Where;
  }
}

/** The stories' clock begins at noon in Kyiv, far from midnight, so that a story's orders are of one day. */
const START_AT = Date.parse("2026-11-20T10:00:00Z");

/** Finds one Kolo for all stories: the one that KOLO_URL names, or a local cloud of this run that leaves nothing. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const url = process.env.KOLO_URL?.replace(/\/$/, "");
  if (url !== undefined) {
    project.provide("where", { kind: (await isLocalCloud(url)) ? "local" : "deployed", url, whole: false });
    return async () => {};
  }
  const directory = mkdtempSync(join(tmpdir(), "kolo-flows-"));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  try {
    const cloud = await start(directory);
    project.provide("where", { kind: "local", url: cloud.url, whole: await isWhole(project) });
    return () => cloud.stop().finally(remove);
  } catch (error) {
    remove();
    throw error;
  }
}

function start(directory: string): Promise<Cloud> {
  const assembly = join(directory, "cdk.out");
  synthesize({ outDir: assembly, settings: localSettings() });
  return startCloud({ assembly, dataDir: directory, port: 0, inMemory: true, startAt: START_AT });
}

async function isLocalCloud(url: string): Promise<boolean> {
  return (await fetch(`${url}/_local/clock`)).ok;
}

/** Whether nobody asked for some of the stories only. */
async function isWhole(project: TestProject): Promise<boolean> {
  const { filenamePattern } = project.vitest as { filenamePattern?: string[] };
  const count = async (filters?: string[]) => (await project.globTestFiles(filters)).testFiles.length;
  return project.config.testNamePattern === undefined && (await count(filenamePattern)) === (await count());
}
