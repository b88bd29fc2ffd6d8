import { describe, expect, it } from "vitest";
import { DAY_MS } from "../../support/clock.ts";
import { itemSize } from "../../support/item-size.ts";
import { olena } from "../../support/samples.ts";
import { mailroom } from "./mailroom.ts";

const consents = [
  { channel: "email", purpose: "marketing", granted: true, at: "2026-11-20T10:14:00Z", source: "checkout" },
];

describe("the reads", () => {
  it("of a mail are one of the message and one of each thing that its sender looks at", async () => {
    const room = await mailroom();
    await room.order({ paymentMethod: "cod" });
    const { gets, queries } = room.table.counts;
    await room.carry();
    expect(room.states("message")).toMatchObject([{ status: "sent" }]);
    // The order, the customer, the store and the suppression; the message once more by whoever asks for it.
    expect(room.table.counts.gets - gets).toBe(6);
    // What was bought, and by whom.
    expect(room.table.counts.queries - queries).toBe(1);
  });
});

describe("the write units", () => {
  it("of a confirmation from request to sent are at most 12", async () => {
    const room = await mailroom();
    await room.order({ paymentMethod: "cod" });
    room.spent();
    await room.carry();
    expect(room.states("message")).toMatchObject([{ status: "sent" }]);
    expect(room.spent()).toBeLessThanOrEqual(12);
    // A claim is one plain write: it has no place in the history.
    expect(
      room
        .events()
        .filter(({ type }) => type.startsWith("message."))
        .map(({ type }) => type),
    ).toEqual(["message.requested", "message.sent"]);
  });

  it("of entering a journey and waiting are at most 6, and of leaving it 2", async () => {
    const room = await mailroom();
    await room.order();
    room.spent();
    const [placed] = room.events("order.placed");
    await room.let(placed);
    expect(room.states("enrollment")).toMatchObject([{ status: "waiting" }]);
    expect(room.spent()).toBeLessThanOrEqual(6);
    await room.order({ status: "cancelled", updatedAt: "2026-11-20T11:30:00Z" });
    room.spent();
    await room.again(room.events("order.cancelled")[0]);
    expect(room.states("enrollment")).toMatchObject([{ status: "exited" }]);
    expect(room.spent()).toBeLessThanOrEqual(2);
  });

  it("of a reminder with everything around it are at most 20", async () => {
    const room = await mailroom();
    await room.order({ customer: { ...olena, consents } });
    await room.carry();
    room.spent();
    await room.after(DAY_MS);
    expect(room.mailbox).toHaveLength(2);
    expect(room.spent()).toBeLessThanOrEqual(20);
    const sizes = room.table
      .items()
      .filter(({ pk, sk }) => /^(message|enrollment)#/.test(pk) && sk === "state")
      .map(itemSize);
    // Real customers' ids are 20 bytes longer than counted ones, and stand in the item twice.
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_024 - 2 * 20);
  });
});
