import { describe, expect, it } from "vitest";
import type { Fact } from "./facts.ts";
import { oracle } from "./oracle.ts";
import { another, at, bounced, capture, claim, heard, order, shop, uah } from "./said.ts";

describe("the messages, as the oracle sees them", () => {
  /** What becomes of the confirmation and of the reminder of order 1. */
  const sent = (...facts: Fact[]) =>
    oracle([shop(), ...facts])
      .messages.filter((one) => one.order === "kyiv/1")
      .map((one) => one.sent);

  it("confirm and remind of an order that may be spoken of", () => {
    expect(sent(order("20T10:00"))).toEqual(["must", "must"]);
    expect(sent(order("20T10:00", { automations: "none" }))).toEqual(["must_not", "must_not"]);
    expect(sent({ ...order("20T10:00"), email: "" })).toEqual(["must_not", "must_not"]);
    expect(sent(order("20T10:00", { timing: "on_delivery" }))).toEqual(["must", "must_not"]);
  });

  it("may lose a reminder that its provider held up until the order was paid, and no other", () => {
    const heldUp = (...facts: Fact[]) => oracle([shop(), ...facts]).messages.map((one) => one.heldUp);
    expect(heldUp(order("20T10:00"))).toEqual(["must", "must"]);
    expect(heldUp(order("20T10:00"), capture("21T12:00", uah(498_00)))).toEqual(["must", "may"]);
    expect(heldUp(order("20T10:00"), capture("21T08:00", uah(498_00)))).toEqual(["must", "must_not"]);
  });

  it("are silent of what is two days old, and undecided near that hour", () => {
    const told = (minute: string) => sent(order("20T10:00", heard(minute)));
    expect(told("22T08:59")).toEqual(["must", "must"]);
    expect(told("22T09:30")).toEqual(["may", "may"]);
    expect(told("22T10:01")).toEqual(["must_not", "must_not"]);
  });

  it("remind of nothing that was paid or cancelled in time, if only in the platform's words", () => {
    expect(sent(order("20T10:00"), capture("21T08:00", uah(498_00)))).toEqual(["must", "must_not"]);
    expect(sent(order("20T10:00"), capture("21T10:30", uah(498_00)))).toEqual(["must", "may"]);
    expect(sent(order("20T10:00"), capture("21T12:00", uah(498_00)))).toEqual(["must", "must"]);
    expect(sent(order("20T10:00"), capture("21T08:00", uah(497_99)))).toEqual(["must", "must"]);
    expect(sent(order("20T10:00"), order("20T18:00", { status: "cancelled" }))).toEqual(["must", "must_not"]);
    const claimed = [shop({ paymentHook: true }), order("20T10:00"), order("20T11:00", claim("20T11:00"))];
    expect(oracle(claimed).messages.map((one) => one.sent)).toEqual(["must", "must_not"]);
  });

  it("remind of an order that is heard of late an hour after that", () => {
    const paidAt = (minute: string) =>
      order(minute, { payments: [{ id: "p-1", at: at("20T10:00"), amountMinor: 498_00, currency: "UAH" }] });
    const late = order("20T10:00", heard("21T20:00"));
    expect(sent(late)).toEqual(["must", "must"]);
    expect(sent(late, paidAt("21T20:59"))).toEqual(["must", "must_not"]);
    expect(sent(late, paidAt("21T21:30"))).toEqual(["must", "may"]);
    expect(sent(late, paidAt("21T22:01"))).toEqual(["must", "must"]);
  });

  it("confirm no order that comes cancelled, and leave closed mailboxes alone", () => {
    expect(sent(order("20T10:00", { status: "cancelled" }))).toEqual(["must_not", "must_not"]);
    expect(sent(order("20T10:00"), order("20T10:30", { status: "cancelled" }))[0]).toBe("may");
    expect(sent(order("20T10:00"), bounced("19T10:00"))).toEqual(["must_not", "must_not"]);
    expect(sent(order("20T10:00"), bounced("20T10:05"))).toEqual(["may", "must_not"]);
  });

  it("may lose a reminder that waits for the limit of marketing, or to a change of mind, and not to the limit", () => {
    const yes = { consent: { granted: true, at: at("20T10:00") } };
    const no = { consent: { granted: false, at: at("21T10:20") } };
    const often = ["2", "3", "4"].map((name) => another(name, `19T0${name}:00`));
    expect(sent(order("20T10:00"), ...often)[1]).toBe("must");
    expect(sent(order("20T10:00", yes), ...often)[1]).toBe("must");
    const paid = capture("22T12:00", uah(498_00));
    expect(sent(order("20T10:00", yes), paid, ...often)[1]).toBe("may");
    expect(sent(order("20T10:00"), paid, ...often)[1]).toBe("must");
    expect(sent(order("20T10:00", yes), paid, ...often.slice(1))[1]).toBe("must");
    expect(sent(order("20T10:00", yes), order("21T10:20", no))[1]).toBe("may");
    expect(sent(order("20T10:00", yes), order("21T09:00", no))[1]).toBe("must");
  });
});
