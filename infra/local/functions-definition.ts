import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CannotStart } from "./errors.ts";
import type { Resource } from "./ports.ts";
import type { LocalTopology } from "./topology.ts";

/** What a template says of a function, ready to run. */
export interface FunctionDefinition {
  arn: string;
  name: string;
  roleArn: string;
  handler: string;
  /** Directory that holds the bundle. */
  root: string;
  timeoutMs: number;
  memoryMb: number;
  /** Reserved concurrency; `undefined` shares what the machine has. */
  concurrency: number | undefined;
  /** With text logs AWS adds START, END and REPORT lines, with JSON logs it may be told not to. */
  logsPlatformLines: boolean;
  env: Record<string, string>;
  /** The access key by which the front door knows the function. */
  accessKey: string;
}

/** Reads all functions of the topology. `dataDir` takes code that a template carries inline. */
export function readFunctions(topology: LocalTopology, dataDir: string): FunctionDefinition[] {
  return topology.all("AWS::Lambda::Function").map((resource) => readFunction(resource, topology, dataDir));
}

function readFunction(resource: Resource, topology: LocalTopology, dataDir: string): FunctionDefinition {
  const { properties, arn, ref } = resource;
  const timeout = Number(properties.Timeout ?? 3);
  const environment = (properties.Environment as { Variables?: Record<string, unknown> } | undefined)?.Variables ?? {};
  const logging = properties.LoggingConfig as { LogFormat?: string; SystemLogLevel?: string } | undefined;
  const reserved = properties.ReservedConcurrentExecutions;
  return {
    arn,
    name: ref,
    roleArn: String(properties.Role),
    handler: String(properties.Handler ?? "index.handler"),
    root: codeOf(resource, topology, dataDir),
    timeoutMs: timeout * 1000,
    memoryMb: Number(properties.MemorySize ?? 128),
    concurrency: reserved === undefined ? undefined : Number(reserved),
    logsPlatformLines: logging?.LogFormat !== "JSON" || !["WARN"].includes(logging.SystemLogLevel ?? "INFO"),
    env: Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)])),
    accessKey: `LKIA${createHash("sha256").update(arn).digest("hex").slice(0, 16).toUpperCase()}`,
  };
}

function codeOf({ properties, ref, stack }: Resource, topology: LocalTopology, dataDir: string): string {
  const code = (properties.Code ?? {}) as { S3Key?: string; ZipFile?: string };
  if (code.ZipFile !== undefined) {
    const root = join(dataDir, "inline", ref);
    mkdirSync(root, { recursive: true });
    writeFileSync(join(root, "index.js"), code.ZipFile);
    return root;
  }
  const asset = code.S3Key === undefined ? undefined : topology.asset(code.S3Key);
  if (asset === undefined)
    throw new CannotStart(`The function ${ref} of the stack ${stack} has no bundle: synthesize again.`);
  return asset;
}
