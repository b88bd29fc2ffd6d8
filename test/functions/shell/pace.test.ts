import { describe, expect, it } from "vitest";
import { pacer } from "../../../functions/shell/pace.ts";

/** A pace on a stopwatch that only moves when somebody waits. */
function onStopwatch(perSecond: number) {
  const watch = { nowMs: 0 };
  const pause = async (ms: number) => {
    watch.nowMs += ms;
  };
  return { watch, pace: pacer(perSecond, pause, () => watch.nowMs) };
}

describe("a pace", () => {
  it("lets the first one through at once and the others one by one", async () => {
    const { watch, pace } = onStopwatch(10);
    const starts: number[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      await pace.turn();
      starts.push(watch.nowMs);
    }
    expect(starts).toEqual([0, 100, 200, 300]);
  });

  it("saves nothing up while nobody comes", async () => {
    const { watch, pace } = onStopwatch(10);
    await pace.turn();
    watch.nowMs = 5_000;
    await pace.turn();
    await pace.turn();
    expect(watch.nowMs).toBe(5_100);
  });
});
