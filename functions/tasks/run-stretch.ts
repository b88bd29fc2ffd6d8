import { journeyWakes } from "../shell/journey-wakes.ts";
import type { Runtime } from "../shell/port.ts";
import { task } from "../shell/task.ts";
import { type Entry, enrollments, type WakeUp } from "../table/enrollments.ts";

/** Where the subject stands now; the execution's output, for those who look at it. */
interface Stretch {
  status: "refused" | "waiting" | "exited";
  enrollmentId?: string;
}

/** One stretch of a journey: from its entry or a wake-up to the next wait or the exit. Safe to repeat. */
export const runStretch = (runtimeOf?: () => Runtime) =>
  task(
    {
      needs: { enrollments, journeyWakes },
      async run(input: Entry | WakeUp, { now, ...context }): Promise<Stretch> {
        const state = await ("enrollmentId" in input
          ? context.enrollments.wake(input, now)
          : context.enrollments.enter(input, now));
        if (!state) return { status: "refused" };
        const { enrollmentId } = state;
        if (state.status !== "waiting") return { status: "exited", enrollmentId };
        // Also when nothing changed: an earlier run may have died between its transaction and its schedule.
        await context.journeyWakes.set({ enrollmentId, visit: state.visit }, state.dueAt);
        return { status: "waiting", enrollmentId };
      },
    },
    runtimeOf,
  );

export const handler = runStretch();
