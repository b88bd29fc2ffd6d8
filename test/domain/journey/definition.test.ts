import { describe, expect, it } from "vitest";
import { admits, endsOn, JourneyDefinition, triggerChecks } from "../../../domain/journey/definition.ts";
import { currentJourneys, journeyOf, journeys } from "../../../domain/journey/presets/index.ts";
import { channels } from "../../../domain/message/channels/index.ts";
import { catalog } from "../../../events/catalog.ts";
import { journeys as triggers } from "../../../infra/wiring.ts";
import { NOW } from "../../support/clock.ts";
import { type Draft, definition, draft } from "./samples.ts";

const problems = (part: Partial<Draft>) =>
  (JourneyDefinition.safeParse({ ...draft(), ...part }).error?.issues ?? []).map(
    ({ path, message }) => `${path.join(".")}: ${message}`,
  );
const steps = (part: Draft["steps"]) => ({ steps: { ...draft().steps, ...part } });

describe("a journey's definition", () => {
  it("is data that says everything", () => expect(problems({})).toEqual([]));

  it("begins at a step that exists", () => {
    expect(problems({ start: "nowhere" })).toContain("start: There is no such step.");
  });

  it("has only kinds of steps that are known", () => {
    expect(problems(steps({ end: { kind: "fly", config: {} } }))).toHaveLength(1);
  });

  it("gives every step the settings that its kind asks for", () => {
    const pause = { kind: "wait", config: { hours: -1, since: "birth" }, edges: { done: "ask" } };
    const found = problems(steps({ pause }));
    expect(found.map((text) => text.split(":")[0])).toEqual(["steps.pause.config.hours", "steps.pause.config.since"]);
  });

  it("leads every way out to a step, and has no others", () => {
    const ask = { kind: "condition", config: { when: {} }, edges: { yes: "tell", perhaps: "end" } };
    expect(problems(steps({ ask }))).toEqual([
      'steps.ask.edges: The way out "no" leads nowhere.',
      "steps.ask.edges.perhaps: There is no such way out.",
    ]);
    const tell = { ...draft().steps.tell, edges: { done: "nowhere" } } as Draft["steps"][string];
    expect(problems(steps({ tell }))).toContain("steps.tell.edges.done: There is no such step.");
  });

  it("has no step that nothing leads to", () => {
    expect(problems(steps({ lost: { kind: "exit", config: { reason: "lost" } } }))).toEqual([
      "steps.lost: Nothing leads here.",
    ]);
  });

  it("goes round only through a wait", () => {
    const again = (edges: Record<string, string>) => steps({ ask: { ...draft().steps.ask, edges } as never });
    expect(problems(again({ yes: "tell", no: "pause" }))).toEqual([]);
    const tell = { ...draft().steps.tell, edges: { done: "ask" } } as Draft["steps"][string];
    expect(problems(steps({ tell }))).toEqual([
      "steps.ask: This leads back to itself without a wait.",
      "steps.tell: This leads back to itself without a wait.",
    ]);
  });

  it("sends by every channel that there is, and by no other", () => {
    const tell = (channel: string) => {
      const config = { channel, template: "unpaid-reminder", forms: [{ variant: "plain" }] };
      return problems(steps({ tell: { ...draft().steps.tell, config } as never }));
    };
    for (const channel of Object.keys(channels)) expect(tell(channel)).toEqual([]);
    expect(tell("pigeon")).toContainEqual(expect.stringMatching(/^steps\.tell\.config\.channel: /));
  });

  it("sends only messages that exist in that form, and asks only facts that exist", () => {
    const tell = (config: object) => steps({ tell: { ...draft().steps.tell, config } as never });
    const send = { channel: "email", template: "unpaid-reminder", forms: [{ variant: "golden" }] };
    expect(problems(tell(send))).toEqual(["steps.tell.config: There is no such message."]);
    expect(problems(tell({ ...send, template: "poem" }))).toEqual(["steps.tell.config: There is no such message."]);
    expect(problems({ entry: { "order.mood": ["good"] } })).toHaveLength(1);
  });
});

describe("a trigger", () => {
  const event = (data: object, type = "order.placed") => ({ type, at: NOW, data });

  it("admits events of its type whose data is as it says", () => {
    expect(admits(definition(), event({ messaging: "all", other: 1 }))).toBe(true);
    expect(admits(definition(), event({ messaging: "stale" }))).toBe(false);
    expect(admits(definition(), event({}))).toBe(false);
    expect(admits(definition(), event({ messaging: "all" }, "order.updated"))).toBe(false);
  });

  it("says line by line what it asks and what an event answers", () => {
    const told = (said?: object) => triggerChecks(definition(), said && event(said));
    const asked = { fact: "event.messaging", allowed: ["all"] };
    expect(told({ messaging: "all" })).toEqual([{ ...asked, actual: "all", holds: true }]);
    expect(told({ messaging: "stale" })).toEqual([{ ...asked, actual: "stale", holds: false }]);
    expect(told()).toEqual([{ ...asked, holds: false }]);
  });

  it("is not what ends a journey", () => {
    expect(endsOn(definition(), "order.paid")).toBe(true);
    expect(endsOn(definition(), "order.placed")).toBe(false);
  });
});

describe("the published journeys", () => {
  it("have each version once, and are found by it", () => {
    const names = journeys.map(({ id, version }) => `${id} ${version}`);
    expect(new Set(names).size).toBe(names.length);
    for (const one of journeys) expect(journeyOf(one.id, one.version)).toBe(one);
    expect(() => journeyOf("jrn_none")).toThrow("There is no such journey.");
  });

  it("are started by rules that bring exactly what they admit, and ended by events that exist", () => {
    for (const { id, trigger, exitOn } of currentJourneys()) {
      const rule = triggers.find(({ journeyId }) => journeyId === id);
      expect(rule).toEqual({ journeyId: id, events: [trigger.event], where: { data: trigger.where } });
      for (const { event } of exitOn) expect(catalog.has(event)).toBe(true);
    }
    expect(triggers.map(({ journeyId }) => journeyId).sort()).toEqual(
      currentJourneys()
        .map(({ id }) => id)
        .sort(),
    );
  });
});
