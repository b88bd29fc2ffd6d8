import type { Instant } from "../../events/values.ts";
import { port, setting } from "./port.ts";
import { scheduler } from "./scheduler.ts";

/** One wait of one enrollment. */
export interface Wait {
  enrollmentId: string;
  visit: number;
}

/** One-shot schedules that wake enrollments by starting the Journey machine. */
export interface JourneyWakes {
  /** Wakes the enrollment when its wait ends; safe to repeat. */
  set(wait: Wait, at: Instant): Promise<void>;
  cancel(wait: Wait): Promise<void>;
}

/** The deterministic name of a wait's schedule. */
export const wakeName = ({ enrollmentId, visit }: Wait): string => `${enrollmentId}-${visit}`;

export const journeyWakes = port("journeyWakes", (runtime): JourneyWakes => {
  const schedules = runtime.get(scheduler);
  const arn = setting(runtime, "JOURNEY_MACHINE_ARN");
  return {
    set: ({ enrollmentId, visit }, at) =>
      schedules.schedule({
        name: wakeName({ enrollmentId, visit }),
        at,
        target: { arn, input: { enrollmentId, visit } },
      }),
    cancel: (wait) => schedules.cancel(wakeName(wait)),
  };
});
