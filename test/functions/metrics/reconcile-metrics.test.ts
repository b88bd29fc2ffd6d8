import type { Context } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { Orders } from "../../../functions/table/orders.ts";
import type { Item } from "../../../functions/table/table.ts";
import { type Counts, type Reconciled, reconciler } from "../../../functions/tasks/reconcile-metrics.ts";
import { HOUR_MS } from "../../support/clock.ts";
import { countedIds, openFingerprints } from "../../support/doubles.ts";
import type { MemoryTable } from "../../support/memory-table.ts";
import { expectExact, type Projecting, projecting } from "../../support/projecting.ts";
import { memoryBucket } from "../../support/receiving.ts";
import { incoming, openStore, uah } from "../../support/samples.ts";
import { origin, type WorldOptions } from "../../support/world.ts";

/** What happens meanwhile, by what the reconciler does: a hook before each page that it scans, and in its pauses. */
interface Meanwhile {
  scan?: (page: number) => Promise<void>;
  pause?: () => Promise<void>;
}

async function shop(sold = 12) {
  const meanwhile: Meanwhile = {};
  const counted: Record<string, number>[] = [];
  let pages = 0;
  const interrupted = (memory: MemoryTable): MemoryTable => ({
    ...memory,
    async scan(page) {
      pages += 1;
      await meanwhile.scan?.(pages);
      return memory.scan(page);
    },
  });
  const replaced: WorldOptions["replaced"] = () => ({
    bucket: memoryBucket(),
    pause: async () => meanwhile.pause?.(),
    meter: { count: (counts: Record<string, number>) => counted.push(counts) },
  });
  const made = projecting({ table: interrupted, replaced });
  const stores = [await openStore(made.table, "sto_1"), await openStore(made.table, "sto_2")] as const;
  const orders = new Orders({ table: made.table, fingerprints: openFingerprints, ids: countedIds() });
  let last = 0;
  const sell = async () => {
    last += 1;
    const money = { total: uah(last * 100_00), lines: [{ name: "Coffee", unitPrice: uah(last * 100_00) }] };
    const who = { placedAt: "2026-11-20T10:15:00Z", customer: { externalId: `c-${last % 5}` } };
    const store = stores[last % 2] as (typeof stores)[0];
    const order = incoming({ externalId: `o-${last}`, ...money, ...who });
    await orders.accept(store, order, origin(), made.clock.now());
  };
  for (let index = 0; index < sold; index += 1) await sell();
  await made.project(made.news());
  const handler = reconciler(() => made.runtime);
  const reconcile = async (last: Partial<Reconciled> = {}) => (await handler(last, {} as Context)) as Reconciled;
  return { ...made, sell, meanwhile, counted, reconcile };
}

const sound: Partial<Counts> = { differing: 0, repaired: 0, lost: 0, undecided: 0 };
const found = async ({ reconcile }: { reconcile: () => Promise<Reconciled> }) => (await reconcile()).counts;

const itemsOf = ({ table }: Pick<Projecting, "table">, prefix: string) =>
  table.items().filter(({ pk }) => pk.startsWith(prefix));

const firstOf = (made: Pick<Projecting, "table">, prefix: string): Item => itemsOf(made, prefix)[0] as Item;

describe("the reconciler", () => {
  it("finds nothing in a sound table, in one pass that writes nothing", async () => {
    const made = await shop();
    const { writes } = made.table.counts;
    expect(await found(made)).toEqual({ ...sound, passes: 1, agreeing: itemsOf(made, "metric#").length });
    expect(made.table.counts.writes).toBe(writes);
    expect(made.counted).toEqual([{ MetricDifferences: 0, MetricSourcesLost: 0, MetricsUndecided: 0 }]);
  });

  it("finds nothing in an empty table", async () => {
    expect(await found(await shop(0))).toEqual({ ...sound, passes: 1, agreeing: 0 });
  });

  it.each([
    ["changed", (item: Item) => ({ put: { ...item, "orders:UAH": 999, "bogus:EUR": 5 } })],
    ["deleted", ({ pk, sk }: Item) => ({ remove: { pk, sk } })],
    ["without its revision", ({ revision: _, ...item }: Item) => ({ put: { ...item, "orders:UAH": 999 } as Item })],
  ])("repairs a metric item that was %s", async (_, damage) => {
    const made = await shop();
    await made.table.write([damage(firstOf(made, "metric#sales"))]);
    expect(await found(made)).toMatchObject({ ...sound, differing: 1, repaired: 1 });
    expectExact(made.table);
    expect(await found(made)).toMatchObject({ ...sound, passes: 1 });
  });

  it("takes away a metric item that no ledger is behind, also in a scope that nobody knows", async () => {
    const made = await shop();
    for (const scope of ["sto_1", "sto_gone"]) {
      await made.table.write([
        { put: { pk: `metric#sales#${scope}`, sk: "2020-01-01#0", "orders:UAH": 3, revision: 1 } },
      ]);
    }
    expect(await found(made)).toMatchObject({ ...sound, differing: 2, repaired: 2 });
    expectExact(made.table);
  });

  it("re-projects a source whose ledger was deleted", async () => {
    const made = await shop();
    for (const prefix of ["ledger#order", "ledger#customer"]) {
      const { pk, sk } = firstOf(made, prefix);
      await made.table.write([{ remove: { pk, sk } }]);
    }
    expect(await found(made)).toMatchObject({ lost: 2, undecided: 0 });
    expectExact(made.table);
  });

  it("re-projects a source whose ledger was changed", async () => {
    const made = await shop();
    const ledger = firstOf(made, "ledger#order");
    await made.table.write([{ put: { ...ledger, contributions: {} } }]);
    expect(await found(made)).toMatchObject({ lost: 1, undecided: 0 });
    expectExact(made.table);
  });

  it("re-projects a source of which the stream lost a record", async () => {
    const made = await shop();
    await made.sell();
    made.news();
    expect(await found(made)).toMatchObject({ ...sound, lost: 2 });
    expectExact(made.table);
  });

  it("takes back what a source contributed of which the stream lost the removal", async () => {
    const made = await shop();
    const { pk, sk } = firstOf(made, "order#");
    const [state] = made.table.items().filter((item) => item.pk === pk && item.sk === "state");
    expect(sk).not.toBe("state");
    await made.table.write([{ remove: { pk, sk: (state as Item).sk } }]);
    expect(await found(made)).toMatchObject({ ...sound, lost: 1 });
    expectExact(made.table);
  });

  it("leaves alone what the stream is only late with", async () => {
    const made = await shop();
    await made.sell();
    made.meanwhile.pause = async () => {
      await made.project(made.news());
    };
    expect(await found(made)).toMatchObject(sound);
    expectExact(made.table);
  });

  it("finds nothing while orders keep coming, and says what it could not decide", async () => {
    const made = await shop(40);
    made.meanwhile.scan = async () => {
      await made.sell();
      await made.project(made.news());
    };
    const counts = await found(made);
    expect(counts).toMatchObject({ differing: 0, repaired: 0, lost: 0, passes: 4 });
    expect(counts.undecided).toBeGreaterThan(0);
    expect(counts.agreeing).toBeLessThan(itemsOf(made, "metric#").length);
    expectExact(made.table);
  });

  it("decides what moved in one pass in the next one", async () => {
    const made = await shop(40);
    made.meanwhile.scan = async (page) => {
      if (page > 2) return;
      await made.sell();
      await made.project(made.news());
    };
    expect(await found(made)).toEqual({ ...sound, passes: 2, agreeing: itemsOf(made, "metric#").length });
  });

  it("repairs damage while orders keep coming elsewhere", async () => {
    const made = await shop(40);
    const old = { pk: "metric#sales#sto_1", sk: "2019-05-05#0" };
    await made.table.write([{ put: { ...old, "orders:UAH": 7, revision: 3 } }]);
    made.meanwhile.scan = async () => {
      await made.sell();
      await made.project(made.news());
    };
    expect(await found(made)).toMatchObject({ differing: 1, repaired: 1, lost: 0 });
    expectExact(made.table);
  });

  it("does not write over a change that comes while it repairs", async () => {
    const made = await shop(4);
    const metric = firstOf(made, "metric#sales");
    await made.table.write([{ put: { ...metric, "orders:UAH": 999 } }]);
    let sold = false;
    const table: MemoryTable = {
      ...made.table,
      async write(writes) {
        const isRepair = writes.length === 1 && writes[0] && "put" in writes[0] && writes[0].put.pk === metric.pk;
        if (isRepair && !sold) {
          sold = true;
          for (let index = 0; index < 4; index += 1) await made.sell();
          await made.project(made.news());
        }
        return made.table.write(writes);
      },
    };
    const runtime = {
      ...made.runtime,
      get: (port: never) => ((port as { name: string }).name === "table" ? table : made.runtime.get(port)),
    };
    const handler = reconciler(() => runtime as never);
    const { counts } = (await handler({}, {} as Context)) as Reconciled;
    expect(counts).toMatchObject({ differing: 1, repaired: 1, lost: 0, undecided: 0 });
    expectExact(made.table);
  });
});

describe("a reconciliation that does not fit one invocation", () => {
  it("goes on where it stood by its last answer, however little of it a state machine carries", async () => {
    const made = await shop(40);
    await made.table.write([{ put: { ...firstOf(made, "metric#sales"), "orders:UAH": 999 } }]);
    const { pk, sk } = firstOf(made, "ledger#customer");
    await made.table.write([{ remove: { pk, sk } }]);
    made.meanwhile.scan = async () => made.clock.advance(HOUR_MS);
    let result = await made.reconcile();
    let invocations = 1;
    while (!result.done && invocations < 100) {
      expect(JSON.stringify(result).length).toBeLessThan(300);
      result = await made.reconcile(JSON.parse(JSON.stringify(result)));
      invocations += 1;
    }
    expect(invocations).toBeGreaterThan(3);
    expect(result).toMatchObject({ done: true, counts: { differing: expect.any(Number), lost: 1, undecided: 0 } });
    expectExact(made.table);
    expect(made.counted).toHaveLength(1);
  });

  it("does not begin anew when nobody knows where it stood", async () => {
    const made = await shop();
    await expect(made.reconcile({ continuation: "reconciliations/gone.json" })).rejects.toThrow("There is no");
    expect(made.counted).toEqual([]);
  });
});
