import * as z from "zod";
import type { DomainEvent } from "../../events/event.ts";
import { Code, fact, JourneyId } from "../../events/values.ts";
import { templates } from "../message/templates/index.ts";
import { type Check, Match } from "./facts.ts";
import { steps } from "./steps/index.ts";

const AnyStep = z.strictObject({
  kind: fact(z.enum(Object.keys(steps) as [string, ...string[]])),
  config: z.unknown(),
  /** Each way out with the step it leads to. */
  edges: z.record(Code, Code).default({}),
});
export type Step = z.infer<typeof AnyStep>;

const Form = z.strictObject({
  id: JourneyId,
  /** A published version never changes; enrollments keep theirs. */
  version: fact(z.int().min(1)),
  name: fact(z.string().min(1).max(120)),
  trigger: z.strictObject({
    event: Code,
    /** Values that attributes of the event's data may have, as in the rule that brings it. */
    where: z.record(Code, z.array(fact(z.union([z.string(), z.boolean(), z.number()]))).min(1)),
  }),
  /** What must be true at the entry, as it is then and not as the event said. */
  entry: Match,
  /** Events that end it, with what is then true: also asked before each act, because events come late. */
  exitOn: z.array(z.strictObject({ event: Code, when: Match })),
  reentry: fact(z.enum(["never", "after_exit"])),
  start: Code,
  steps: z.record(Code, AnyStep),
});

/** A journey as data: what starts it, what ends it, and its steps. */
export const JourneyDefinition = Form.superRefine((definition, context) => {
  const complain = (path: (string | number)[], message: string) => context.addIssue({ code: "custom", path, message });
  if (!definition.steps[definition.start]) complain(["start"], "There is no such step.");
  for (const [name, one] of Object.entries(definition.steps)) {
    const kind = steps[one.kind];
    if (!kind) continue;
    const config = kind.config.safeParse(one.config);
    for (const { path, message } of config.error?.issues ?? []) {
      complain(["steps", name, "config", ...(path as (string | number)[])], message);
    }
    const missing = kind.edges.filter((edge) => !(edge in one.edges));
    for (const edge of missing) complain(["steps", name, "edges"], `The way out "${edge}" leads nowhere.`);
    for (const [edge, to] of Object.entries(one.edges)) {
      if (!kind.edges.includes(edge)) complain(["steps", name, "edges", edge], "There is no such way out.");
      if (!definition.steps[to]) complain(["steps", name, "edges", edge], "There is no such step.");
    }
    if (one.kind === "send" && !sendable(config.data)) complain(["steps", name, "config"], "There is no such message.");
  }
  for (const name of unreachableSteps(definition)) complain(["steps", name], "Nothing leads here.");
  for (const name of endless(definition)) complain(["steps", name], "This leads back to itself without a wait.");
});
export type JourneyDefinition = z.infer<typeof JourneyDefinition>;

function sendable(config: unknown): boolean {
  const { template, forms } = (config ?? {}) as { template?: string; forms?: { variant: string }[] };
  const known = template === undefined ? undefined : templates[template];
  return known !== undefined && (forms ?? []).every(({ variant }) => variant in known.variants);
}

const leadsTo = ({ steps: all }: Pick<JourneyDefinition, "steps">, name: string): string[] =>
  Object.values(all[name]?.edges ?? {}).filter((to) => to in all);

/** Everything that can be reached from a step by steps that `through` lets pass. */
function reach(definition: JourneyDefinition, from: string, through: (name: string) => boolean): Set<string> {
  const seen = new Set<string>();
  const rest = leadsTo(definition, from);
  for (let name = rest.pop(); name !== undefined; name = rest.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    if (through(name)) rest.push(...leadsTo(definition, name));
  }
  return seen;
}

function unreachableSteps(definition: JourneyDefinition): string[] {
  const reached = reach(definition, definition.start, () => true);
  return Object.keys(definition.steps).filter((name) => name !== definition.start && !reached.has(name));
}

function endless(definition: JourneyDefinition): string[] {
  const passes = (name: string) => definition.steps[name]?.kind !== "wait";
  return Object.keys(definition.steps).filter((name) => passes(name) && reach(definition, name, passes).has(name));
}

/** What a journey asks of the event that starts it, answered by one; without any, nothing holds. */
export function triggerChecks({ trigger }: JourneyDefinition, event: DomainEvent | undefined): Check[] {
  const data = (event?.data ?? {}) as Record<string, unknown>;
  return Object.entries(trigger.where).map(([name, allowed]) => {
    const actual = data[name];
    return { fact: `event.${name}`, allowed, actual, holds: (allowed as unknown[]).includes(actual) };
  });
}

/** True when an event may start the journey, by what the event alone says. */
export const admits = (definition: JourneyDefinition, event: DomainEvent): boolean =>
  definition.trigger.event === event.type && triggerChecks(definition, event).every((check) => check.holds);

/** True when an event ends the journey for its subject. */
export const endsOn = ({ exitOn }: JourneyDefinition, eventType: string): boolean =>
  exitOn.some(({ event }) => event === eventType);
