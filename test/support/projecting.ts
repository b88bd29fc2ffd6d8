import type { Context, DynamoDBBatchResponse } from "aws-lambda";
import { expect } from "vitest";
import type { Contributions } from "../../domain/analytics/contribution.ts";
import { projector } from "../../functions/stream/projector.ts";
import { sourceOf } from "../../functions/table/ledger.ts";
import type { Item } from "../../functions/table/table.ts";
import type { Change, MemoryTable } from "./memory-table.ts";
import { streamEvent } from "./stream.ts";
import { contributionsIn, ledgersOf, metricsOf } from "./sums.ts";
import { type World, type WorldOptions, world } from "./world.ts";

/** Waits for nothing. */
export const noPause = async () => {};

/** A world that projects. */
export interface Projecting extends World {
  /** One invocation with a batch; throws what the Lambda would. */
  project(changes: readonly Change[]): Promise<DynamoDBBatchResponse>;
  /** Everything that changed since the last time, in sequence. */
  news(): Change[];
}

/** Makes a world whose projector waits for nothing. */
export function projecting(options: WorldOptions = {}): Projecting {
  const replaced: WorldOptions["replaced"] = (parts) => ({ pause: noPause, ...options.replaced?.(parts) });
  const made = world({ ...options, replaced });
  const handler = projector(() => made.runtime);
  let told = 0;
  return {
    ...made,
    async project(changes) {
      return (await handler(streamEvent(changes), {} as Context)) as DynamoDBBatchResponse;
    },
    news() {
      const since = made.table.changes.slice(told).filter(({ key }) => sourceOf(key) !== undefined);
      told = made.table.changes.length;
      return since;
    },
  };
}

/** The change from one version of a source to the next, as the stream has it. */
export const changeOf = (source: string, old: Partial<Item> | undefined, now: Partial<Item> | undefined): Change => {
  const key = { pk: source, sk: "state" };
  return { key, ...(old && { old: { ...old, ...key } }), ...(now && { new: { ...now, ...key } }) };
};

/** Writes the next version of a source, whatever it was, and returns the change. */
export async function put(table: MemoryTable, source: string, version: number, state: unknown): Promise<Change> {
  const key = { pk: source, sk: "state" };
  const old = await table.get(key);
  await table.write([{ put: { ...key, version, state } }]);
  return changeOf(source, old, { version, state });
}

/** What the metric items of a table say, shards together, by metric key. */
export const metricsIn = (table: MemoryTable): Contributions => metricsOf(table.items());

/** A metric is the sum of its ledgers, and these of what the sources contribute. */
export function expectExact(table: MemoryTable): void {
  const items = table.items();
  expect(metricsOf(items), "metrics = ledgers").toEqual(ledgersOf(items));
  expect(ledgersOf(items), "ledgers = contributions").toEqual(contributionsIn(items));
}
