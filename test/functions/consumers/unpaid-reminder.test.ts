import { describe, expect, it } from "vitest";
import { next } from "../../../domain/journey/interpreter.ts";
import { journeyOf } from "../../../domain/journey/presets/index.ts";
import { DEPTH_MAX } from "../../../functions/shell/consumer.ts";
import { facts } from "../../domain/journey/samples.ts";
import { orderFacts } from "../../domain/message/samples.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../support/clock.ts";
import { capture } from "../../support/order-facts.ts";
import { olena, PLACED_AT, uah } from "../../support/samples.ts";
import { type Mailroom, mailroom, PROMO_CODE } from "./mailroom.ts";

/** From the clock's beginning to 24 hours after the sample order was placed. */
const A_DAY_AFTER_PLACING = 22 * HOUR_MS + 15 * MINUTE_MS;
const payment = { externalId: "p-1", provider: "manual", amount: uah(498_00), capturedAt: "2026-11-20T20:00:00Z" };
const consents = [
  { channel: "email", purpose: "marketing", granted: true, at: "2026-11-20T10:14:00Z", source: "checkout" },
];

/** A shop where an unpaid order was placed and every consumer heard of it. */
async function unpaid(part: Record<string, unknown> = {}, times = 1, env = {}, more = {}): Promise<Mailroom> {
  const room = await mailroom({ env });
  await room.order(part, more);
  await room.carry(times);
  return room;
}

const reminders = (room: Mailroom) => room.mailbox.filter(({ subject }) => subject.includes("чекає на оплату"));

describe("the unpaid reminder", () => {
  it("comes 24 hours after the order was placed, and not a second earlier", async () => {
    const room = await unpaid();
    expect(room.schedules.planned()).toMatchObject([
      { at: "2026-11-21T10:15:00.000Z", target: { arn: "arn:journey" } },
    ]);
    await room.after(A_DAY_AFTER_PLACING - 1_000);
    expect(reminders(room)).toEqual([]);
    await room.after(1_000);
    expect(reminders(room)).toMatchObject([{ to: "olena@example.com" }]);
    expect(room.states("enrollment")).toMatchObject([{ status: "exited", reason: "reminded" }]);
    await room.after(30 * DAY_MS);
    expect(reminders(room)).toHaveLength(1);
  });

  it("is on the customer's timeline, from the entry to the end", async () => {
    const room = await unpaid();
    await room.after(A_DAY_AFTER_PLACING);
    const [placed] = room.events("order.placed");
    const onTimeline = [{ customerId: placed?.customerId as string }];
    for (const type of ["journey.entered", "journey.exited"]) expect(room.events(type)).toMatchObject(onTimeline);
  });

  it("comes also when a part of the money came with the order", async () => {
    const room = await unpaid({}, 1, {}, { captures: [capture(uah(98_00))] });
    await room.after(A_DAY_AFTER_PLACING);
    expect(reminders(room)).toHaveLength(1);
  });

  it("waits 24 hours that pass, also when summer time ends in between", async () => {
    const room = await mailroom({ now: "2026-10-24T12:00:00.000Z" });
    await room.order({ placedAt: "2026-10-24T12:00:00Z" });
    await room.carry();
    expect(room.schedules.planned()).toMatchObject([{ at: "2026-10-25T12:00:00.000Z" }]);
  });

  it("shows the promo code to those who allowed marketing, as marketing", async () => {
    const room = await unpaid({ customer: { ...olena, consents } });
    await room.after(A_DAY_AFTER_PLACING);
    expect(reminders(room)).toMatchObject([{ purpose: "marketing", text: expect.stringContaining(PROMO_CODE) }]);
  });

  it("is plain for all others", async () => {
    const room = await unpaid();
    await room.after(A_DAY_AFTER_PLACING);
    expect(reminders(room)).toMatchObject([
      { purpose: "transactional", text: expect.not.stringContaining(PROMO_CODE) },
    ]);
  });

  it("is plain for everyone where the deployment has no promo code", async () => {
    const room = await unpaid({ customer: { ...olena, consents } }, 1, { PROMO_CODE: "" });
    await room.after(A_DAY_AFTER_PLACING);
    expect(reminders(room)).toMatchObject([{ purpose: "transactional" }]);
  });

  it("is plain from the fourth on: marketing has its limit, for which no reminder can wait", async () => {
    const room = await mailroom();
    for (const externalId of ["1001", "1002", "1003", "1004"])
      await room.order({ externalId, customer: { ...olena, consents } });
    await room.carry();
    await room.after(A_DAY_AFTER_PLACING);
    const purposes = reminders(room).map(({ purpose, text }) => [purpose, text.includes(PROMO_CODE)]);
    expect(purposes.sort()).toEqual([...Array(3).fill(["marketing", true]), ["transactional", false]]);
    const passedOver = { with_promo: "capped" };
    const plain = room.states("message").filter(({ request }) => (request as { passedOver?: object }).passedOver);
    expect(plain).toMatchObject([
      { status: "sent", request: { variant: "plain", purpose: "transactional", passedOver } },
    ]);
    expect(room.events("message.reshaped")).toHaveLength(1);
  });

  it("does not come when the order was paid after 23 hours", async () => {
    const room = await unpaid();
    await room.after(21 * HOUR_MS);
    await room.order({ payments: [payment], updatedAt: "2026-11-21T09:00:00Z" });
    await room.carry();
    expect(room.states("enrollment")).toMatchObject([{ status: "exited", reason: "order.paid" }]);
    expect(room.schedules.planned()).toEqual([]);
    await room.after(2 * DAY_MS);
    expect(reminders(room)).toEqual([]);
  });

  it("does not come when the order was cancelled", async () => {
    const room = await unpaid();
    await room.order({ status: "cancelled", updatedAt: "2026-11-20T11:30:00Z" });
    await room.carry();
    expect(room.states("enrollment")).toMatchObject([{ status: "exited", reason: "order.cancelled" }]);
    await room.after(2 * DAY_MS);
    expect(reminders(room)).toEqual([]);
  });

  it("does not come when the payment is known and its event is not", async () => {
    const room = await unpaid();
    await room.order({ payments: [payment], updatedAt: "2026-11-21T09:00:00Z" });
    await room.wakeAfter(A_DAY_AFTER_PLACING);
    expect(room.states("enrollment")).toMatchObject([{ status: "exited", reason: "settled" }]);
    await room.carry();
    expect(reminders(room)).toEqual([]);
  });

  it("does not come when the order is paid in the moment between asking and sending", async () => {
    const room = await unpaid();
    await room.wakeAfter(A_DAY_AFTER_PLACING);
    await room.order({ payments: [payment], updatedAt: "2026-11-21T09:00:00Z" });
    await room.carry();
    expect(room.states("message")).toContainEqual(
      expect.objectContaining({ status: "skipped", reason: "subject_changed" }),
    );
    expect(reminders(room)).toEqual([]);
  });

  it("does not come where the platform says paid while we wait for the provider's word", async () => {
    const room = await mailroom();
    room.store?.paymentHooks.push("hok_1");
    await room.order({}, { claim: { provider: "shopify", amountMinor: 498_00, at: PLACED_AT } });
    await room.carry();
    await room.after(2 * DAY_MS);
    expect([room.states("enrollment"), reminders(room)]).toEqual([[], []]);
  });

  it.each([
    ["cash on delivery", { paymentMethod: "cod" }],
    ["an invoice", { paymentTiming: "invoice" }],
    ["a paid order", { payments: [payment] }],
    ["an order of 1997", { placedAt: "1997-01-01T10:00:00Z" }],
    ["an order without automations", { automations: "none" }],
  ])("never comes for %s", async (_, part) => {
    const room = await unpaid(part);
    await room.after(2 * DAY_MS);
    expect([room.states("enrollment"), reminders(room), room.schedules.planned()]).toEqual([[], [], []]);
  });

  it("comes once, however often every event and wake-up is delivered", async () => {
    const room = await unpaid({}, 3);
    expect(room.schedules.planned()).toHaveLength(1);
    await room.after(A_DAY_AFTER_PLACING, 3);
    expect(reminders(room)).toHaveLength(1);
    expect(room.events("journey.entered")).toHaveLength(1);
    expect(room.events("journey.acted")).toHaveLength(1);
  });

  it("comes at the next sweep when its schedule was lost", async () => {
    const room = await unpaid();
    const [lost] = room.schedules.planned();
    await room.schedules.cancel(String(lost?.name));
    await room.after(A_DAY_AFTER_PLACING + MINUTE_MS);
    await room.tick();
    expect(reminders(room)).toEqual([]);
    await room.after(5 * MINUTE_MS);
    await room.tick();
    expect(reminders(room)).toHaveLength(1);
    await room.tick();
    expect(reminders(room)).toHaveLength(1);
  });

  it("gets its schedule from the second run when the first one died before it", async () => {
    const room = await unpaid();
    const [lost] = room.schedules.planned();
    await room.schedules.cancel(String(lost?.name));
    const [placed] = room.events("order.placed");
    await room.let(placed);
    expect(room.schedules.planned()).toMatchObject([{ name: lost?.name }]);
  });

  it("is not woken by a wake-up of another wait", async () => {
    const room = await unpaid();
    const [enrollment] = room.states("enrollment") as unknown as [{ enrollmentId: string; visit: number }];
    room.clock.advance(2 * DAY_MS);
    const { enrollmentId, visit } = enrollment;
    await room.run({ enrollmentId, visit: visit + 1 });
    await room.run({ enrollmentId, visit: visit - 1 });
    await room.run({ enrollmentId: "enr_nobody", visit });
    expect(room.states("enrollment")).toMatchObject([{ status: "waiting" }]);
  });

  it("that is woken too early waits on", async () => {
    const room = await unpaid();
    const [enrollment] = room.states("enrollment") as unknown as [{ enrollmentId: string; visit: number }];
    await room.run(enrollment);
    expect(room.states("enrollment")).toMatchObject([{ status: "waiting", visit: 1 }]);
    expect(room.schedules.planned()).toHaveLength(1);
  });

  it("comes an hour after an order that came a day late, and not together with its confirmation", async () => {
    const room = await unpaid({ placedAt: "2026-11-19T10:00:00Z" });
    expect(room.mailbox).toHaveLength(1);
    await room.after(HOUR_MS - 1_000);
    expect(reminders(room)).toEqual([]);
    await room.after(1_000);
    expect(reminders(room)).toHaveLength(1);
  });

  it("follows the version of its journey that its order entered with", async () => {
    expect(journeyOf("jrn_unpaid-reminder").version).toBe(2);
    const late = { now: "2026-11-20T12:00:00.000Z", order: orderFacts({ placedAt: "2026-11-19T10:00:00.000Z" }) };
    const first = journeyOf("jrn_unpaid-reminder", 1);
    expect(next(first, { step: first.start }, facts(late))).toMatchObject({ kind: "advance" });
  });

  it("does not come days late, when the whole system slept", async () => {
    const room = await unpaid();
    await room.after(4 * DAY_MS);
    expect(reminders(room)).toEqual([]);
    expect(room.states("message")).toContainEqual(expect.objectContaining({ status: "skipped", reason: "too_late" }));
  });

  it("does not start so deep in a chain of automations", async () => {
    const room = await mailroom();
    await room.order();
    const [placed] = room.events("order.placed");
    await room.let({ ...placed, depth: DEPTH_MAX } as never);
    expect(room.states("enrollment")).toEqual([]);
    await room.let({ ...placed, depth: DEPTH_MAX - 1 } as never);
    expect(room.states("enrollment")).toMatchObject([{ depth: DEPTH_MAX }]);
  });

  it("goes to the card that the order belongs to by then", async () => {
    const room = await mailroom();
    await room.order({ customer: {} });
    await room.carry();
    await room.order({ customer: { ...olena, consents }, updatedAt: "2026-11-20T11:30:00Z" });
    await room.carry();
    await room.after(A_DAY_AFTER_PLACING);
    expect(reminders(room)).toMatchObject([{ to: "olena@example.com", purpose: "marketing" }]);
  });
});
