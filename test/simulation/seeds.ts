/** Seeds that failed once, each for a reason of its own: they are played with every run of the tests. */
export const regressions: readonly number[] = [1083, 1542, 5262];
