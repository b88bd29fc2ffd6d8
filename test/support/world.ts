import { type Runtime, runtimeOf } from "../../functions/shell/port.ts";
import type { Origin } from "../../functions/table/aggregates.ts";
import { type FakeClock, fakeClock } from "./clock.ts";
import { countedIds, credulous, keptLogger, keptMeter, type LogLine, openFingerprints, openVault } from "./doubles.ts";
import { type MemoryTable, memoryTable } from "./memory-table.ts";

/** Everything that handlers need, without a network: doubles that keep state. */
export interface World {
  runtime: Runtime;
  table: MemoryTable;
  clock: FakeClock;
  ids: Runtime["ids"];
  /** What was sent; a double of a mail or message port puts it here. */
  mailbox: Record<string, unknown>[];
  logs: LogLine[];
  /** What operators see, added up. */
  counts: Record<string, number>;
}

export interface WorldOptions {
  now?: string;
  env?: Record<string, string>;
  /** A table to use instead, such as one that pauses. */
  table?: (memory: MemoryTable) => MemoryTable;
  /** Doubles of further ports, by the ports' names. */
  replaced?: (world: Omit<World, "runtime">) => Record<string, unknown>;
}

const ENV = {
  STAGE: "test",
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  TABLE_NAME: "table",
  BUCKET_NAME: "bucket",
  EVENT_BUS_NAME: "bus",
  MAIL_SENDER: "shop@kolo.test",
  MAIL_CONFIGURATION_SET: "mail",
  MAIL_PER_SECOND: "7",
  FINANCE_TOPIC_ARN: "arn:aws:sns:eu-central-1:000000000000:finance-alerts",
  FINANCE_LOCALE: "en",
  JWT_ISSUER: "https://issuer.test",
  JWT_AUDIENCE: "kolo",
};

/** A world of its own for one test. */
export function world(options: WorldOptions = {}): World {
  const clock = fakeClock(options.now);
  const ids = countedIds();
  const logs: LogLine[] = [];
  const memory = memoryTable();
  const table = options.table?.(memory) ?? memory;
  const counts: Record<string, number> = {};
  const parts = { table, clock, ids, mailbox: [], logs, counts };
  const basics = { clock, ids, logger: keptLogger(logs), env: { ...ENV, ...options.env } };
  const runtime: Runtime = runtimeOf(basics, {
    table,
    fingerprints: openFingerprints,
    meter: keptMeter(counts),
    vault: openVault,
    authenticator: credulous(() => runtime),
    ...options.replaced?.(parts),
  });
  return { ...parts, runtime };
}

/** The origin of what a test does. */
export const origin = (more: Partial<Origin> = {}): Origin => ({
  actor: { kind: "system" },
  correlationId: "test",
  depth: 0,
  ...more,
});
