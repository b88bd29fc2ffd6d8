import * as z from "zod";
import { fact } from "../../../events/values.ts";
import { plusMs } from "../../kernel/calendar.ts";
import { step } from "../step.ts";

const HOUR_MS = 3_600_000;
const HOURS_MAX = 24 * 365;

/** Waits for hours that pass, whatever the clocks do meanwhile: 24 hours are 24 hours when summer time ends. */
export const wait = step({
  kind: "wait",
  config: z.strictObject({
    hours: fact(z.number().positive().max(HOURS_MAX)),
    /** Counted from the arrival at the step, or from the placing of the order. */
    since: fact(z.enum(["arrival", "order_placed"])),
  }),
  edges: ["done"],
  enter({ hours, since }, { now, order, waitsUntil }) {
    const from = since === "order_placed" ? (order?.placedAt ?? now) : now;
    const until = waitsUntil ?? plusMs(from, Math.round(hours * HOUR_MS));
    return until > now ? { kind: "wait", until } : { kind: "advance", edge: "done" };
  },
});
