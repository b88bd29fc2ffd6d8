import type { Instant } from "../../events/values.ts";
import { port, setting } from "./port.ts";
import { scheduler } from "./scheduler.ts";

/** Messages to a consumer's queue at a later time. */
export interface Wakes {
  /** A second wake-up of the same name changes nothing; a time that has passed means at once. */
  wake(name: string, at: Instant, message: unknown): Promise<void>;
  cancel(name: string): Promise<void>;
}

/** One-shot schedules onto the queue of the consumer that the wiring names. */
export const wakes = port("wakes", (runtime): Wakes => {
  const schedules = runtime.get(scheduler);
  const arn = setting(runtime, "WAKE_QUEUE_ARN");
  return {
    wake: (name, at, input) => schedules.schedule({ name, at, target: { arn, input } }),
    cancel: (name) => schedules.cancel(name),
  };
});

/** What a look at a thing leaves to do: look again when it is due, or forget the look that was planned. */
export interface Look {
  /** Its id. */
  subject: string;
  dueAt?: Instant;
  forget?: Instant;
}

const nameOf = (subject: string, ...times: Instant[]) =>
  [subject, ...times.map((time) => Date.parse(time).toString(36))].join("-");

/** Plans or cancels the next look; once for each time that it is due, however often it is asked for. */
export async function plan(wakes: Wakes, { subject, dueAt, forget }: Look, message: unknown): Promise<void> {
  if (forget !== undefined) await wakes.cancel(nameOf(subject, forget));
  if (dueAt !== undefined) await wakes.wake(nameOf(subject, dueAt), dueAt, message);
}

/** Plans a look again that came too early: the schedule that brought it may still hold the usual name. */
export async function replan(
  wakes: Wakes,
  { subject, dueAt }: Look,
  { message, now }: { message: unknown; now: Instant },
): Promise<void> {
  if (dueAt !== undefined) await wakes.wake(nameOf(subject, dueAt, now), dueAt, message);
}
