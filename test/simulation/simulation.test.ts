import { afterAll, describe, expect, it } from "vitest";
import { outcomes } from "./outcomes.ts";
import { regressions } from "./seeds.ts";
import { play } from "./world.ts";

const WORLDS = 300;
const WORLDS_A_TEST = 20;

const totals: Record<string, number> = {};

async function problemsIn(seeds: readonly number[]): Promise<string[]> {
  const problems: string[] = [];
  for (const seed of seeds) {
    const outcome = await play(seed);
    problems.push(...outcome.problems.map((problem) => `SEED=${seed}: ${problem}`));
    for (const [name, times] of Object.entries(outcome.faults)) totals[name] = (totals[name] ?? 0) + times;
  }
  return problems;
}

const seedsFrom = (first: number) => Array.from({ length: WORLDS_A_TEST }, (_, index) => first + index);

describe("a world in which everything goes wrong", () => {
  for (let first = 1; first <= WORLDS; first += WORLDS_A_TEST) {
    it(`is as it must be whenever it rests: ${first} to ${first + WORLDS_A_TEST - 1}`, async () => {
      expect(await problemsIn(seedsFrom(first))).toEqual([]);
    });
  }

  it("that failed once never fails again", async () => {
    expect(await problemsIn(regressions)).toEqual([]);
  });

  it("meets every fault, in everything that it may lead to", () => {
    expect(outcomes.filter((outcome) => !totals[outcome])).toEqual([]);
  });

  it("knows every fault that it counts", () => {
    const known = new Set(outcomes.map((outcome) => outcome.split(" -> ")[0]));
    expect(Object.keys(totals).filter((outcome) => !known.has(outcome.split(" -> ")[0]))).toEqual([]);
  });
});

describe("a seed", () => {
  it("makes the same world every time", async () => {
    const [first, second] = [await play(7, { traced: true }), await play(7, { traced: true })];
    expect(second.trace).toEqual(first.trace);
    expect(second.digest).toBe(first.digest);
  });

  it("makes another world than its neighbour", async () => {
    expect((await play(7)).digest).not.toBe((await play(8)).digest);
  });
});

afterAll(() => {
  const lines = Object.entries(totals).sort(([a], [b]) => (a < b ? -1 : 1));
  if (process.env.SIMULATION_COUNTS) console.log(lines.map(([name, times]) => `${times}  ${name}`).join("\n"));
});
