import { describe, expect, it } from "vitest";
import { explanations } from "../../../functions/table/explanations.ts";
import { DAY_MS } from "../../support/clock.ts";
import { olena, PLACED_AT, uah } from "../../support/samples.ts";
import { type Mailroom, mailroom } from "../consumers/mailroom.ts";

const JOURNEY = "jrn_unpaid-reminder";
const consents = [{ channel: "email", purpose: "marketing", granted: true, at: PLACED_AT, source: "checkout" }];

const customerOf = (room: Mailroom) =>
  String((room.events("order.placed")[0]?.data as { customerId?: string })?.customerId);
const why = (room: Mailroom, template: string) =>
  room.runtime.get(explanations).ofTemplate(customerOf(room), template, room.clock.now());
const whyJourney = (room: Mailroom) =>
  room.runtime.get(explanations).ofJourney(customerOf(room), JOURNEY, room.clock.now());

describe("the answer to why", () => {
  it("tells of each message of a template, newest first", async () => {
    const room = await mailroom();
    await room.order();
    await room.carry();
    room.clock.advance(60_000);
    await room.order({ externalId: "1002", status: "cancelled" });
    await room.carry();
    expect(await why(room, "order-confirmation")).toMatchObject([
      { status: "skipped", reason: "subject_changed" },
      { status: "sent" },
    ]);
  });

  it("says what stands in the way of a message that nobody asked for", async () => {
    const room = await mailroom();
    await room.order({ placedAt: "1997-01-01T10:00:00Z" });
    await room.carry();
    const [answer] = await why(room, "order-confirmation");
    expect(answer).toMatchObject({ status: "never_requested" });
    expect(answer?.gates.filter(({ passes }) => !passes)).toMatchObject([
      { gate: "subject", reason: "stale" },
      { gate: "automations", reason: "stale" },
    ]);
  });

  it("follows an order through a journey", async () => {
    const room = await mailroom();
    await room.order();
    await room.carry();
    expect(await whyJourney(room)).toMatchObject([
      { status: "waiting", step: "day", until: "2026-11-21T10:15:00.000Z" },
    ]);
    await room.after(DAY_MS);
    expect(await whyJourney(room)).toMatchObject([{ status: "exited", reason: "reminded" }]);
  });

  it("says what keeps an order out of a journey", async () => {
    const room = await mailroom();
    await room.order({ paymentMethod: "cod" });
    await room.carry();
    const [answer] = await whyJourney(room);
    expect(answer).toMatchObject({ status: "never_entered" });
    expect(answer?.entry).toContainEqual({
      fact: "order.paymentTiming",
      allowed: ["prepaid"],
      actual: "on_delivery",
      holds: false,
    });
  });

  it("says what of the event kept an order out of a journey, whatever the order is by now", async () => {
    const room = await mailroom();
    const payment = { externalId: "p-1", provider: "manual", amount: uah(498_00), capturedAt: PLACED_AT };
    await room.order({ payments: [payment] });
    await room.carry();
    const [answer] = await whyJourney(room);
    expect(answer?.entry.every(({ holds }) => holds)).toBe(true);
    expect(answer).toMatchObject({ status: "never_entered" });
    expect(answer?.trigger?.map(({ fact, actual, holds }) => [fact, actual, holds])).toEqual([
      ["event.messaging", "all", true],
      ["event.paymentTiming", "prepaid", true],
      ["event.paymentStatus", "paid", false],
    ]);
  });

  it.each([
    ["without consent", {}, {}, "plain", "no_consent"],
    ["without a promo code", { consents }, { PROMO_CODE: "" }, "plain", "no_promo_code"],
    ["with both", { consents }, {}, "with_promo", undefined],
  ])("names the form of a reminder %s, before it is asked for and after", async (_, part, env, variant, reason) => {
    const room = await mailroom({ env });
    await room.order({ customer: { ...olena, ...part } });
    await room.carry();
    const forms = async () => {
      const [answer] = await why(room, "unpaid-reminder");
      const promo = answer?.variants.find((one) => one.variant === "with_promo");
      return [answer?.status, answer?.variants.find(({ chosen }) => chosen)?.variant, promo?.reason];
    };
    expect(await forms()).toEqual(["never_requested", variant, reason]);
    await room.after(DAY_MS);
    expect(await forms()).toEqual(["sent", variant, reason]);
  });

  it("names the form of a reminder that the limit of marketing made plain", async () => {
    const room = await mailroom();
    for (const externalId of ["1001", "1002", "1003", "1004"])
      await room.order({ externalId, customer: { ...olena, consents } });
    await room.carry();
    await room.after(DAY_MS);
    const answers = (await why(room, "unpaid-reminder")).map(({ variant, variants }) => [
      variant,
      variants.find((one) => one.variant === "with_promo")?.reason,
    ]);
    expect(answers.sort()).toEqual([["plain", "capped"], ...Array(3).fill(["with_promo", undefined])]);
  });

  it("knows neither strangers nor unknown templates and journeys", async () => {
    const room = await mailroom();
    await room.order();
    const ask = room.runtime.get(explanations);
    const now = room.clock.now();
    await expect(ask.ofTemplate("cus_none", "order-confirmation", now)).rejects.toThrow("no such customer");
    await expect(ask.ofTemplate(customerOf(room), "constructor", now)).rejects.toThrow("no such template");
    await expect(ask.ofJourney(customerOf(room), "jrn_none", now)).rejects.toThrow("no such journey");
  });
});
