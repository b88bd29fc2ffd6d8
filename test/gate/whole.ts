import type { Context } from "aws-lambda";
import type { StoredEvent } from "../../events/event.ts";
import type { BusEntry } from "../../functions/shell/bus.ts";
import type { Runtime } from "../../functions/shell/port.ts";
import type { OneShot } from "../../functions/shell/scheduler.ts";
import { projector } from "../../functions/stream/projector.ts";
import { publisher } from "../../functions/stream/publisher.ts";
import { sourceOf } from "../../functions/table/ledger.ts";
import { runStretch } from "../../functions/tasks/run-stretch.ts";
import { compilePattern } from "../../infra/local/pattern.ts";
import { consumers, journeys, routes } from "../../infra/wiring.ts";
import { PostOffice } from "../functions/consumers/post-office.ts";
import { call, type Request, type Response } from "../support/http.ts";
import type { Change } from "../support/memory-table.ts";
import { noPause } from "../support/projecting.ts";
import { deliver } from "../support/queue.ts";
import { type MemoryBucket, memoryBucket } from "../support/receiving.ts";
import { entriesOf } from "../support/routes.ts";
import { type KeptSchedules, keptSchedules } from "../support/schedules.ts";
import { streamEvent } from "../support/stream.ts";
import { type World, type WorldOptions, world } from "../support/world.ts";

/** Every route of the wiring with its real handler. */
export const entries = await entriesOf(...new Set(routes.map(({ run }) => run.slice(0, run.indexOf("/")))));

const ENV = {
  JOURNEY_MACHINE_ARN: "arn:journey",
  WAKE_QUEUE_ARN: "arn:wake",
  PROMO_CODE: "KOLO5",
};

type Factory = (runtimeOf: () => Runtime) => unknown;

const camel = (name: string) => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The consumers of the wiring, by name. */
const factories = await Promise.all(
  consumers.map(async ({ name }): Promise<[string, Factory]> => {
    const file = new URL(`../../functions/consumers/${name}.ts`, import.meta.url);
    const module = (await import(/* @vite-ignore */ file.href)) as Record<string, Factory>;
    return [name, module[camel(name)] as Factory];
  }),
);

/** All that left the process or waited somewhere, in the order of leaving. */
export interface Seen {
  bus: BusEntry[];
  queues: { consumer: string; body: unknown }[];
  executions: unknown[];
  schedules: OneShot[];
  alerts: unknown[];
}

/** The whole backend in one process without a network: every route, the stream's readers, consumers, waits. */
export interface Whole extends World {
  bucket: MemoryBucket;
  office: PostOffice;
  seen: Seen;
  ask(request: Request): Promise<Response>;
  /** Carries on what happened until nothing happens any more. */
  settle(): Promise<void>;
  /** Lets time go by, with all that falls due. */
  advance(ms: number): Promise<void>;
}

const rules = [
  ...consumers.flatMap(({ name, events, where }) => (events ? [{ name, events, where, journeyId: undefined }] : [])),
  ...consumers.filter((one) => one.journeys).flatMap(({ name }) => journeys.map((journey) => ({ name, ...journey }))),
].map(({ where, ...rule }) => ({ ...rule, matches: compilePattern(where ?? {}) }));

/** Everything outside of the process; what leaves is kept. */
function outside(seen: Seen, started: unknown[], schedules: KeptSchedules) {
  return {
    pause: noPause,
    scheduler: {
      ...schedules,
      schedule(one: OneShot) {
        seen.schedules.push(one);
        return schedules.schedule(one);
      },
    },
    alerts: { publish: async (alert: unknown) => void seen.alerts.push(alert) },
    journeyExecutions: { start: async (input: unknown) => void started.push(input) },
    bus: {
      async put(all: BusEntry[]) {
        seen.bus.push(...all);
        return all.map(() => undefined);
      },
    },
  };
}

/** Where messages of the bus go: to the queues whose rules match. */
async function react({ type, detail }: BusEntry, queue: (consumer: string, body: unknown) => Promise<void>) {
  const event = JSON.parse(detail) as StoredEvent;
  for (const { name, events, matches, journeyId } of rules) {
    if (!events.some((one) => one === type) || !matches(event)) continue;
    await queue(name, journeyId ? { journeyId, event } : { source: "kolo", "detail-type": type, detail: event });
  }
}

/** Opens it. */
export function whole(options: WorldOptions = {}): Whole {
  const seen: Seen = { bus: [], queues: [], executions: [], schedules: [], alerts: [] };
  const [bucket, office, schedules, started] = [memoryBucket(), new PostOffice(), keptSchedules(), [] as unknown[]];
  const replaced: WorldOptions["replaced"] = (parts) => ({
    ...{ bucket, ses: office, ...outside(seen, started, schedules) },
    ...options.replaced?.(parts),
  });
  const made = world({ ...options, env: { ...ENV, ...options.env }, replaced });
  const runtimeOf = () => made.runtime;
  const handlers = new Map(factories.map(([name, make]) => [name, make(runtimeOf)]));
  const [publish, project] = [publisher(runtimeOf), projector(runtimeOf)];
  const stretch = runStretch(runtimeOf) as (input: unknown, context: Context) => Promise<unknown>;
  let [read, published] = [0, 0];

  const queue = async (consumer: string, body: unknown) => {
    seen.queues.push({ consumer, body });
    await deliver(handlers.get(consumer), body);
  };
  const run = async (input: unknown) => {
    seen.executions.push(input);
    await stretch(input, {} as Context);
  };
  const readStream = async (changes: readonly Change[]) => {
    const sources = changes.filter(({ key }) => sourceOf(key) !== undefined);
    if (changes.length > 0) await publish(streamEvent(changes), {} as Context);
    if (sources.length > 0) await project(streamEvent(sources), {} as Context);
  };
  const settle = async () => {
    while (read < made.table.changes.length || published < seen.bus.length || started.length > 0) {
      const [changes, fresh] = [made.table.changes.slice(read), seen.bus.slice(published)];
      [read, published] = [made.table.changes.length, seen.bus.length];
      await readStream(changes);
      for (const entry of fresh) await react(entry, queue);
      for (const input of started.splice(0)) await run(input);
    }
  };
  const advance = async (ms: number) => {
    made.clock.advance(ms);
    for (const { target } of schedules.due(made.clock.now())) {
      await (target.arn === ENV.WAKE_QUEUE_ARN ? queue("settle-mismatch", target.input) : run(target.input));
    }
    await settle();
  };
  const ask = (request: Request) => call(made.runtime, entries, request);
  return { ...made, bucket, office, seen, ask, settle, advance };
}
