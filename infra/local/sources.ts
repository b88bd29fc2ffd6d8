import type { DynamoClient } from "./dynamodb-client.ts";
import type { Expiry } from "./dynamodb-expiry.ts";
import type { LocalTable } from "./dynamodb-tables.ts";
import type { Units } from "./dynamodb-units.ts";
import { CannotStart } from "./errors.ts";
import type { Permission } from "./ports.ts";
import { QueueMapping } from "./sources-queue.ts";
import {
  demandSourceAccess,
  type MappingSettings,
  readMappings,
  type SourceCounters,
  type SourceTools,
} from "./sources-settings.ts";
import { StreamMapping } from "./sources-stream.ts";
import { StreamTail } from "./streams.ts";

/** All event source mappings: what feeds functions from streams and queues. */
export class Sources {
  readonly #tools: SourceTools;
  readonly #tails = new Map<string, StreamTail>();
  readonly #mappings: (StreamMapping | QueueMapping)[] = [];

  constructor(
    setup: Omit<SourceTools, "duplicates" | "paused" | "counters"> & {
      client: DynamoClient;
      units: Units;
      expiry: Expiry;
      tables: Map<string, LocalTable>;
      switches: { duplicate: boolean; paused: boolean };
    },
  ) {
    const { switches } = setup;
    const counters = { queueReceives: 0, queueDeletes: 0, messages: 0, batches: 0, records: 0 };
    this.#tools = { ...setup, counters, duplicates: () => switches.duplicate, paused: () => switches.paused };
    const mappings = readMappings(this.#tools);
    for (const table of setup.tables.values()) {
      const own = mappings.filter(({ sourceArn }) => sourceArn === table.streamArn);
      if (own.length > 0) this.#readStream(table, own, setup);
    }
    for (const mapping of mappings.filter(({ sourceArn }) => sourceArn.includes(":sqs:"))) this.#readQueue(mapping);
  }

  /** Requests to queues and batches handed over, since the start. */
  stats(): SourceCounters {
    return { ...this.#tools.counters };
  }

  start(): void {
    for (const tail of this.#tails.values()) tail.start();
    for (const mapping of this.#mappings) if (mapping instanceof QueueMapping) mapping.start();
  }

  stop(): void {
    for (const each of [...this.#tails.values(), ...this.#mappings]) each.stop();
  }

  /** A table was written to. */
  written(table: LocalTable): void {
    this.#tails.get(table.name)?.written();
  }

  /** Looks again at everything, after a switch was turned. */
  wake(): void {
    for (const tail of this.#tails.values()) tail.poke();
    for (const mapping of this.#mappings) mapping.pump();
  }

  #readStream(
    table: LocalTable,
    settings: MappingSettings[],
    { client, units, expiry }: { client: DynamoClient; units: Units; expiry: Expiry },
  ): void {
    const { engine, topology, paused, log } = this.#tools;
    const room = () => this.#tails.get(table.name)?.poke();
    const readers = settings.map((each) => {
      const actions = ["dynamodb:DescribeStream", "dynamodb:GetShardIterator", "dynamodb:GetRecords"];
      demandSourceAccess(this.#tools, each, needs(actions, each.sourceArn, table.keyArn, "dynamodb"));
      return new StreamMapping(each, this.#tools, table.localStreamArn ?? "", room);
    });
    this.#mappings.push(...readers);
    this.#tails.set(
      table.name,
      new StreamTail({ table, client, engine, units, expiry, readers, region: topology.region, paused, log }),
    );
  }

  #readQueue(settings: MappingSettings): void {
    const { queues, topology, functions } = this.#tools;
    if (!queues) throw new CannotStart("The templates map queues to functions, but no queue service runs.");
    const queue = topology.byArn(settings.sourceArn);
    const visibilitySeconds = Number(queue?.properties.VisibilityTimeout ?? 30);
    const timeoutSeconds = (functions.definition(settings.functionArn)?.timeoutMs ?? 0) / 1000;
    if (visibilitySeconds < timeoutSeconds)
      throw new CannotStart(
        `${settings.sourceArn} hides messages for ${visibilitySeconds} s; its function may run ${timeoutSeconds} s.`,
      );
    const keyId = queue?.properties.KmsMasterKeyId;
    const keyArn = typeof keyId === "string" && keyId.startsWith("arn:") ? keyId : undefined;
    const actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
    demandSourceAccess(this.#tools, settings, needs(actions, settings.sourceArn, keyArn, "sqs"));
    this.#mappings.push(new QueueMapping(settings, this.#tools, queues));
  }
}

function needs(actions: string[], resource: string, keyArn: string | undefined, via: string): Permission[] {
  const permissions: Permission[] = actions.map((action) => ({ action, resource }));
  const region = resource.split(":")[3];
  const context = { "kms:ViaService": `${via}.${region}.amazonaws.com` };
  if (keyArn) permissions.push({ action: "kms:Decrypt", resource: keyArn, context });
  return permissions;
}
