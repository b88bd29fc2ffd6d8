import type { JourneyDefinition } from "./definition.ts";
import { holds, type JourneyFacts } from "./facts.ts";
import type { Outcome } from "./step.ts";
import { steps } from "./steps/index.ts";

/** Where a subject stands in a journey. */
export interface Position {
  step: string;
  /** When the wait at this step ends, if the subject waits here. */
  waitsUntil?: string | undefined;
}

/** An outcome with the step that it leads to. */
export type Next =
  | Exclude<Outcome, { edge: string }>
  | (Extract<Outcome, { edge: string }> & { from: string; to: string });

/** The way out of a journey whose end has come, by the event that ends it; asked at the entry and before each act. */
const ended = (definition: JourneyDefinition, facts: JourneyFacts): string | undefined =>
  definition.exitOn.find(({ when }) => holds(when, facts))?.event;

/** True when a subject may enter, as things are now. */
export const mayEnter = (definition: JourneyDefinition, facts: JourneyFacts): boolean =>
  holds(definition.entry, facts) && ended(definition, facts) === undefined;

/** What happens next to a subject, by the definition and the facts alone. */
export function next(definition: JourneyDefinition, { step: name, waitsUntil }: Position, facts: JourneyFacts): Next {
  const step = definition.steps[name];
  const kind = step && steps[step.kind];
  if (!kind) throw new Error(`The journey ${definition.id} has no step ${name}.`);
  const outcome = kind.enter(step.config as never, { ...facts, waitsUntil });
  if (outcome.kind === "wait" || outcome.kind === "exit") return outcome;
  const reason = outcome.kind === "act" ? ended(definition, facts) : undefined;
  if (reason !== undefined) return { kind: "exit", reason };
  const to = step.edges[outcome.edge];
  if (to === undefined) throw new Error(`The step ${name} of ${definition.id} has no way out "${outcome.edge}".`);
  return { ...outcome, from: name, to };
}
