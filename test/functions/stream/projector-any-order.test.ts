import fc from "fast-check";
import { describe, it } from "vitest";
import { customer } from "../../../domain/customer/customer.ts";
import { order } from "../../../domain/order/order.ts";
import { customerWith } from "../../support/analytics.ts";
import type { Change, MemoryTable } from "../../support/memory-table.ts";
import { header, merge, orderAfter, report } from "../../support/order-facts.ts";
import { changeOf, expectExact, type Projecting, projecting, put } from "../../support/projecting.ts";

const worth = (totalMinor: number, day = "2026-11-20") => orderAfter({ header: header({ totalMinor, day }) });
const AT = "2026-11-21T09:00:00.000Z";
const awaited = order
  .decide(merge({ stage: report("cancelled", AT) }), order.initial)
  .reduce(order.evolve, order.initial);

/** Few states, so that versions often come and go. */
const STATES = {
  order: [
    worth(100_00),
    worth(200_00),
    worth(100_00, "2027-01-01"),
    awaited,
    orderAfter({ header: header() }, { stage: report("cancelled", AT) }),
  ],
  customer: [
    customerWith(),
    customerWith({ day: "2026-11-20" }),
    customerWith({ day: "2026-11-20" }, { day: "2027-01-01", storeId: "sto_2" }),
    customerWith({ day: "2026-11-20", counted: false }, { day: "2027-01-01" }),
    customer.initial,
  ],
};
const SOURCES = ["order#ord_1", "order#ord_2", "customer#cus_1", "customer#cus_2"] as const;

type Step =
  | { kind: "advance"; source: number; state: number }
  | { kind: "remove"; source: number }
  | { kind: "deliver"; picks: number[] };

const aStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("advance" as const), source: fc.nat(3), state: fc.nat(4) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("remove" as const), source: fc.nat(3) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("deliver" as const), picks: fc.array(fc.nat(99), { maxLength: 6 }) }),
  },
);

/** When a write crashes: before it is made, or after it, when nobody hears of its success. */
const CRASHES_MAX = 12;
const someCrashes = fc.array(fc.constantFrom("no" as const, "before" as const, "after" as const), {
  maxLength: CRASHES_MAX,
});

const crashing =
  (crashes: ("no" | "before" | "after")[]) =>
  (memory: MemoryTable): MemoryTable => ({
    ...memory,
    async write(writes) {
      const isProjectors = writes.some((write) => "put" in write && write.put.pk.startsWith("ledger#"));
      const crash = isProjectors ? crashes.shift() : "no";
      if (crash === "before") throw new Error("Crashed before the write.");
      await memory.write(writes);
      if (crash === "after") throw new Error("Crashed after the write.");
    },
  });

/** Delivers as Lambda does: a failed batch again, from the failed record on. */
async function deliver(to: Projecting, batch: readonly Change[]): Promise<void> {
  let rest = batch;
  for (let attempts = 0; attempts <= CRASHES_MAX; attempts += 1) {
    const answer = await to.project(rest).catch(() => undefined);
    const failed = answer?.batchItemFailures[0]?.itemIdentifier;
    if (answer && failed === undefined) return;
    if (failed !== undefined) rest = rest.slice(Number(failed) - 1);
  }
  throw new Error("A batch fails although nothing crashes any more.");
}

/** Sources change and the stream tells of it, in any order and more than once; returns what was not told yet. */
async function play(to: Projecting, steps: readonly Step[], run: (batch: readonly Change[]) => Promise<void>) {
  const records: Change[] = [];
  const told = new Set<Change>();
  const versions = new Map<string, number>();
  const gone = new Set<string>();
  for (const step of steps) {
    if (step.kind === "deliver") {
      const batch = step.picks.flatMap((pick) => records[pick % Math.max(1, records.length)] ?? []);
      await run(batch);
      for (const record of batch) told.add(record);
      continue;
    }
    const source = SOURCES[step.source] as (typeof SOURCES)[number];
    const version = (versions.get(source) ?? 0) + 1;
    if (step.kind === "remove") {
      const old = await to.table.get({ pk: source, sk: "state" });
      if (!old) continue;
      await to.table.write([{ remove: { pk: source, sk: "state" } }]);
      records.push(changeOf(source, old, undefined));
      gone.add(source);
    } else if (!gone.has(source)) {
      const kind = source.startsWith("order#") ? "order" : "customer";
      records.push(await put(to.table, source, version, STATES[kind][step.state]));
      versions.set(source, version);
    }
  }
  return { records, untold: records.filter((record) => !told.has(record)) };
}

describe("metrics", () => {
  it("are exact after any order of deliveries, repeated and interrupted anywhere", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(aStep, { minLength: 1, maxLength: 40 }),
        someCrashes,
        fc.infiniteStream(fc.nat(99)),
        async (steps, crashes, chance) => {
          const to = projecting({ table: crashing([...crashes]) });
          const { untold } = await play(to, steps, (batch) => deliver(to, batch));
          const rest = untold.map((record) => ({ record, place: chance.next().value ?? 0 }));
          rest.sort((a, b) => a.place - b.place);
          const size = 1 + ((chance.next().value ?? 0) % 7);
          for (let start = 0; start < rest.length; start += size) {
            await deliver(
              to,
              rest.slice(start, start + size).map(({ record }) => record),
            );
          }
          expectExact(to.table);
        },
      ),
      { numRuns: 300 },
    ));

  it("are exact when two projectors race for the same sources", () =>
    fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(aStep, { minLength: 1, maxLength: 20 }),
        fc.array(fc.nat(99), { minLength: 1, maxLength: 8 }),
        async (scheduler, steps, picks) => {
          const racing = (memory: MemoryTable): MemoryTable => ({
            ...memory,
            query: scheduler.scheduleFunction(memory.query),
            write: (writes) =>
              writes.length > 1
                ? scheduler.schedule(Promise.resolve()).then(() => memory.write(writes))
                : memory.write(writes),
          });
          const to = projecting({ table: racing });
          const { records } = await play(to, steps, async () => {});
          const other = picks.flatMap((pick) => records[pick % Math.max(1, records.length)] ?? []);
          const lanes = Promise.all([deliver(to, other), deliver(to, records)]);
          await scheduler.waitFor(lanes);
          expectExact(to.table);
        },
      ),
      { numRuns: 150 },
    ));
});
