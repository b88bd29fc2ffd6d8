import { JourneyDefinition } from "../../../domain/journey/definition.ts";
import type { JourneyFacts } from "../../../domain/journey/facts.ts";
import { NOW } from "../../support/clock.ts";
import { orderFacts, person } from "../message/samples.ts";

export type Draft = ReturnType<typeof draft>;

/** A small sound journey, before it is checked: waits, asks, leaves. */
export const draft = () => ({
  id: "jrn_sample",
  version: 1,
  name: "Sample",
  trigger: { event: "order.placed", where: { messaging: ["all"] } },
  entry: { "order.messaging": ["all"] } as Record<string, unknown>,
  exitOn: [{ event: "order.paid", when: { "order.paid": [true] } }],
  reentry: "never" as "never" | "after_exit",
  start: "pause",
  steps: {
    pause: { kind: "wait", config: { hours: 1, since: "arrival" }, edges: { done: "ask" } },
    ask: { kind: "condition", config: { when: { "order.cancelled": [false] } }, edges: { yes: "tell", no: "end" } },
    tell: {
      kind: "send",
      config: { channel: "email", template: "unpaid-reminder", forms: [{ variant: "plain" }] },
      edges: { done: "end" },
    },
    end: { kind: "exit", config: { reason: "done" } },
  } as Record<string, { kind: string; config: unknown; edges?: Record<string, string> }>,
});

/** The same, with parts replaced. */
export const definition = (part: Partial<Draft> = {}): JourneyDefinition =>
  JourneyDefinition.parse({ ...draft(), ...part });

/** A person with an unpaid order. */
export const facts = (part: Partial<JourneyFacts> = {}): JourneyFacts => ({
  now: NOW,
  order: orderFacts(),
  customer: person(),
  settings: {},
  ...part,
});
