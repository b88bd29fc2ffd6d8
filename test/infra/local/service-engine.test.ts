import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { LocalEngine } from "../../../infra/local/engine.ts";
import { openDatabase } from "../../../infra/local/engine-database.ts";
import type { Engine } from "../../../infra/local/ports.ts";
import { EngineDouble } from "./service-engine.ts";

type Movable = Engine & { settle(): Promise<void>; advance(byMs: number): Promise<void> };

const directories: string[] = [];

function realEngine(): Movable {
  const directory = mkdtempSync(join(tmpdir(), "engine-"));
  directories.push(directory);
  const engine = new LocalEngine(openDatabase(directory), () => undefined);
  engine.start();
  return engine;
}

afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true });
});

const HOUR = 3_600_000;

describe.each([
  ["the engine of the local cloud", realEngine],
  ["the engine of these tests", () => new EngineDouble()],
])("%s", (_name, make: () => Movable) => {
  /** An engine whose worker writes down what it ran. */
  function recording() {
    const engine = make();
    const ran: unknown[] = [];
    engine.on("note", async (payload) => void ran.push(payload));
    return { engine, ran };
  }

  it("runs due work once, with its payload as JSON keeps it", async () => {
    const { engine, ran } = recording();
    engine.enqueue("note", { n: 1, gone: undefined });
    await engine.settle();
    await engine.settle();
    expect(ran).toEqual([{ n: 1 }]);
  });

  it("replaces work of the same id and forgets cancelled work", async () => {
    const { engine, ran } = recording();
    engine.enqueue("note", "old", { id: "a", dueAt: engine.now() + HOUR });
    engine.enqueue("note", "new", { id: "a", dueAt: engine.now() + HOUR });
    engine.enqueue("note", "cancelled", { id: "b", dueAt: engine.now() + HOUR });
    engine.cancel("b");
    await engine.advance(HOUR);
    expect(ran).toEqual(["new"]);
  });

  it("runs what falls due in the order of time, at its own instant", async () => {
    const engine = make();
    const start = engine.now();
    const ran: [unknown, number][] = [];
    engine.on("note", async (payload) => {
      ran.push([payload, Math.round((engine.now() - start) / HOUR)]);
      if (payload === "first") engine.enqueue("note", "between", { dueAt: start + 2 * HOUR });
    });
    engine.enqueue("note", "last", { dueAt: start + 3 * HOUR });
    engine.enqueue("note", "first", { dueAt: start + HOUR });
    await engine.advance(4 * HOUR);
    expect(ran).toEqual([
      ["first", 1],
      ["between", 2],
      ["last", 3],
    ]);
  });

  it("keeps work that a worker puts under its own id", async () => {
    const engine = make();
    const attempts: number[] = [];
    engine.on("again", async (_payload, { id, attempt }) => {
      attempts.push(attempt);
      if (attempts.length < 3) engine.enqueue("again", {}, { id, dueAt: engine.now() + HOUR });
    });
    engine.enqueue("again", {}, { id: "a" });
    await engine.advance(5 * HOUR);
    expect(attempts).toEqual([1, 1, 1]);
  });

  it("tries again when a worker throws", async () => {
    const engine = make();
    const attempts: number[] = [];
    engine.on("flaky", async (_payload, { attempt }) => {
      attempts.push(attempt);
      if (attempt < 3) throw new Error("not yet");
    });
    engine.enqueue("flaky", {});
    await engine.advance(HOUR);
    expect(attempts).toEqual([1, 2, 3]);
  });

  it("forgets work of a transaction that was rolled back", async () => {
    const { engine, ran } = recording();
    engine.database.exec("BEGIN");
    engine.enqueue("note", "undone");
    engine.database.exec("ROLLBACK");
    await engine.settle();
    expect(ran).toEqual([]);
  });

  it("spreads the ticks of a far jump", async () => {
    const engine = make();
    const start = engine.now();
    const ticks: number[] = [];
    const next = (after: number) => start + (Math.floor((after - start) / 60_000) + 1) * 60_000;
    engine.on("tick", async (_payload, { dueAt }) => {
      ticks.push(dueAt);
      engine.enqueue("tick", {}, { dueAt: engine.nextTick(dueAt, next) });
    });
    engine.enqueue("tick", {}, { dueAt: next(start) });
    await engine.advance(30 * 24 * HOUR);
    expect(ticks.length).toBeGreaterThan(50);
    expect(ticks.length).toBeLessThan(110);
    expect(ticks.every((tick) => (tick - start) % 60_000 === 0)).toBe(true);
  });
});
