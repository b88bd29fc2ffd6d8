import { describe, expect, it } from "vitest";
import { openFingerprints } from "../../support/doubles.ts";
import { type Mailroom, mailroom } from "./mailroom.ts";

/** A shop that has just mailed the confirmation of an order. */
async function confirmed(): Promise<Mailroom> {
  const room = await mailroom();
  await room.order({ paymentMethod: "cod" });
  await room.carry();
  return room;
}

const messageIdOf = (room: Mailroom) => {
  const [state] = room.states("message") as unknown as [{ request: { messageId: string } }];
  return state.request.messageId;
};

const sesEvent = (room: Mailroom, eventType: string, more: object = {}) => {
  const mail = { messageId: "ses-1", timestamp: "2026-11-20T12:00:01.000Z", tags: { messageId: [messageIdOf(room)] } };
  return { eventType, mail, ...more };
};

const bounce = (bounceType: string) => ({ bounce: { bounceType, timestamp: "2026-11-20T12:01:00.000Z" } });
const complaint = { complaint: { timestamp: "2026-11-20T12:02:00.000Z" } };
const suppressions = (room: Mailroom) => room.table.items().filter(({ pk }) => pk.startsWith("suppression#"));

describe("a mail receipt", () => {
  it("of a permanent bounce suppresses the address, by its HMAC and nothing else", async () => {
    const room = await confirmed();
    await room.report(sesEvent(room, "Bounce", bounce("Permanent")));
    expect(room.states("message")).toMatchObject([{ status: "bounced", kind: "bounce", permanent: true }]);
    const key = await openFingerprints.of({ kind: "email", value: "olena@example.com" });
    expect(suppressions(room)).toMatchObject([{ pk: `suppression#${key}`, sk: "email", kind: "bounce" }]);
    expect(JSON.stringify(suppressions(room))).not.toContain("olena");
  });

  it("of a complaint does too", async () => {
    const room = await confirmed();
    await room.report(sesEvent(room, "Complaint", complaint));
    expect(suppressions(room)).toMatchObject([{ kind: "complaint" }]);
  });

  it("of a full mailbox only tells what happened", async () => {
    const room = await confirmed();
    await room.report(sesEvent(room, "Bounce", bounce("Transient")));
    expect(room.states("message")).toMatchObject([{ status: "bounced", permanent: false }]);
    expect(suppressions(room)).toEqual([]);
  });

  it("keeps later messages from a suppressed address, of other orders and stores too", async () => {
    const room = await confirmed();
    await room.report(sesEvent(room, "Bounce", bounce("Permanent")));
    await room.order({ externalId: "1002", paymentMethod: "cod" });
    await room.carry();
    expect(room.mailbox).toHaveLength(1);
    expect(room.states("message")).toContainEqual(expect.objectContaining({ status: "skipped", reason: "suppressed" }));
  });

  it("that comes twice, or after a worse one, changes nothing", async () => {
    const room = await confirmed();
    await room.report(sesEvent(room, "Complaint", complaint));
    const before = room.table.items();
    await room.report(sesEvent(room, "Complaint", complaint));
    await room.report(sesEvent(room, "Bounce", bounce("Permanent")));
    await room.report(sesEvent(room, "Delivery", { delivery: { timestamp: "2026-11-20T12:03:00.000Z" } }));
    expect(room.table.items()).toEqual(before);
  });

  it("is understood in SNS's envelope as well", async () => {
    const room = await confirmed();
    const Message = JSON.stringify(sesEvent(room, "Bounce", bounce("Permanent")));
    await room.report({ Type: "Notification", MessageId: "sns-1", Message });
    expect(suppressions(room)).toHaveLength(1);
  });

  it("about somebody else's mail is nobody's news", async () => {
    const room = await confirmed();
    const before = room.table.items();
    const mail = { messageId: "ses-2", timestamp: "2026-11-20T12:00:01.000Z", tags: { messageId: ["msg_other"] } };
    await room.report({ eventType: "Bounce", mail, ...bounce("Permanent") });
    await room.report({ eventType: "Delivery", mail: { ...mail, tags: {} } });
    expect(room.table.items()).toEqual(before);
  });

  it("that cannot be read goes back to the queue", async () => {
    const room = await confirmed();
    await expect(room.report({ hello: "world" })).rejects.toThrow("failed a message");
  });
});
