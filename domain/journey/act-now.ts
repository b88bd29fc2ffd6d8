import type { JourneyFacts } from "./facts.ts";
import { currentJourneys } from "./presets/index.ts";
import type { Act } from "./step.ts";
import { steps } from "./steps/index.ts";

/** How a journey would ask for a message of a template now, in whatever form; nothing where no journey sends it. */
export function actNow(template: string, facts: JourneyFacts): Act | undefined {
  for (const { kind, config } of currentJourneys().flatMap((one) => Object.values(one.steps))) {
    const outcome = steps[kind]?.enter(config as never, facts);
    if (outcome?.kind === "act" && outcome.act.template === template) return outcome.act;
  }
  return undefined;
}
