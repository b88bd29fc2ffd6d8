import { describe, expect, it } from "vitest";
import { addDays } from "../../../domain/kernel/calendar.ts";
import { Conflict, type Item, type Table, type Write } from "../../../functions/table/table.ts";
import { customerWith } from "../../support/analytics.ts";
import type { MemoryTable } from "../../support/memory-table.ts";
import { header, orderAfter, report } from "../../support/order-facts.ts";
import { changeOf, expectExact, metricsIn, projecting, put } from "../../support/projecting.ts";

const worth = (totalMinor: number) => orderAfter({ header: header({ totalMinor }) });
const cancelled = orderAfter({ header: header() }, { stage: report("cancelled", "2026-11-21T09:00:00.000Z") });
const DAY = "sales#sto_1#2026-11-20";
const ORDER = "order#ord_1";
const done = { batchItemFailures: [] };
const failedAt = (sequence: number) => ({
  batchItemFailures: [{ itemIdentifier: String(sequence).padStart(21, "0") }],
});

/** A table whose writes can be made to fail. */
const withWrites =
  (guard: (writes: readonly Write[], write: () => Promise<void>) => Promise<void>) =>
  (memory: MemoryTable): MemoryTable => ({
    ...memory,
    write: (writes) => guard(writes, () => memory.write(writes)),
  });

describe("the projector", () => {
  it("adds what a source contributes, and only once", async () => {
    const { table, project } = projecting();
    const placed = await put(table, ORDER, 1, worth(100_00));
    expect(await project([placed])).toEqual(done);
    expect(await project([placed, placed])).toEqual(done);
    expect(metricsIn(table)).toEqual({ [DAY]: { "orders:UAH": 1, "revenue:UAH": 100_00 } });
    expectExact(table);
  });

  it("adds the difference of a newer version", async () => {
    const { table, project } = projecting();
    await project([await put(table, ORDER, 1, worth(100_00))]);
    await project([await put(table, ORDER, 2, worth(80_00))]);
    expect(metricsIn(table)).toEqual({ [DAY]: { "orders:UAH": 1, "revenue:UAH": 80_00 } });
    await project([await put(table, ORDER, 3, cancelled)]);
    expect(metricsIn(table)).toEqual({});
    expectExact(table);
  });

  it("writes nothing for a version that contributes the same", async () => {
    const { table, project } = projecting();
    await project([await put(table, ORDER, 1, worth(100_00))]);
    const same = await put(table, ORDER, 2, worth(100_00));
    const { writes } = table.counts;
    expect(await project([same])).toEqual(done);
    expect(table.counts.writes).toBe(writes);
  });

  it("writes nothing for a source that contributes nothing", async () => {
    const { table, project } = projecting();
    const test = await put(table, ORDER, 1, { ...worth(100_00), test: true });
    const { writes } = table.counts;
    await project([test]);
    expect(table.counts.writes).toBe(writes);
  });

  it("ignores a late copy of an older version", async () => {
    const { table, project } = projecting();
    const first = await put(table, ORDER, 1, worth(100_00));
    const second = await put(table, ORDER, 2, worth(80_00));
    await project([second]);
    await project([first]);
    expect(metricsIn(table)[DAY]?.["revenue:UAH"]).toBe(80_00);
    expectExact(table);
  });

  it("ignores a late copy of a version that came and went within one batch", async () => {
    const { table, project } = projecting();
    await project([await put(table, ORDER, 1, worth(100_00))]);
    const there = await put(table, ORDER, 2, worth(80_00));
    const back = await put(table, ORDER, 3, worth(100_00));
    await project([there, back]);
    await project([there]);
    expect(metricsIn(table)[DAY]?.["revenue:UAH"]).toBe(100_00);
    expectExact(table);
  });

  it("heals a lost record at the next one", async () => {
    const { table, project } = projecting();
    await put(table, ORDER, 1, worth(100_00));
    await project([await put(table, ORDER, 2, worth(100_00))]);
    expectExact(table);
  });

  it("takes back what a removed source contributed, for good", async () => {
    const { table, project } = projecting();
    const placed = await put(table, ORDER, 1, worth(100_00));
    await project([placed]);
    await table.write([{ remove: { pk: ORDER, sk: "state" } }]);
    const removed = changeOf(ORDER, placed.new, undefined);
    for (const batch of [[removed], [placed], [removed], [placed, removed]]) {
      expect(await project(batch)).toEqual(done);
      expect(metricsIn(table)).toEqual({});
    }
    expectExact(table);
  });

  it("counts a source that comes again after its removal", async () => {
    const { table, project } = projecting();
    const placed = await put(table, ORDER, 1, worth(100_00));
    const newer = await put(table, ORDER, 2, worth(90_00));
    await table.write([{ remove: { pk: ORDER, sk: "state" } }]);
    const again = await put(table, ORDER, 1, worth(70_00));
    await project([placed, newer, changeOf(ORDER, newer.new, undefined), again]);
    expect(metricsIn(table)[DAY]?.["revenue:UAH"]).toBe(70_00);
    await project([await put(table, ORDER, 2, worth(60_00))]);
    expectExact(table);
  });
});

describe("a batch", () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `order#ord_${index}`);

  it("of many sources is one transaction", async () => {
    const { table, project } = projecting();
    const changes = await Promise.all(many(60).map((source) => put(table, source, 1, worth(100_00))));
    const { writes } = table.counts;
    await project(changes);
    expect(table.counts.writes - writes).toBe(1);
    expect(metricsIn(table)).toEqual({ [DAY]: { "orders:UAH": 60, "revenue:UAH": 6_000_00 } });
    expectExact(table);
  });

  it("takes the newest version of a source it names more than once", async () => {
    const { table, project } = projecting();
    const changes = [];
    for (const version of [1, 2, 3]) changes.push(await put(table, ORDER, version, worth(version * 100_00)));
    const { writes } = table.counts;
    await project(changes);
    expect(table.counts.writes - writes).toBe(1);
    expect(metricsIn(table)[DAY]?.["revenue:UAH"]).toBe(300_00);
  });

  it("of customers with years of orders stays within a transaction's limits", async () => {
    const { table, project } = projecting();
    const daily = (orders: number) =>
      customerWith(
        ...Array.from({ length: orders }, (_, index) => ({
          day: addDays("2024-01-01", index * 3),
          storeId: `sto_${index % 3}`,
        })),
      );
    await project([
      await put(table, "customer#cus_1", 1, daily(300)),
      await put(table, "customer#cus_2", 1, daily(200)),
    ]);
    expectExact(table);
    const { actions } = table.counts;
    await project([await put(table, "customer#cus_1", 2, daily(301))]);
    expectExact(table);
    // Two parts of the ledger (of the first orders and of the newest ones), and in two scopes two days each.
    expect(table.counts.actions - actions - 1).toBeLessThanOrEqual(6);
  });

  it("leaves other items of the stream alone", async () => {
    const { table, project } = projecting();
    const foreign = [{ key: { pk: ORDER, sk: "content#000" }, new: { pk: ORDER, sk: "content#000" } }];
    expect(await project([...foreign, changeOf("store#sto_1", undefined, { version: 1, state: {} })])).toEqual(done);
    expect(table.items()).toEqual([]);
  });
});

describe("a record that cannot be understood", () => {
  const rubbish = (source: string) => changeOf(source, undefined, { version: 1, state: { status: "placed" } as never });

  it("is reported where it stands; the rest of the batch is counted", async () => {
    const { table, project } = projecting();
    const good = await put(table, ORDER, 1, worth(100_00));
    const other = await put(table, "order#ord_2", 1, worth(50_00));
    expect(await project([good, rubbish("order#ord_9"), rubbish("order#ord_8"), other])).toEqual(failedAt(2));
    expect(metricsIn(table)[DAY]?.["revenue:UAH"]).toBe(150_00);
    expectExact(table);
  });

  it("is thrown at the head of a batch, so that Lambda halves the batch until it is alone", async () => {
    const { table, project, logs } = projecting();
    const good = await put(table, ORDER, 1, worth(100_00));
    await expect(project([rubbish("order#ord_9"), good])).rejects.toThrow("The first record of the batch failed.");
    expect(logs.map(({ level }) => level)).toContain("error");
    expectExact(table);
  });
});

describe("a table that is in the way", () => {
  it("makes the batch fail from the first source that is not counted", async () => {
    const refusing = withWrites(async () => {
      throw new Error("The table is not there.");
    });
    const { project } = projecting({ table: refusing });
    const nothing = changeOf("order#ord_0", undefined, { version: 1, state: { ...worth(1), test: true } });
    expect(await project([nothing, changeOf(ORDER, undefined, { version: 1, state: worth(100_00) })])).toEqual(
      failedAt(2),
    );
  });

  it("of other writers is tried again in halves, until each source is counted", async () => {
    const sizes: number[] = [];
    const isLedger = (write: Write) => "put" in write && write.put.pk.startsWith("ledger#");
    const busy = withWrites(async (writes, write) => {
      const ledgers = writes.filter(isLedger).length;
      sizes.push(ledgers);
      if (ledgers > 2) throw new Conflict([]);
      return write();
    });
    const { table, project } = projecting({ table: busy });
    const changes = [];
    for (let index = 0; index < 7; index += 1) changes.push(await put(table, `order#ord_${index}`, 1, worth(100_00)));
    sizes.length = 0;
    expect(await project(changes)).toEqual(done);
    expect(sizes).toEqual([7, 4, 2, 2, 3, 2, 1]);
    expectExact(table);
  });

  it("for good makes the source fail after bounded attempts", async () => {
    let attempts = 0;
    const busy = withWrites(async () => {
      attempts += 1;
      throw new Conflict([]);
    });
    const { project } = projecting({ table: busy });
    const change = changeOf(ORDER, undefined, { version: 1, state: worth(100_00) });
    await expect(project([change])).rejects.toThrow("The first record of the batch failed.");
    expect(attempts).toBe(10);
  });
});

describe("a shard", () => {
  it("stays with its ledger, so that the number of shards may change", async () => {
    const { table, project } = projecting();
    await project([await put(table, ORDER, 1, worth(100_00))]);
    const [ledger] = table.items().filter(({ pk }) => pk.startsWith("ledger#")) as [Item];
    const [metric] = table.items().filter(({ pk }) => pk.startsWith("metric#")) as [Item];
    const moved: Write[] = [
      { put: { ...ledger, shard: 7 } },
      { put: { ...metric, sk: "2026-11-20#7" } },
      { remove: { pk: metric.pk, sk: metric.sk } },
    ];
    await (table as Table).write(moved);
    await project([await put(table, ORDER, 2, cancelled)]);
    expect(metricsIn(table)).toEqual({});
    expect(table.items().filter(({ pk }) => pk.startsWith("metric#"))).toHaveLength(1);
  });
});
