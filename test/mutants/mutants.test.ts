import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { mutants } from "./mutants.ts";

describe("a planted fault", () => {
  it("stands in exactly one place", () => {
    const misplaced = mutants.filter(({ file, from }) => readFileSync(file, "utf8").split(from).length !== 2);
    expect(misplaced.map(({ fault }) => fault)).toEqual([]);
  });

  it("is one of at least 25, each told once", () => {
    expect(new Set(mutants.map(({ fault }) => fault)).size).toBe(mutants.length);
    expect(mutants.length).toBeGreaterThanOrEqual(25);
  });
});
