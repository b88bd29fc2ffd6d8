import * as z from "zod";
import { AnyInstant } from "../../domain/order/snapshot.ts";
import { Day, type Instant } from "../../events/values.ts";

/** One end of a range of time: a whole day in UTC, or an instant; both ends are included. */
export const RangeEnd = z
  .union([Day, AnyInstant], "A day such as 2026-11-20, or a time such as 2026-11-20T10:15:00Z")
  .describe("A whole day in UTC, or an instant; it is included.");

const instantOf = (end: string | undefined, time: string): Instant | undefined =>
  end === undefined || end.includes("T") ? end : `${end}T${time}Z`;

/** The first instant that the beginning of a range names. */
export const firstInstant = (from: string | undefined): Instant | undefined => instantOf(from, "00:00:00.000");

/** The last instant that the end of a range names. */
export const lastInstant = (to: string | undefined): Instant | undefined => instantOf(to, "23:59:59.999");
