import type { Instant } from "../../events/values.ts";
import { Problem } from "../shell/problem.ts";
import { wrongTimes } from "../shell/times.ts";

/** Refuses a body with times that cannot be right, each with its pointer. */
export function checkTimes(body: unknown, now: Instant): void {
  const errors = wrongTimes(body, now);
  if (errors.length > 0) throw new Problem(400, "invalid_input", "Some fields are wrong.", { errors });
}
