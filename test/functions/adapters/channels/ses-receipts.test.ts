import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sesReceipts } from "../../../../functions/adapters/channels/ses-receipts.ts";
import { ROOT } from "../../../support/sources.ts";

const FOLDER = join(ROOT, "../shared/fixtures/ses");

const event = (eventType: string, more: object = {}) => ({
  eventType,
  mail: { messageId: "ses-1", timestamp: "2026-11-20T12:00:00.000Z", tags: { messageId: ["msg_1"] } },
  ...more,
});

describe("SES's reports", () => {
  it.each([
    ["Send", {}, { kind: "accepted", providerId: "ses-1" }],
    ["DeliveryDelay", {}, { kind: "accepted", providerId: "ses-1" }],
    ["Delivery", {}, { kind: "delivered", providerId: "ses-1" }],
    ["Bounce", { bounce: { bounceType: "Permanent" } }, { kind: "bounce", permanent: true }],
    ["Bounce", { bounce: { bounceType: "Transient" } }, { kind: "bounce", permanent: false }],
    ["Bounce", { bounce: { bounceType: "Undetermined" } }, { kind: "bounce", permanent: false }],
    ["Complaint", { complaint: {} }, { kind: "complaint", permanent: true }],
    ["Reject", { reject: { reason: "Bad content" } }, { kind: "rejected", reason: "ses:reject" }],
  ])("of a %s are receipts", (type, more, receipt) => {
    expect(sesReceipts(event(type, more))).toEqual([{ messageId: "msg_1", receipt, at: "2026-11-20T12:00:00.000Z" }]);
  });

  it.each(["Open", "Click", "Rendering Failure", "Subscription"])("of a %s are left alone", (type) => {
    expect(sesReceipts(event(type))).toEqual([]);
  });

  it("tell when it happened, in our form", () => {
    const bounce = { bounceType: "Permanent", timestamp: "2026-11-20T12:00:07Z" };
    expect(sesReceipts(event("Bounce", { bounce }))).toMatchObject([{ at: "2026-11-20T12:00:07.000Z" }]);
  });

  it.skipIf(!existsSync(FOLDER)).each([
    ["bounce", [{ kind: "bounce", permanent: true }]],
    ["complaint", [{ kind: "complaint", permanent: true }]],
    ["delivery", [{ kind: "delivered" }]],
    ["reject", [{ kind: "rejected" }]],
    ["send", [{ kind: "accepted" }]],
    ["open", []],
    ["click", []],
  ])("of the documentation (%s) are read, and are ours once they carry our tag", (name, receipts) => {
    const sample = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), "utf8"));
    expect(sesReceipts(sample)).toEqual([]);
    sample.mail.tags.messageId = ["msg_1"];
    expect(sesReceipts(sample)).toMatchObject(receipts.map((receipt) => ({ messageId: "msg_1", receipt })));
  });
});
