import { plusMs } from "../kernel/calendar.ts";
import type { MessageFacts } from "./facts.ts";
import { judge } from "./gates/index.ts";
import type { Reshaping } from "./message.ts";
import { PLAIN } from "./template.ts";
import { purposeOf, templateOf } from "./templates/index.ts";

/** What waits is looked at again by a sweep, and sent after that: this late at worst. */
const SWEPT_WITHIN_MS = 3_600_000;

/**
 * The form in which a message goes now instead of waiting too long: where the cap of its purpose would hold it up
 * beyond the template's own deadline, the plain form, if that serves another purpose.
 */
export function fallbackOf(facts: MessageFacts): Reshaping | undefined {
  const { template: name, variant: from = PLAIN, purpose } = facts.message;
  const [verdict, template] = [judge(facts), templateOf(name)];
  if (verdict.kind !== "defer" || verdict.reason !== "capped") return undefined;
  const deadline = template.deadline(facts);
  const isInTime = deadline === undefined || plusMs(verdict.until, SWEPT_WITHIN_MS) <= deadline;
  const plain = purposeOf(template);
  return isInTime || plain === purpose ? undefined : { from, reason: verdict.reason, variant: PLAIN, purpose: plain };
}
