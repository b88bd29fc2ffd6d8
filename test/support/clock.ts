import type { Clock } from "../../functions/shell/port.ts";

/** A clock that stands still until a test moves it. */
export interface FakeClock extends Clock {
  advance(ms: number): void;
  set(instant: string): void;
}

/** Lengths of time in ms. */
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** When every test begins, unless it says otherwise. */
export const NOW = "2026-11-20T12:00:00.000Z";

/** The instant that lies some ms from another one (the beginning, if none is given). */
export const instantAfter = (ms: number, from: string = NOW): string => new Date(Date.parse(from) + ms).toISOString();

/** Makes a clock that shows `start`. */
export function fakeClock(start: string = NOW): FakeClock {
  let nowMs = Date.parse(start);
  return {
    now: () => new Date(nowMs).toISOString(),
    advance(ms) {
      nowMs += ms;
    },
    set(instant) {
      nowMs = Date.parse(instant);
    },
  };
}
