import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { Entry } from "../../../functions/shell/dispatch.ts";
import { FREE_REQUESTS, LeasedLimiter, type RouteClass, WINDOW_SECONDS } from "../../../functions/shell/rate-limit.ts";
import { route } from "../../../functions/shell/route.ts";
import { limitKey } from "../../../functions/table/keys.ts";
import { Leases } from "../../../functions/table/leases.ts";
import { NOW } from "../../support/clock.ts";
import { type As, call } from "../../support/http.ts";
import { type MemoryTable, memoryTable } from "../../support/memory-table.ts";
import { rendezvous } from "../../support/rendezvous.ts";
import { world } from "../../support/world.ts";
import { metered } from "../../support/write-units.ts";

const AT = Date.parse(NOW);
const WINDOW_MS = WINDOW_SECONDS * 1_000;
const PER_SECOND = 100;
const LIMIT = PER_SECOND * WINDOW_SECONDS;

const limiterOver = (table: MemoryTable, perSecond = PER_SECOND) =>
  new LeasedLimiter(new Leases(table), { read: perSecond, write: perSecond });

/** How many of so many requests are let through, one after the other. */
async function passing(one: LeasedLimiter, requests: number, { atMs = AT, caller = "key1", kind = "write" } = {}) {
  let passed = 0;
  for (let sent = 0; sent < requests; sent += 1) {
    const quota = await one.spend(kind as RouteClass, caller, atMs);
    if (quota?.allowed) passed += 1;
  }
  return passed;
}

describe("a caller's limit", () => {
  it("lets through what is allowed in a window, and not one more", async () => {
    const one = limiterOver(memoryTable());
    expect(await passing(one, LIMIT + 50)).toBe(LIMIT);
    expect(await passing(one, 50, { atMs: AT + WINDOW_MS - 1 })).toBe(0);
  });

  it("begins anew with every window", async () => {
    const one = limiterOver(memoryTable());
    await passing(one, LIMIT + 1);
    expect(await passing(one, LIMIT + 1, { atMs: AT + WINDOW_MS })).toBe(LIMIT);
  });

  it("is each caller's own, and reading takes nothing of writing", async () => {
    const one = limiterOver(memoryTable());
    await passing(one, LIMIT + 1, { kind: "read" });
    expect(await passing(one, LIMIT + 1, { kind: "write" })).toBe(LIMIT);
    expect(await passing(one, LIMIT + 1, { kind: "read", caller: "key2" })).toBe(LIMIT);
  });

  it("is shared by all processes, but for the few requests that each lets pass before it asks", async () => {
    const table = memoryTable();
    const processes = Array.from({ length: 8 }, () => limiterOver(table));
    let passed = 0;
    for (let sent = 0; sent < LIMIT; sent += 1) {
      for (const one of processes) passed += await passing(one, 1);
    }
    expect(passed).toBeGreaterThan(LIMIT * 0.9);
    expect(passed).toBeLessThanOrEqual(LIMIT + processes.length * FREE_REQUESTS);
  });

  it("holds where processes ask at the same moment", async () => {
    const table = rendezvous(4)(memoryTable());
    const processes = Array.from({ length: 4 }, () => limiterOver(table));
    const passed = await Promise.all(processes.map((one) => passing(one, LIMIT)));
    const sum = passed.reduce((all, one) => all + one, 0);
    expect(sum).toBeGreaterThanOrEqual(LIMIT - processes.length * FREE_REQUESTS);
    expect(sum).toBeLessThanOrEqual(LIMIT + processes.length * FREE_REQUESTS);
  });

  it("counts in the window that the others are in, where a clock is behind", async () => {
    const table = memoryTable();
    await passing(limiterOver(table), LIMIT, { atMs: AT + WINDOW_MS });
    expect(await passing(limiterOver(table), LIMIT)).toBe(FREE_REQUESTS);
  });

  it("locks nobody out because one clock is far ahead", async () => {
    const table = memoryTable();
    await passing(limiterOver(table), LIMIT, { atMs: AT + 1_000 * WINDOW_MS });
    expect(await passing(limiterOver(table), LIMIT + 1)).toBe(LIMIT);
  });

  it("may be smaller than what a process lets pass before it asks", async () => {
    expect(await passing(limiterOver(memoryTable(), 0.2), 50)).toBe(2);
  });
});

describe("the price of counting", () => {
  it("is nothing for a caller that is calm", async () => {
    const table = memoryTable();
    const one = limiterOver(table);
    for (let window = 0; window < 100; window += 1) {
      await passing(one, FREE_REQUESTS, { atMs: AT + window * WINDOW_MS });
    }
    expect(table.counts).toMatchObject({ gets: 0, writes: 0 });
  });

  it("is 39 write units for 1,000 requests of one that is in a hurry, and nothing for refusals", async () => {
    const { table, spent } = metered(memoryTable());
    const one = limiterOver(table);
    await passing(one, LIMIT);
    expect(spent()).toBe(39);
    const { gets } = table.counts;
    expect(await passing(one, 10_000)).toBe(0);
    expect(spent()).toBe(0);
    expect(table.counts.gets).toBe(gets);
  });

  it("leaves one item for each caller and kind, which expires", async () => {
    const table = memoryTable();
    const one = limiterOver(table);
    for (let window = 0; window < 5; window += 1) await passing(one, LIMIT, { atMs: AT + window * WINDOW_MS });
    expect(table.items()).toEqual([
      { ...limitKey("write", "key1"), window: expect.any(Number), used: LIMIT, expiresAt: expect.any(Number) },
    ]);
    table.expire(new Date(AT + 2 * 86_400_000).toISOString());
    expect(table.items()).toEqual([]);
  });
});

const fine = route({ summary: "Answers.", answers: {}, run: async () => ({ status: 204 }) });
const entries: Record<string, Entry> = {
  "GET /v1/things": { route: fine, roles: ["owner", "key"] },
  "POST /v1/things": { route: fine, roles: ["owner", "key"] },
  "POST /v1/hooks/{hookId}": { route: { ...fine, path: z.strictObject({ hookId: z.string() }) }, roles: "public" },
};
const limited = () => world({ env: { READS_PER_SECOND: "2", WRITES_PER_SECOND: "2" } });
const KEY: As = { key: "sto_1" };

describe("the gate", () => {
  it("tells every caller its limit, what is left of it and until when, also with a refusal", async () => {
    const { runtime, clock } = limited();
    clock.advance(4_000);
    const { headers } = await call(runtime, entries, { path: "/v1/things", as: KEY });
    expect(headers).toMatchObject({ "ratelimit-policy": '"read";q=20;w=10', ratelimit: '"read";r=19;t=6' });
    const wrong = await call(runtime, entries, { path: "/v1/things?no=such", as: KEY });
    expect(wrong.status).toBe(400);
    expect(wrong.headers).toMatchObject({ ratelimit: '"read";r=18;t=6' });
  });

  it("answers 429 with the time to come back, and lets the caller in again then", async () => {
    const { runtime, clock } = limited();
    const statuses: number[] = [];
    for (let sent = 0; sent < 21; sent += 1) {
      statuses.push((await call(runtime, entries, { method: "POST", path: "/v1/things", as: KEY })).status);
    }
    expect(statuses.filter((status) => status === 204)).toHaveLength(20);
    const refused = await call(runtime, entries, { method: "POST", path: "/v1/things", as: KEY });
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({ status: 429, code: "rate_limited", title: "Too many requests" });
    expect(refused.headers).toMatchObject({
      "content-type": "application/problem+json",
      "ratelimit-policy": '"write";q=20;w=10',
      ratelimit: '"write";r=0;t=10',
      "retry-after": "10",
    });
    expect((await call(runtime, entries, { path: "/v1/things", as: KEY })).status).toBe(204);
    clock.advance(10_000);
    expect((await call(runtime, entries, { method: "POST", path: "/v1/things", as: KEY })).status).toBe(204);
  });

  it("writes nothing for a flood without a good key or token", async () => {
    const { runtime, table } = limited();
    for (let sent = 0; sent < 200; sent += 1) {
      const header = `Bearer kolo_live_key1_${"x".repeat(20)}${sent}`;
      const { status, headers } = await call(runtime, entries, { path: "/v1/things", as: { header } });
      expect(status).toBe(401);
      expect(headers).not.toHaveProperty("ratelimit");
    }
    expect(table.counts).toMatchObject({ gets: 1, writes: 0 });
  });

  it("has no limit for deliveries: they have their lane at the gateway", async () => {
    const { runtime, table } = limited();
    for (let sent = 0; sent < 100; sent += 1) {
      const delivery = { method: "POST", path: "/v1/hooks/hok_1", as: null };
      const { status, headers } = await call(runtime, entries, delivery);
      expect(status).toBe(204);
      expect(headers).not.toHaveProperty("ratelimit");
    }
    expect(table.counts).toMatchObject({ gets: 0, writes: 0 });
  });
});
