import type { DatabaseSync } from "node:sqlite";
import { afterEach, describe, expect, it } from "vitest";
import { LocalEngine } from "../../../infra/local/engine.ts";
import { openDatabase } from "../../../infra/local/engine-database.ts";
import { scratch } from "./runtime-fixture.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let database: DatabaseSync;
let engine: LocalEngine;
afterEach(() => {
  engine.stop();
  database.close();
});

/** An engine over a data directory; what its log says is thrown away. */
function engineIn(dataDir = scratch()): LocalEngine {
  database = openDatabase(dataDir);
  engine = new LocalEngine(database, () => {});
  return engine;
}

/** Notes when each item ran, in hours since the start of the test. */
function noting(kind: string) {
  const from = engine.now();
  const ran: [unknown, number][] = [];
  engine.on(kind, async (payload) => {
    ran.push([payload, Math.round((engine.now() - from) / HOUR)]);
  });
  return ran;
}

describe("work on the list", () => {
  it("runs when it is due, in the order of its time, while the clock moves", async () => {
    engineIn();
    const ran = noting("note");
    engine.enqueue("note", "later", { dueAt: engine.now() + 2 * HOUR });
    engine.enqueue("note", "sooner", { dueAt: engine.now() + HOUR });
    engine.enqueue("note", "now");
    engine.start();
    await engine.advance(3 * HOUR);
    expect(ran).toEqual([
      ["now", 0],
      ["sooner", 1],
      ["later", 2],
    ]);
  });

  it("runs in the same jump when other work brings it, at its own time", async () => {
    engineIn();
    const ran = noting("note");
    engine.on("first", async () => engine.enqueue("note", "second", { dueAt: engine.now() + HOUR }));
    engine.enqueue("first", null, { dueAt: engine.now() + HOUR });
    engine.start();
    await engine.advance(DAY);
    expect(ran).toEqual([["second", 2]]);
  });

  it("is replaced by work of the same name, and forgotten when it is cancelled", async () => {
    engineIn();
    const ran = noting("note");
    engine.enqueue("note", "old", { id: "a", dueAt: engine.now() + HOUR });
    engine.enqueue("note", "new", { id: "a", dueAt: engine.now() + 2 * HOUR });
    engine.enqueue("note", "gone", { id: "b", dueAt: engine.now() + HOUR });
    engine.cancel("b");
    engine.start();
    await engine.advance(DAY);
    expect(ran).toEqual([["new", 2]]);
  });

  it("is there again after a restart, also when it was running", async () => {
    const dataDir = scratch();
    engineIn(dataDir);
    const begun = new Promise<void>((resolve) => {
      engine.on("endless", () => {
        resolve();
        return new Promise(() => {});
      });
    });
    engine.enqueue("endless", "again");
    engine.start();
    await begun;
    engine.stop();
    database.close();
    engineIn(dataDir);
    const ran = noting("endless");
    engine.start();
    await engine.settle();
    expect(ran).toEqual([["again", 0]]);
  });

  it("is tried again later when its worker fails", async () => {
    engineIn();
    const attempts: number[] = [];
    engine.on("flaky", async (_payload, { attempt }) => {
      attempts.push(attempt);
      if (attempt < 3) throw new Error("not yet");
    });
    engine.enqueue("flaky", null);
    engine.start();
    await engine.advance(60_000);
    expect(attempts).toEqual([1, 2, 3]);
  });
});

describe("a recurring tick", () => {
  const QUARTER = 15 * 60_000;
  const recur = () => {
    const ran: number[] = [];
    const from = engine.now();
    const every15Minutes = (after: number) => from + (Math.floor((after - from) / QUARTER) + 1) * QUARTER;
    engine.on("tick", async (_payload, { id, dueAt }) => {
      ran.push(Math.round((engine.now() - from) / 60_000));
      engine.enqueue("tick", null, { id, dueAt: engine.nextTick(dueAt, every15Minutes) });
    });
    engine.enqueue("tick", null, { id: "tick", dueAt: every15Minutes(from) });
    engine.start();
    return ran;
  };

  it("runs at each of its times in a day", async () => {
    engineIn();
    const ran = recur();
    await engine.advance(DAY + 1_000);
    expect(ran).toHaveLength(96);
    expect(ran.slice(0, 3)).toEqual([15, 30, 45]);
  });

  it("runs about a hundred times in a longer jump, evenly spread up to its end", async () => {
    engineIn();
    const ran = recur();
    await engine.advance(30 * DAY + 1_000);
    expect(ran.length).toBeGreaterThan(90);
    expect(ran.length).toBeLessThanOrEqual(102);
    expect(ran.at(-1)).toBe((30 * DAY) / 60_000);
    const gaps = ran.slice(1, -1).map((minute, index) => minute - (ran[index] ?? 0));
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(15);
  });
});

describe("settling", () => {
  it("waits for what is busy, what is due and what is watched", async () => {
    engineIn();
    engine.start();
    let watched = 1;
    engine.watch("elsewhere", () => watched);
    const done: string[] = [];
    void engine.busy(async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      done.push("busy");
    });
    setTimeout(() => {
      watched = 0;
      done.push("watched");
    }, 60);
    expect(engine.inFlight()).toEqual({ elsewhere: 1, busy: 1 });
    await engine.settle();
    expect(done).toEqual(["busy", "watched"]);
  });

  it("does not wait for what is due later", async () => {
    engineIn();
    noting("note");
    engine.enqueue("note", null, { dueAt: engine.now() + HOUR });
    engine.start();
    await engine.settle();
    expect(engine.inFlight()).toEqual({});
  });
});

describe("the clock", () => {
  it("keeps its distance to the wall's clock over a restart", async () => {
    const dataDir = scratch();
    engineIn(dataDir).start();
    await engine.advance(DAY);
    engine.stop();
    database.close();
    engineIn(dataDir);
    expect(Math.abs(engine.now() - Date.now() - DAY)).toBeLessThan(1_000);
  });
});
