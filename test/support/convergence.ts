import fc from "fast-check";
import { expect } from "vitest";

/** Printed by fast-check when a property fails; the same in every run. */
export const SEED = 20261120;

/** Checks a property over many cases from the one seed. */
export function holdsFor<T>(cases: fc.Arbitrary<T>, check: (example: T) => void, numRuns = 300): void {
  const property = fc.property(cases, (example) => {
    check(example);
  });
  fc.assert(property, { seed: SEED, numRuns });
}

/** A list of what arrived, and the same things in another order with some of them again. */
export function arrivals<T>(thing: fc.Arbitrary<T>, maxLength = 8): fc.Arbitrary<{ once: T[]; again: T[] }> {
  return fc.array(thing, { minLength: 1, maxLength }).chain((once) =>
    fc
      .tuple(
        fc.shuffledSubarray(once, { minLength: once.length }),
        fc.array(fc.constantFrom(...once), { maxLength: 6 }),
      )
      .chain(([shuffled, repeats]) => {
        const all = [...shuffled, ...repeats];
        return fc.shuffledSubarray(all, { minLength: all.length }).map((again) => ({ once, again }));
      }),
  );
}

/** Whatever the order of arrival and however often, the outcome is the same. */
export function converges<T>(thing: fc.Arbitrary<T>, outcome: (arrived: readonly T[]) => unknown, numRuns = 300): void {
  holdsFor(arrivals(thing), ({ once, again }) => expect(outcome(again)).toEqual(outcome(once)), numRuns);
}
