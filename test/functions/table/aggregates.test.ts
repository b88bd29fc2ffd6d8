import { describe, expect, it } from "vitest";
import type { Decider } from "../../../domain/kernel/decider.ts";
import { reject } from "../../../domain/kernel/rejection.ts";
import {
  type Held,
  heldAfter,
  heldIn,
  type RecordOf,
  SAVE_ATTEMPTS_MAX,
  saving,
  setCard,
} from "../../../functions/table/aggregates.ts";
import { eventsOf } from "../../../functions/table/event-item.ts";
import { Conflict, type Table } from "../../../functions/table/table.ts";
import { NOW } from "../../support/clock.ts";
import { type MemoryTable, memoryTable } from "../../support/memory-table.ts";
import { rendezvous } from "../../support/rendezvous.ts";
import { origin } from "../../support/world.ts";

type Add = { type: "counter.add"; at: string; data: { amount: number } };
type Added = { type: "counter.added"; at: string; data: { amount: number } };

/** A counter that knows its sum; adding nothing is nothing. */
const counter: Decider<number, Add, Added> = {
  initial: 0,
  decide({ at, data }, sum) {
    if (sum + data.amount < 0) reject("counter_negative", "A counter is not negative.", { sum });
    return data.amount === 0 ? [] : [{ type: "counter.added", at, data }];
  },
  evolve: (sum, { data }) => sum + data.amount,
};

const record: RecordOf<number, Add, Added> = {
  decider: counter,
  key: (id) => ({ pk: `counter#${id}`, sk: "state" }),
  attributes: (sum) => ({ f: { size: sum > 5 ? "big" : "small" } }),
};
const add = (amount: number): Add => ({ type: "counter.add", at: NOW, data: { amount } });
const KEY = { pk: "counter#a", sk: "state" };

const adding = (table: Table, amount: number, id = "a") =>
  saving(table, origin({ storeId: "sto_1" }), async (unit) => {
    const loaded = await unit.load(record, id);
    unit.decide(loaded, add(amount));
    return loaded.state;
  });

const eventItems = (table: MemoryTable) => table.items().filter(({ sk }) => sk.startsWith("event#"));

describe("saving", () => {
  it("keeps the state, its version, its attributes and what happened, in one transaction", async () => {
    const table = memoryTable();
    expect(await adding(table, 7)).toBe(7);
    expect(table.counts).toMatchObject({ writes: 1, actions: 2 });
    expect(await table.get(KEY)).toEqual({ ...KEY, state: 7, version: 1, f: { size: "big" } });
    expect(eventItems(table).flatMap(eventsOf)).toEqual([
      {
        eventId: "a-1-0",
        ...add(7),
        type: "counter.added",
        storeId: "sto_1",
        correlationId: "test",
        depth: 0,
        actor: { kind: "system" },
        test: false,
      },
    ]);
  });

  it("writes nothing when nothing happened", async () => {
    const table = memoryTable();
    await adding(table, 0);
    expect(table.counts.writes).toBe(0);
  });

  it("writes nothing when the business says no", async () => {
    const table = memoryTable();
    await expect(adding(table, -1)).rejects.toMatchObject({ code: "counter_negative" });
    expect(table.items()).toEqual([]);
  });

  it("decides again on what the winner left when a race is lost", async () => {
    const memory = memoryTable();
    const table = rendezvous(3)(memory);
    const sums = await Promise.all([adding(table, 1), adding(table, 2), adding(table, 4)]);
    expect(Math.max(...sums)).toBe(7);
    expect(await memory.get(KEY)).toMatchObject({ state: 7, version: 3 });
    expect(eventItems(memory)).toHaveLength(3);
  });

  it("rejects what the winner's state forbids", async () => {
    const table = memoryTable();
    await adding(table, 1);
    const taking = rendezvous(2)(table);
    const results = await Promise.allSettled([adding(taking, -1), adding(taking, -1)]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await table.get(KEY)).toMatchObject({ state: 0 });
  });

  it("gives up after a bounded number of lost races", async () => {
    let attempts = 0;
    const busy = {
      ...memoryTable(),
      write: async () => {
        attempts += 1;
        throw new Conflict([]);
      },
    };
    await expect(adding(busy, 1)).rejects.toBeInstanceOf(Conflict);
    expect(attempts).toBe(SAVE_ATTEMPTS_MAX);
  });

  it("takes any other failure for a fault, once", async () => {
    let attempts = 0;
    const broken = {
      ...memoryTable(),
      write: async () => {
        attempts += 1;
        throw new Error("The table is away.");
      },
    };
    await expect(adding(broken, 1)).rejects.toThrow("The table is away.");
    expect(attempts).toBe(1);
  });

  it("refuses a transaction that the table could not take", async () => {
    const many = saving(memoryTable(), origin(), async (unit) => {
      unit.also(...Array.from({ length: 101 }, (_, index) => ({ put: { pk: `p${index}`, sk: "s" } })));
    });
    await expect(many).rejects.toThrow("too large");
  });
});

describe("a unit", () => {
  it("saves several aggregates and all that must be true with them, or nothing", async () => {
    const table = memoryTable();
    const both = (also: string) =>
      saving(table, origin(), async (unit) => {
        for (const id of ["a", "b"]) unit.decide(await unit.load(record, id), add(1));
        unit.also({ put: { pk: also, sk: "owner" }, when: { absent: true } });
      });
    await both("identity#1");
    expect(
      eventItems(table)
        .flatMap(eventsOf)
        .map(({ eventId }) => eventId),
    ).toEqual(["a-1-0", "a-1-1"]);
    await expect(both("identity#1")).rejects.toBeInstanceOf(Conflict);
    expect(await table.get(KEY)).toMatchObject({ state: 1, version: 1 });
  });

  it("keeps a card beside the state, with or without an event", async () => {
    const table = memoryTable();
    const put = (card: object, amount: number) =>
      saving(table, origin(), async (unit) => {
        const loaded = await unit.load(record, "a");
        unit.decide(loaded, add(amount));
        setCard(loaded, card);
      });
    await put({ name: "Olena" }, 1);
    await put({ name: "Olha" }, 0);
    expect(await table.get(KEY)).toMatchObject({ state: 1, version: 2, card: { name: "Olha" } });
    expect(eventItems(table)).toHaveLength(1);
    await adding(table, 1);
    expect(await table.get(KEY)).toMatchObject({ card: { name: "Olha" } });
  });

  it("refuses a change that was made for another version", async () => {
    const table = memoryTable();
    await adding(table, 1);
    const expecting = (version: number | undefined) =>
      saving(table, origin(), async (unit) => {
        const loaded = await unit.load(record, "a");
        unit.expect(loaded, version);
        unit.decide(loaded, add(1));
      });
    await expecting(undefined);
    await expecting(2);
    await expect(expecting(2)).rejects.toMatchObject({ code: "stale_version", facts: { version: 3 } });
  });

  it("resumes what the caller holds without a read, and reads it when somebody was faster", async () => {
    const table = memoryTable();
    const raise = (held: Held<number>, amount: number) =>
      saving(table, origin(), async (unit) => {
        const loaded = await unit.resume(record, held);
        unit.decide(loaded, add(amount));
        return heldAfter(loaded);
      });
    const first = await raise(heldIn(record, "a", undefined), 1);
    expect(first).toMatchObject({ state: 1, version: 1 });
    expect(await raise(first, 2)).toMatchObject({ state: 3, version: 2 });
    expect(table.counts.gets).toBe(0);
    expect(await raise(first, 4)).toMatchObject({ state: 7, version: 3 });
    expect(table.counts.gets).toBe(1);
    expect(await raise(await raise(first, 0), 0)).toEqual(first);
  });

  it("puts events on the timeline of the customer they are about", async () => {
    const table = memoryTable();
    await saving(table, origin(), async (unit) => {
      unit.decide(await unit.load(record, "a"), add(1));
      unit.about("cus_1");
    });
    const { items } = await table.query({ index: "gsi1", pk: "timeline#cus_1", limit: 5 });
    expect(items.flatMap(eventsOf)).toMatchObject([{ type: "counter.added", customerId: "cus_1" }]);
  });
});
