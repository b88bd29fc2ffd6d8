import { describe, expect, it } from "vitest";
import type { JourneySettings } from "../../../domain/journey/facts.ts";
import { mayEnter, next } from "../../../domain/journey/interpreter.ts";
import { steps } from "../../../domain/journey/steps/index.ts";
import { HOUR_MS, instantAfter, NOW } from "../../support/clock.ts";
import { PLACED_AT } from "../../support/samples.ts";
import { orderFacts, person } from "../message/samples.ts";
import { definition, draft, facts } from "./samples.ts";

const withStep = (name: string, config: unknown) => {
  const changed = { ...draft().steps, [name]: { ...draft().steps[name], config } };
  return definition({ steps: changed as never });
};
const at = (step: string, more = {}, waitsUntil?: string) => next(definition(), { step, waitsUntil }, facts(more));

describe("a wait", () => {
  it("ends after its hours and not before", () => {
    const until = instantAfter(HOUR_MS);
    expect(at("pause")).toEqual({ kind: "wait", until });
    expect(at("pause", { now: instantAfter(HOUR_MS - 1) }, until)).toEqual({ kind: "wait", until });
    expect(at("pause", { now: until }, until)).toEqual({ kind: "advance", edge: "done", from: "pause", to: "ask" });
  });

  it("may count from the placing of the order", () => {
    const day = withStep("pause", { hours: 24, since: "order_placed" });
    const from = (now: string) => next(day, { step: "pause" }, facts({ now }));
    expect(from(NOW)).toEqual({ kind: "wait", until: instantAfter(24 * HOUR_MS, PLACED_AT) });
    expect(from(instantAfter(24 * HOUR_MS, PLACED_AT))).toMatchObject({ kind: "advance" });
  });

  it("may last so long at least from the arrival, however long ago the order was placed", () => {
    const day = withStep("pause", { hours: 24, since: "order_placed", atLeastHours: 1 });
    const arriving = (ms: number) => next(day, { step: "pause" }, facts({ now: instantAfter(ms, PLACED_AT) }));
    const until = (ms: number) => ({ kind: "wait", until: instantAfter(ms, PLACED_AT) });
    expect([0, 23, 30].map((hours) => arriving(hours * HOUR_MS))).toEqual([
      until(24 * HOUR_MS),
      until(24 * HOUR_MS),
      until(31 * HOUR_MS),
    ]);
    const over = instantAfter(31 * HOUR_MS, PLACED_AT);
    expect(next(day, { step: "pause", waitsUntil: over }, facts({ now: over }))).toMatchObject({ kind: "advance" });
  });

  it.each([
    ["ends", "2026-10-24T18:00:00.000Z", "2026-10-25T18:00:00.000Z"],
    ["begins", "2026-03-28T18:00:00.000Z", "2026-03-29T18:00:00.000Z"],
  ])("of 24 hours is 24 hours when summer time %s", (_, placedAt, until) => {
    const day = withStep("pause", { hours: 24, since: "order_placed" });
    const order = orderFacts({ placedAt });
    expect(next(day, { step: "pause" }, facts({ now: placedAt, order }))).toEqual({ kind: "wait", until });
  });
});

describe("a condition", () => {
  it("goes by the facts as they are now", () => {
    expect(at("ask")).toMatchObject({ edge: "yes", to: "tell" });
    expect(at("ask", { order: orderFacts({ cancelled: true }) })).toMatchObject({ edge: "no", to: "end" });
  });

  it("does not hold about an order that is not there", () => {
    expect(at("ask", { order: undefined })).toMatchObject({ edge: "no" });
  });
});

describe("a send", () => {
  const forms = [
    {
      variant: "with_promo",
      when: { "customer.emailMarketing": [true] },
      params: { promoCode: { setting: "promoCode" }, style: "bold" },
    },
    { variant: "plain" },
  ];
  const tell = (config: object) => withStep("tell", { channel: "email", template: "unpaid-reminder", ...config });

  const choose = (granted?: boolean, settings: JourneySettings = { promoCode: "KOLO5" }) =>
    next(tell({ forms }), { step: "tell" }, facts({ customer: person(granted), settings }));

  it("takes the first form whose facts hold", () => {
    const params = { promoCode: "KOLO5", style: "bold" };
    expect(choose(true)).toMatchObject({ kind: "act", act: { variant: "with_promo", params } });
    for (const granted of [false, undefined]) expect(choose(granted)).toMatchObject({ act: { variant: "plain" } });
  });

  it("says why the forms before it were not the one", () => {
    const passedOver = (granted?: boolean, settings?: JourneySettings) => {
      const outcome = choose(granted, settings);
      return outcome.kind === "act" ? outcome.act.passedOver : outcome;
    };
    expect(passedOver(true)).toBeUndefined();
    expect(passedOver(false)).toEqual({ with_promo: "no_consent" });
    expect(passedOver(true, {})).toEqual({ with_promo: "no_promo_code" });
    const unpaid = [{ ...forms[0], when: { "order.paid": [true] } }, forms[1]];
    expect(next(tell({ forms: unpaid }), { step: "tell" }, facts())).toMatchObject({
      act: { variant: "plain", passedOver: { with_promo: "condition_not_met" } },
    });
  });

  it("leaves out a form whose setting is not set", () => {
    expect(choose(true, {})).toMatchObject({ kind: "act", act: { variant: "plain" } });
  });

  it("sends nothing when none holds", () => {
    expect(next(tell({ forms: [forms[0]] }), { step: "tell" }, facts())).toMatchObject({ kind: "advance", to: "end" });
  });

  it("is not done any more once the journey's end has come", () => {
    expect(at("tell", { order: orderFacts({ paid: true }) })).toEqual({ kind: "exit", reason: "order.paid" });
  });
});

describe("an exit", () => {
  it("leaves for its reason", () => expect(at("end")).toEqual({ kind: "exit", reason: "done" }));
});

describe("an entry", () => {
  it("is open while its facts hold and the end has not come", () => {
    expect(mayEnter(definition(), facts())).toBe(true);
    expect(mayEnter(definition(), facts({ order: orderFacts({ messaging: "stale" }) }))).toBe(false);
    expect(mayEnter(definition(), facts({ order: orderFacts({ paid: true }) }))).toBe(false);
    expect(mayEnter(definition(), facts({ order: undefined }))).toBe(false);
  });
});

describe("a step that is not there", () => {
  it("is a fault", () => expect(() => at("nowhere")).toThrow("no step nowhere"));
});

describe.each(Object.entries(steps))("the step %s", (name, kind) => {
  it("is called as it is listed", () => expect(kind.kind).toBe(name));

  it("names its ways out, each once", () => expect(new Set(kind.edges).size).toBe(kind.edges.length));

  it("refuses settings that it does not know", () => {
    expect(kind.config.safeParse({ ...(draft().steps.end?.config as object), surprise: true }).success).toBe(false);
  });
});
