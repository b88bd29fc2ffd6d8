import { describe, expect, it } from "vitest";
import { explanations } from "../../../functions/table/explanations.ts";
import { DAY_MS } from "../../support/clock.ts";
import { type Mailroom, mailroom } from "../consumers/mailroom.ts";

const JOURNEY = "jrn_unpaid-reminder";

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
