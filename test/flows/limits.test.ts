import { describe, expect } from "vitest";
import { aStore, it } from "./support/kolo.ts";

/** More than a process lets pass before it counts in the table, and far less than anybody is allowed. */
const HASTE = 60;

/** `"read";r=998;t=7` -> 998. */
const leftIn = (header: string | null) => Number(/;r=(\d+);/.exec(header ?? "")?.[1]);

describe("a caller in a hurry", () => {
  it("is served and told what is left, by functions that may count and write nothing else", async () => {
    const store = await aStore();
    const left: number[] = [];
    for (let asked = 0; asked < HASTE; asked += 1) {
      const { status, headers } = await store.ask("/v1/orders?limit=1");
      expect(status).toBe(200);
      expect(headers.get("ratelimit-policy")).toBe('"read";q=1000;w=10');
      left.push(leftIn(headers.get("ratelimit")));
    }
    expect(Math.max(...left)).toBeLessThan(1_000);
    expect(Math.min(...left)).toBeGreaterThan(0);
    expect(new Set(left).size).toBeGreaterThan(5);
  });
});
