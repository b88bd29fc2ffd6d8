import { describe, expect, it } from "vitest";
import { CLAIM_MS } from "../../../functions/consumers/send-message.ts";
import { HOUR_MS, MINUTE_MS } from "../../support/clock.ts";
import { type Mailroom, mailroom } from "./mailroom.ts";
import type { Behaviour } from "./post-office.ts";

const dies = (keeps: boolean): Behaviour => ({ keeps, answers: "dies" });
const silent = (keeps: boolean): Behaviour => ({ keeps, answers: { kind: "unknown", reason: "ses:TimeoutError" } });

/** A receipt-like message (an order confirmation) that waits for its sender. */
async function confirmation(): Promise<Mailroom> {
  const room = await mailroom();
  await room.order({ paymentMethod: "cod" });
  await room.carryTo("message.requested");
  return room;
}

/** A reminder that waits for its sender: rather never than twice. */
async function reminder(): Promise<Mailroom> {
  const room = await mailroom();
  await room.order();
  await room.carry();
  room.mailbox.length = 0;
  await room.wakeAfter(24 * HOUR_MS);
  return room;
}

const report = (room: Mailroom, eventType: string, more: object = {}) => {
  const [{ messageId }] = room
    .events("message.requested")
    .slice(-1)
    .map(({ data }) => data) as [{ messageId: string }];
  const mail = { messageId: "ses-9", timestamp: room.clock.now(), tags: { messageId: [messageId] } };
  return room.report({ eventType, mail, ...more });
};

const requested = (room: Mailroom) => room.events("message.requested").slice(-1)[0] as never;
const last = (room: Mailroom) => room.states("message").sort((a, b) => (String(a.at) < String(b.at) ? 1 : -1))[0];

describe("a message whose sender dies", () => {
  it("before its claim is sent by the next one", async () => {
    const room = await confirmation();
    room.faults.push({ after: 0, done: false });
    await expect(room.again(requested(room))).rejects.toThrow();
    expect(room.mailbox).toEqual([]);
    await room.again(requested(room));
    expect(room.mailbox).toHaveLength(1);
  });

  it("after its claim is left alone while the claim lasts, and sent once it ran out", async () => {
    const room = await confirmation();
    room.office.next.push(dies(false));
    await expect(room.again(requested(room))).rejects.toThrow();
    await expect(room.again(requested(room))).rejects.toThrow();
    expect(room.mailbox).toEqual([]);
    room.clock.advance(CLAIM_MS);
    await room.again(requested(room));
    expect(room.mailbox).toHaveLength(1);
    expect(room.states("message")).toMatchObject([{ status: "sent", attempts: 2, maybeSent: true }]);
  });

  it("after the claim was written but not heard of is sent once the claim ran out", async () => {
    const room = await confirmation();
    room.faults.push({ after: 0, done: true });
    await expect(room.again(requested(room))).rejects.toThrow();
    room.clock.advance(CLAIM_MS);
    await room.again(requested(room));
    expect(room.mailbox).toHaveLength(1);
  });

  it("after the provider took it is not sent again, because the provider's receipt comes first", async () => {
    const room = await confirmation();
    room.office.next.push(dies(true));
    await expect(room.again(requested(room))).rejects.toThrow();
    await report(room, "DeliveryDelay");
    room.clock.advance(CLAIM_MS);
    await room.again(requested(room));
    expect(room.mailbox).toHaveLength(1);
    expect(room.states("message")).toMatchObject([{ status: "sent", providerId: "ses-9" }]);
  });

  it("after the provider took it and without a receipt: a confirmation goes twice rather than never", async () => {
    const room = await confirmation();
    room.office.next.push(dies(true));
    await expect(room.again(requested(room))).rejects.toThrow();
    room.clock.advance(CLAIM_MS);
    await room.again(requested(room));
    expect(room.mailbox).toHaveLength(2);
    expect(new Set(room.mailbox.map(({ key }) => key)).size).toBe(1);
  });

  it("after the provider took it and without a receipt: a reminder goes never rather than twice", async () => {
    const room = await reminder();
    room.office.next.push(dies(true));
    await expect(room.again(requested(room))).rejects.toThrow();
    room.clock.advance(CLAIM_MS);
    await room.again(requested(room));
    room.clock.advance(HOUR_MS);
    await room.tick();
    expect(room.mailbox).toHaveLength(1);
    expect(last(room)).toMatchObject({ status: "unknown" });
  });

  it("before the provider heard of it: a reminder stays unknown, because nobody can tell", async () => {
    const room = await reminder();
    room.office.next.push(dies(false));
    await expect(room.again(requested(room))).rejects.toThrow();
    room.clock.advance(CLAIM_MS);
    await room.again(requested(room));
    expect([room.mailbox, last(room)]).toMatchObject([[], { status: "unknown" }]);
    expect(room.counts).toEqual({ MessagesUnknown: 1 });
  });

  it("while it records what the provider said is settled by the receipt, or sent again", async () => {
    const room = await confirmation();
    room.faults.push({ after: 1, done: false });
    await expect(room.again(requested(room))).rejects.toThrow();
    expect(room.states("message")).toMatchObject([{ status: "claimed" }]);
    await report(room, "Delivery", { delivery: { timestamp: room.clock.now() } });
    room.clock.advance(CLAIM_MS);
    await room.again(requested(room));
    expect(room.mailbox).toHaveLength(1);
  });

  it("after it recorded everything is not sent again", async () => {
    const room = await confirmation();
    room.faults.push({ after: 1, done: true });
    await expect(room.again(requested(room))).rejects.toThrow();
    await room.again(requested(room));
    expect([room.mailbox.length, last(room)]).toMatchObject([1, { status: "sent", attempts: 1 }]);
  });
});

describe("a message whose provider did not answer", () => {
  it("is counted once for operators to look at, however long nobody knows", async () => {
    const room = await confirmation();
    room.office.next.push(silent(true), silent(true));
    await room.carry();
    expect(room.counts).toEqual({ MessagesUnknown: 1 });
    await room.again(requested(room));
    expect(room.counts).toEqual({ MessagesUnknown: 1 });
  });

  it("is unknown until the provider's receipt settles it", async () => {
    const room = await confirmation();
    room.office.next.push(silent(true));
    await room.carry();
    expect(last(room)).toMatchObject({ status: "unknown", retryAt: expect.any(String) });
    await report(room, "Delivery", { delivery: { timestamp: room.clock.now() } });
    expect(last(room)).toMatchObject({ status: "sent", providerId: "ses-9" });
    room.clock.advance(HOUR_MS);
    await room.tick();
    expect(room.mailbox).toHaveLength(1);
    expect(room.table.items().filter(({ sk }) => sk === "due")).toEqual([]);
  });

  it("goes again without a receipt, when it is a confirmation", async () => {
    const room = await confirmation();
    room.office.next.push(silent(false));
    await room.carry();
    room.clock.advance(20 * MINUTE_MS);
    await room.tick();
    expect([room.mailbox.length, last(room)]).toMatchObject([1, { status: "sent", attempts: 2 }]);
  });

  it("never goes again, when it is a reminder", async () => {
    const room = await reminder();
    room.office.next.push(silent(false));
    await room.carry();
    room.clock.advance(HOUR_MS);
    await room.tick();
    await room.again(requested(room));
    expect([room.mailbox, last(room)]).toMatchObject([[], { status: "unknown" }]);
  });

  it("is not sent again when it lost its point meanwhile, and stays unknown", async () => {
    const room = await confirmation();
    room.office.next.push(silent(true));
    await room.carry();
    await room.order({ status: "cancelled", paymentMethod: "cod", updatedAt: "2026-11-20T12:05:00.000Z" });
    room.clock.advance(20 * MINUTE_MS);
    await room.tick();
    expect(last(room)).toMatchObject({ status: "unknown" });
    expect(last(room)).not.toHaveProperty("retryAt");
  });

  it("goes stale while the provider stays down", async () => {
    const room = await confirmation();
    const down: Behaviour = { keeps: false, answers: { kind: "transient", reason: "ses:Throttling" } };
    room.office.next.push(...Array.from({ length: 12 }, () => down));
    await room.carry();
    for (let hours = 0; hours < 60; hours += 6) {
      room.clock.advance(6 * HOUR_MS);
      await room.tick();
    }
    expect([room.mailbox, last(room)]).toMatchObject([[], { status: "skipped", reason: "stale" }]);
    expect(room.table.items().filter(({ sk }) => sk === "due")).toEqual([]);
  });
});

describe("a sender", () => {
  it("that finds a message taken gives it back to the queue", async () => {
    const room = await confirmation();
    room.office.next.push(dies(true));
    await expect(room.again(requested(room))).rejects.toThrow("failed a message");
    await expect(room.again(requested(room))).rejects.toThrow("failed a message");
    const said = room.logs.map(({ extra }) => (extra[0] as { error?: Error } | undefined)?.error?.message);
    expect(said).toContainEqual(expect.stringMatching(/is being sent/));
  });

  it("that hears late from the provider still tells that the message went", async () => {
    const room = await reminder();
    // Its claim runs out while it waits for the answer, and the next sender can only say that nobody knows.
    room.office.meanwhile = async () => {
      room.office.meanwhile = undefined;
      room.clock.advance(CLAIM_MS);
      await room.again(requested(room));
      expect(last(room)).toMatchObject({ status: "unknown" });
    };
    await room.again(requested(room));
    expect([room.mailbox.length, last(room)]).toMatchObject([1, { status: "sent" }]);
  });
});
