import { SEED } from "../support/convergence.ts";

/** Chance that is the same in every run; `SEED` of the environment makes another one. */
export function chance(seed: number = Number(process.env.SEED ?? SEED)): { below(bound: number): number } {
  let state = seed >>> 0;
  return {
    below(bound) {
      // xorshift32
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      state >>>= 0;
      return state % bound;
    },
  };
}
