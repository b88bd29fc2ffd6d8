import * as z from "zod";
import { fact, type Instant } from "../../../events/values.ts";
import { plusMs } from "../../kernel/calendar.ts";
import { later } from "../../kernel/facts.ts";
import { step } from "../step.ts";

const HOUR_MS = 3_600_000;
const HOURS_MAX = 24 * 365;
const Hours = fact(z.number().positive().max(HOURS_MAX));

const plusHours = (from: Instant, hours: number) => plusMs(from, Math.round(hours * HOUR_MS));

/** Waits for hours that pass, whatever the clocks do meanwhile: 24 hours are 24 hours when summer time ends. */
export const wait = step({
  kind: "wait",
  config: z.strictObject({
    hours: Hours,
    /** Counted from the arrival at the step, or from the placing of the order. */
    since: fact(z.enum(["arrival", "order_placed"])),
    /** Never over before so many hours from the arrival: what we hear of late is not acted on at once. */
    atLeastHours: Hours.optional(),
  }),
  edges: ["done"],
  enter({ hours, since, atLeastHours = 0 }, { now, order, waitsUntil }) {
    const from = since === "order_placed" ? (order?.placedAt ?? now) : now;
    const until = waitsUntil ?? later(plusHours(from, hours), plusHours(now, atLeastHours));
    return until > now ? { kind: "wait", until } : { kind: "advance", edge: "done" };
  },
});
