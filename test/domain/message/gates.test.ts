import { describe, expect, it } from "vitest";
import type { MessageFacts } from "../../../domain/message/facts.ts";
import { gates, judge } from "../../../domain/message/gates/index.ts";
import { quietUntil } from "../../../domain/message/gates/quiet-hours.ts";
import { restored } from "../../../domain/message/gates/restored.ts";
import { DAY_MS, HOUR_MS, instantAfter, NOW } from "../../support/clock.ts";
import { PLACED_AT } from "../../support/samples.ts";
import { facts, orderFacts, person, request } from "./samples.ts";

const about = (part: Parameters<typeof request>[0]) => ({ ...request(part), requestedAt: NOW });
const confirmation = about({});
const reminder = about({ template: "unpaid-reminder" });
const promo = about({ template: "unpaid-reminder", variant: "with_promo", purpose: "marketing" });
const ago = (ms: number) => instantAfter(-ms);

const skipped = (reason: string) => ({ kind: "skip", reason });

describe("a message", () => {
  it("goes when nothing is against it", () => {
    for (const message of [confirmation, reminder]) expect(judge(facts({ message }))).toEqual({ kind: "go" });
    expect(judge(facts({ message: promo, customer: person(true) }))).toEqual({ kind: "go" });
  });

  it.each<[string, Partial<MessageFacts>, string]>([
    ["whose order was cancelled", { order: orderFacts({ cancelled: true }) }, "subject_changed"],
    ["whose order is gone", { order: "gone" }, "subject_changed"],
    ["about an order of long ago", { now: instantAfter(48 * HOUR_MS + 1, PLACED_AT) }, "stale"],
    ["about history", { order: orderFacts({ messaging: "stale" }) }, "stale"],
    ["about an order without automations", { order: orderFacts({ messaging: "none" }) }, "automations_off"],
    ["to nobody", { address: undefined }, "no_address"],
    ["about a test order", { message: about({ test: true }) }, "test_address_unlisted"],
    ["to an address that bounced", { suppressed: true }, "suppressed"],
    ["that asks for a payment that came", { message: reminder, order: orderFacts({ paid: true }) }, "subject_changed"],
    [
      "that asks for a payment at the door",
      { message: reminder, order: orderFacts({ paymentTiming: "on_delivery" }) },
      "subject_changed",
    ],
    ["that asks too late", { message: reminder, now: instantAfter(72 * HOUR_MS + 1, PLACED_AT) }, "too_late"],
    ["that advertises without consent", { message: promo }, "no_consent"],
    ["that advertises after consent was withdrawn", { message: promo, customer: person(false) }, "consent_withdrawn"],
  ])("%s is skipped", (_, part, reason) => {
    expect(judge(facts(part))).toEqual(skipped(reason));
  });

  it("about anything older than the table that was lost is skipped: the restored one forgot what was sent", () => {
    const lostAt = instantAfter(1, PLACED_AT);
    for (const message of [confirmation, reminder])
      expect(judge(facts({ message, lostAt }))).toEqual(skipped("restored"));
    expect(judge(facts({ lostAt: PLACED_AT }))).toEqual({ kind: "go" });
  });

  it("about nothing is as old as its request", () => {
    const alone = facts({ lostAt: instantAfter(1) });
    expect(restored.judge({ ...alone, order: undefined })).toEqual(skipped("restored"));
    expect(restored.judge({ ...alone, order: undefined, lostAt: NOW })).toBeUndefined();
  });

  it("about a test order goes to a listed address", () => {
    const listed = facts({ message: about({ test: true }), testAddresses: ["olena@example.com"] });
    expect(judge(listed)).toEqual({ kind: "go" });
  });

  it("that advertises too often waits until the oldest of the last ones is a week old", () => {
    const recent = [ago(6 * DAY_MS), ago(3 * DAY_MS), ago(DAY_MS)];
    const often = facts({ message: promo, customer: person(true), recent });
    expect(judge(often)).toEqual({ kind: "defer", reason: "capped", until: instantAfter(DAY_MS) });
    expect(judge({ ...often, recent: recent.slice(1) })).toEqual({ kind: "go" });
    expect(judge({ ...often, recent: [ago(8 * DAY_MS), ...recent.slice(1)] })).toEqual({ kind: "go" });
  });

  it("that is a receipt is never too often", () => {
    const recent = Array.from({ length: 50 }, (_, hours) => ago(hours * HOUR_MS));
    expect(judge(facts({ recent }))).toEqual({ kind: "go" });
  });
});

describe("quiet hours", () => {
  const night = { fromMinute: 21 * 60, toMinute: 9 * 60, purposes: ["marketing" as const] };
  const kyiv = (instant: string) => quietUntil(instant, night, "Europe/Kyiv");

  it("end when the recipient's clock says so", () => {
    expect(kyiv("2026-11-20T18:59:59.000Z")).toBeUndefined();
    expect(kyiv("2026-11-20T19:00:00.000Z")).toBe("2026-11-21T07:00:00.000Z");
    expect(kyiv("2026-11-21T06:59:59.999Z")).toBe("2026-11-21T07:00:00.000Z");
    expect(kyiv("2026-11-21T07:00:00.000Z")).toBeUndefined();
  });

  it("last an hour more when summer time ends, and an hour less when it begins", () => {
    expect(kyiv("2026-10-24T18:00:00.000Z")).toBe("2026-10-25T07:00:00.000Z");
    expect(kyiv("2026-03-28T19:00:00.000Z")).toBe("2026-03-29T06:00:00.000Z");
  });

  it("may lie within a day", () => {
    const nap = { fromMinute: 13 * 60, toMinute: 14 * 60 + 30, purposes: [] };
    expect(quietUntil("2026-11-20T11:10:00.000Z", nap, "Europe/Kyiv")).toBe("2026-11-20T12:30:00.000Z");
    expect(quietUntil("2026-11-20T12:30:00.000Z", nap, "Europe/Kyiv")).toBeUndefined();
  });
});

describe.each(gates)("the gate $name", (gate) => {
  it("asks a question, and has nothing against a confirmation that may go", () => {
    expect(gate.asks).toMatch(/^[A-Z].*\?$/);
    expect(gate.judge(facts())).toBeUndefined();
  });

  it("has a name of its own", () => {
    expect(gates.filter(({ name }) => name === gate.name)).toHaveLength(1);
  });
});
