import type { Pause } from "./pause.ts";

/** Lets callers through at a rate. */
export interface Pace {
  /** Waits for its turn; turns are given in the order of asking. */
  turn(): Promise<void>;
}

/** The process's own stopwatch: it never jumps, unlike a clock. */
const stopwatch = () => performance.now();

/** At most `perSecond` turns a second, evenly spread: a provider counts bursts against its caller. */
export function pacer(perSecond: number, pause: Pause, nowMs: () => number = stopwatch): Pace {
  const gapMs = 1_000 / perSecond;
  let freeAtMs = Number.NEGATIVE_INFINITY;
  return {
    async turn() {
      const startsMs = Math.max(nowMs(), freeAtMs);
      freeAtMs = startsMs + gapMs;
      const waitMs = startsMs - nowMs();
      if (waitMs > 0) await pause(waitMs);
    },
  };
}
