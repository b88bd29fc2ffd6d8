import type { LocalEngine } from "./engine.ts";
import { CannotStart } from "./errors.ts";
import type { FunctionPool } from "./functions.ts";
import type { Iam } from "./iam.ts";
import { compilePattern, type Matcher } from "./pattern.ts";
import type { AwsRequest, AwsResponse, Delivery, Permission, QueueSource, Resource } from "./ports.ts";
import type { LocalTopology } from "./topology.ts";

/** What an event source mapping works with. */
export interface SourceTools {
  topology: LocalTopology;
  engine: LocalEngine;
  functions: FunctionPool;
  delivery: Delivery;
  iam: Iam;
  call(request: AwsRequest): Promise<AwsResponse>;
  queues: QueueSource | undefined;
  /** Whether every batch is handed over twice. */
  duplicates(): boolean;
  /** Whether no batch is handed over at all. */
  paused(): boolean;
  counters: SourceCounters;
  log: (line: string) => void;
}

/** What mappings ask of queues and hand to functions; AWS bills the requests to queues. */
export interface SourceCounters {
  queueReceives: number;
  queueDeletes: number;
  messages: number;
  batches: number;
  records: number;
}

/** The settings of an event source mapping. */
export interface MappingSettings {
  id: string;
  sourceArn: string;
  functionArn: string;
  roleArn: string;
  batchSize: number;
  windowMs: number;
  /** Whether the function may name the records that failed. */
  partial: boolean;
  bisect: boolean;
  /** `undefined` retries until the record is too old. */
  retriesMax: number | undefined;
  ageMsMax: number | undefined;
  concurrencyMax: number;
  destinationArn: string | undefined;
  startsAtEnd: boolean;
  matches: Matcher;
}

const CONCURRENCY_DEFAULT = 5;

/** Reads the mappings of the topology that are switched on. */
export function readMappings(tools: SourceTools): MappingSettings[] {
  return tools.topology
    .all("AWS::Lambda::EventSourceMapping")
    .filter(({ properties }) => properties.Enabled !== false)
    .map((resource) => readMapping(resource, tools));
}

function readMapping({ properties, ref, logicalId }: Resource, { topology, functions }: SourceTools): MappingSettings {
  const named = String(properties.FunctionName);
  const functionArn = named.startsWith("arn:")
    ? named
    : `arn:aws:lambda:${topology.region}:${topology.account}:function:${named}`;
  const definition = functions.definition(functionArn);
  if (!definition) throw new CannotStart(`The event source mapping ${logicalId} names the unknown function ${named}.`);
  const sourceArn = String(properties.EventSourceArn);
  const scaling = properties.ScalingConfig as { MaximumConcurrency?: number } | undefined;
  const destinations = properties.DestinationConfig as { OnFailure?: { Destination?: string } } | undefined;
  const isStream = sourceArn.includes(":dynamodb:");
  return {
    id: ref,
    sourceArn,
    functionArn,
    roleArn: definition.roleArn,
    batchSize: Number(properties.BatchSize ?? (isStream ? 100 : 10)),
    windowMs: Number(properties.MaximumBatchingWindowInSeconds ?? 0) * 1000,
    partial: ((properties.FunctionResponseTypes ?? []) as string[]).includes("ReportBatchItemFailures"),
    bisect: properties.BisectBatchOnFunctionError === true,
    retriesMax: bounded(properties.MaximumRetryAttempts, 1),
    ageMsMax: bounded(properties.MaximumRecordAgeInSeconds, 1_000),
    concurrencyMax: Number(scaling?.MaximumConcurrency ?? CONCURRENCY_DEFAULT),
    destinationArn: destinations?.OnFailure?.Destination,
    startsAtEnd: properties.StartingPosition === "LATEST",
    matches: compileFilters(properties.FilterCriteria),
  };
}

/** -1 means without bound. */
function bounded(value: unknown, unit: number): number | undefined {
  return value === undefined || Number(value) < 0 ? undefined : Number(value) * unit;
}

function compileFilters(criteria: unknown): Matcher {
  const { Filters = [] } = (criteria ?? {}) as { Filters?: { Pattern: string }[] };
  const matchers = Filters.map(({ Pattern }) => compilePattern(Pattern));
  return matchers.length === 0 ? () => true : (event) => matchers.some((matches) => matches(event));
}

/** AWS refuses to create a mapping that its function's role cannot serve; so does the start. */
export function demandSourceAccess({ iam }: SourceTools, mapping: MappingSettings, permissions: Permission[]): void {
  try {
    iam.check(mapping.roleArn, permissions);
  } catch (cause) {
    const needed = permissions.map(({ action }) => action).join(", ");
    throw new CannotStart(`The role ${mapping.roleArn} must be allowed ${needed} on ${mapping.sourceArn}.`, { cause });
  }
}
