import type { Instant } from "../../../events/values.ts";
import { minuteOfDay, plusMs } from "../../kernel/calendar.ts";
import type { QuietHours } from "../channel.ts";
import { channelOf } from "../channels/index.ts";
import type { Gate } from "../gate.ts";

const STEP_MS = 15 * 60_000;
/** Two days of steps: no quiet stretch is longer, whatever the clocks do. */
const STEPS_MAX = 192;

const isQuiet = ({ fromMinute, toMinute }: QuietHours, minute: number) =>
  fromMinute <= toMinute ? minute >= fromMinute && minute < toMinute : minute >= fromMinute || minute < toMinute;

/**
 * The first quarter of an hour that is not quiet any more on the recipient's clock; `undefined` when it is not quiet
 * now. It asks the clock at each step, so that a night with 23 or 25 hours ends when the recipient's clock says so.
 */
export function quietUntil(now: Instant, hours: QuietHours, timeZone: string): Instant | undefined {
  if (!isQuiet(hours, minuteOfDay(now, timeZone))) return undefined;
  const first = Math.floor(Date.parse(now) / STEP_MS) * STEP_MS - Date.parse(now);
  for (let step = 1; step <= STEPS_MAX; step += 1) {
    const at = plusMs(now, first + step * STEP_MS);
    if (!isQuiet(hours, minuteOfDay(at, timeZone))) return at;
  }
  throw new Error("These quiet hours never end.");
}

/** Nobody's phone rings at night. */
export const quietHours: Gate = {
  name: "quiet_hours",
  asks: "Is it an hour at which this channel may ring?",
  judge({ now, message: { channel, purpose }, timeZone }) {
    const hours = channelOf(channel).quietHours;
    if (!hours?.purposes.includes(purpose)) return undefined;
    const until = quietUntil(now, hours, timeZone);
    return until ? { kind: "defer", reason: "quiet_hours", until } : undefined;
  },
};
