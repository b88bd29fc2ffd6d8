import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Contributions,
  differenceOf,
  isSame,
  keyOf,
  keyText,
  PART_KEYS_MAX,
  partsOf,
  tally,
  union,
  withoutZeros,
} from "../../../domain/analytics/contribution.ts";
import { addDays } from "../../../domain/kernel/calendar.ts";

const aKey = fc.record({
  family: fc.constantFrom("sales" as const, "customers" as const),
  scope: fc.constantFrom("merchant", "sto_1", "sto_2"),
  day: fc.integer({ min: 0, max: 800 }).map((days) => addDays("2025-01-01", days)),
});
const someContributions = fc
  .array(fc.tuple(aKey, fc.constantFrom("a:UAH", "b:UAH"), fc.integer({ min: -5, max: 5 })), { maxLength: 120 })
  .map((entries): Contributions => tally(entries));

const added = (a: Contributions, b: Contributions) => {
  const entries = [a, b].flatMap((one) =>
    Object.entries(one).flatMap(([text, sums]) =>
      Object.entries(sums).map(([name, value]) => [keyOf(text), name, value] as const),
    ),
  );
  return tally(entries);
};

describe("a metric key", () => {
  it("is read from its text", () => {
    const key = { family: "sales", scope: "sto_1", day: "2026-11-20" } as const;
    expect(keyOf(keyText(key))).toEqual(key);
  });
});

describe("a contribution", () => {
  it("holds no zeros", () => {
    const key = { family: "sales", scope: "sto_1", day: "2026-11-20" } as const;
    expect(tally([[key, "a:UAH", 0]])).toEqual({});
    expect(
      tally([
        [key, "a:UAH", 2],
        [key, "a:UAH", -2],
      ]),
    ).toEqual({});
    expect(withoutZeros({ x: { a: 0, b: 1 } })).toEqual({ x: { b: 1 } });
  });

  it("plus a difference is the other one", () =>
    fc.assert(
      fc.property(someContributions, someContributions, (before, after) => {
        expect(added(before, differenceOf(before, after))).toEqual(after);
        expect(isSame(before, after)).toBe(JSON.stringify(differenceOf(before, after)) === "{}");
      }),
    ));
});

describe("the parts of a contribution", () => {
  it("are the whole, each within its limit", () =>
    fc.assert(
      fc.property(someContributions, (whole) => {
        const parts = [...partsOf(whole).values()];
        expect(union(parts)).toEqual(whole);
        expect(parts.reduce((sum, part) => sum + Object.keys(part).length, 0)).toBe(Object.keys(whole).length);
        for (const part of parts) expect(Object.keys(part).length).toBeLessThanOrEqual(PART_KEYS_MAX);
      }),
    ));

  it("stay as they are, but for the newest one, when a later day is added", () => {
    const daily = (days: number): Contributions =>
      Object.fromEntries(
        Array.from({ length: days }, (_, index) => [
          keyText({ family: "customers", scope: "merchant", day: addDays("2025-12-01", index) }),
          { "gaps:UAH": 1 },
        ]),
      );
    const [before, after] = [partsOf(daily(100)), partsOf(daily(101))];
    const changed = [...after].filter(([name, part]) => !isSame(before.get(name) ?? {}, part));
    expect(changed.map(([name]) => name)).toEqual(["2026-002"]);
  });
});
