import type { Instant } from "../../events/values.ts";
import { type FieldError, Problem } from "../shell/problem.ts";
import { wrongTimes } from "../shell/times.ts";

/** Refuses a body with times that cannot be right, each with its pointer, and whatever else is wrong with it. */
export function checkTimes(body: unknown, now: Instant, others: readonly FieldError[] = []): void {
  const errors = [...wrongTimes(body, now), ...others];
  if (errors.length > 0) throw new Problem(400, "invalid_input", "Some fields are wrong.", { errors });
}
