import { describe, expect, it } from "vitest";
import type { Fact, Parcel } from "./facts.ts";
import { oracle } from "./oracle.ts";
import { alone, at, capture, claim, move, order, parcel, refund, shop, uah } from "./said.ts";

const first = (...facts: Fact[]) => oracle([shop(), ...facts]).orders["kyiv/1"];
/** Three pieces. */
const three = order("20T10:00", { units: 3 });
const goods = (...parcels: Parcel[]) => first(three, ...parcels.map(alone))?.fulfillmentStatus;

describe("the goods of an order, as the oracle sees them", () => {
  const [two, one] = [{ units: 2 }, { id: "par_2", units: 1 }];

  it("are sent when all of them are, and partially before", () => {
    expect(goods()).toBe("unfulfilled");
    expect(goods(parcel("20T11:00", "shipped", two))).toBe("partially_shipped");
    expect(goods(parcel("20T11:00", "shipped", two), parcel("20T12:00", "shipped", one))).toBe("shipped");
    expect(goods(parcel("20T11:00"))).toBe("shipped");
  });

  it("are as far as the slowest parcel", () => {
    const sent = parcel("20T12:00", "shipped", one);
    const arrived = parcel("20T13:00", "delivered", one);
    expect(goods(parcel("20T11:00", "delivered", two), sent)).toBe("shipped");
    expect(goods(parcel("20T11:00", "delivered", two), arrived)).toBe("delivered");
    expect(goods(parcel("20T11:00", "returned", two), arrived)).toBe("delivered");
    expect(goods(parcel("20T11:00", "returned", two), parcel("20T13:00", "returned", one))).toBe("returned");
    expect(goods(parcel("20T11:00", "delivered", two))).toBe("partially_shipped");
  });

  it("are where the parcel is that was sent again", () => {
    const [back, again] = [parcel("20T12:00", "returned"), { id: "par_2" }];
    expect(goods(back, parcel("20T13:00", "shipped", again))).toBe("shipped");
    expect(goods(back, parcel("20T13:00", "delivered", again))).toBe("delivered");
    expect(goods(back, parcel("20T13:00", "returned", again))).toBe("returned");
    expect(goods(parcel("20T12:00", "delivered"), parcel("20T13:00", "shipped", again))).toBe("delivered");
  });

  it("go by the newest version of a parcel, and leave out what was called back", () => {
    const [sent, arrived] = [parcel("20T11:00"), parcel("20T12:00", "delivered")];
    expect(goods(arrived, sent)).toBe("delivered");
    const back = parcel("20T12:00", "cancelled");
    expect(goods(back, sent)).toBe("unfulfilled");
    expect(goods(back, sent, parcel("20T13:00", "shipped", { id: "par_2" }))).toBe("shipped");
  });

  it("are one parcel, whether it is told with the order or alone", () => {
    const half = parcel("20T11:00", "shipped", { units: 2 });
    const withOrder = { ...three, updatedAt: at("20T12:00"), parcels: [half] };
    expect(first(three, withOrder, alone(half))?.fulfillmentStatus).toBe("partially_shipped");
    const other = alone(parcel("20T11:30", "shipped", { id: "par_2", units: 1 }));
    expect(first(three, withOrder, other)?.fulfillmentStatus).toBe("shipped");
  });

  it("are counted against what the newest snapshot orders", () => {
    const more = { ...three, updatedAt: at("20T12:00"), units: 4 };
    const sent = alone(parcel("20T11:00", "shipped", { units: 3 }));
    expect(first(three, sent)?.fulfillmentStatus).toBe("shipped");
    expect(first(more, three, sent)?.fulfillmentStatus).toBe("partially_shipped");
  });
});

describe("the stage that goods give an order, as the oracle sees it", () => {
  const stage = (...facts: Fact[]) => first(three, ...facts)?.stage;
  const [sent, arrived] = [alone(parcel("20T11:00")), alone(parcel("20T12:00", "delivered"))];

  it("follows all of the goods, and no part of them", () => {
    expect(stage(sent)).toBe("shipped");
    expect(stage(sent, arrived)).toBe("delivered");
    expect(stage(alone(parcel("20T11:00", "shipped", { units: 2 })))).toBe("new");
    expect(stage(sent, alone(parcel("20T12:00", "cancelled")))).toBe("new");
  });

  it("is not delivered by goods that came back and that nobody had taken", () => {
    const refused = alone(parcel("20T12:00", "returned", { deliveredAt: undefined }));
    expect(first(three, sent, refused)).toMatchObject({ stage: "shipped", fulfillmentStatus: "returned" });
    expect(first(three, refused, sent, refused)).toMatchObject({ stage: "shipped", fulfillmentStatus: "returned" });
    const part = alone(parcel("20T12:00", "returned", { units: 1, deliveredAt: undefined }));
    expect(stage(part, alone(parcel("20T13:00", "delivered", { id: "par_2", units: 2 })))).toBe("shipped");
  });

  it("stays delivered when what was taken came back, whichever version of the parcel tells of it", () => {
    const back = alone(parcel("20T13:00", "returned"));
    const silent = alone(parcel("20T13:00", "returned", { shippedAt: at("20T11:00"), deliveredAt: undefined }));
    const delivered = { stage: "delivered", fulfillmentStatus: "returned" };
    expect(first(three, sent, back)).toMatchObject(delivered);
    expect(first(three, sent, arrived, silent)).toMatchObject(delivered);
    expect(first(three, silent, arrived, sent, silent)).toMatchObject(delivered);
    expect(stage(arrived, move("20T12:30", "approval"), silent)).toBe("approval");
  });

  it("only advances, in the order of time", () => {
    const paid = capture("20T11:30", uah(498_00));
    expect(stage(sent, paid)).toBe("shipped");
    expect(stage(alone(parcel("20T11:00", "delivered")), paid)).toBe("delivered");
    expect(stage(sent, arrived, move("20T11:30", "completed"))).toBe("completed");
    expect(stage(sent, move("20T11:30", "approval"))).toBe("approval");
    expect(stage(sent, arrived, move("20T11:30", "approval"))).toBe("delivered");
    const cancelled = { ...three, updatedAt: at("20T10:30"), status: "cancelled" } as const;
    expect(stage(cancelled, sent)).toBe("cancelled");
  });

  it("is of the time at which the last of them left", () => {
    const [part, rest] = [{ units: 2 }, { id: "par_2", units: 1 }];
    const facts = [alone(parcel("20T11:00", "shipped", part)), move("20T11:30", "approval")];
    expect(stage(...facts, alone(parcel("20T12:00", "shipped", rest)))).toBe("shipped");
    expect(stage(...facts, alone(parcel("20T11:15", "shipped", rest)))).toBe("approval");
  });
});

describe("a payment that does not name its order, as the oracle sees it", () => {
  const nameless = capture("20T10:10", uah(498_00), { isNameless: true });
  const naming = order("20T10:20", { transaction: "pi_1" });
  const kinds = (...facts: Fact[]) =>
    oracle([shop({ paymentHook: true }), ...facts]).mismatches.map(({ kind, opened }) => `${kind} ${opened}`);

  it("is the order's own when the platform names it, and nobody's before", () => {
    expect(first(order("20T10:00"), nameless)).toMatchObject({ paymentStatus: "unpaid", paidMinor: 0 });
    expect(first(order("20T10:00"), nameless, naming)).toMatchObject({ paymentStatus: "paid", paidMinor: 498_00 });
    const other = order("20T10:20", { transaction: "pi_2" });
    expect(first(order("20T10:00"), nameless, other)).toMatchObject({ paidMinor: 0 });
  });

  it("is one payment with the platform's claim, and with what the store vouches for by the same id", () => {
    const claimed = order("20T10:20", { transaction: "pi_1", ...claim("20T10:20") });
    expect(first(order("20T10:00"), nameless, claimed)).toMatchObject({ paymentStatus: "paid", paidMinor: 498_00 });
    const vouched = order("20T10:20", { payments: [{ id: "pi_1", at: at("20T10:10"), ...uah(498_00) }] });
    const told = [order("20T10:00"), vouched, capture("20T10:10", uah(498_00))];
    expect(first(...told)).toMatchObject({ paymentStatus: "paid", paidMinor: 498_00 });
    const second = capture("20T10:10", uah(498_00), { id: "pi_2" });
    expect(first(...told, second)).toMatchObject({ paymentStatus: "overpaid", paidMinor: 996_00 });
  });

  it("is of the amount that its provider says, though the store says another later", () => {
    const payments = [{ id: "pi_1", at: at("20T10:30"), ...uah(600_00) }];
    const vouched = order("20T10:30", { payments });
    expect(first(order("20T10:00"), vouched, capture("20T10:10", uah(498_00)))).toMatchObject({ paidMinor: 498_00 });
    expect(first(capture("20T10:10", uah(498_00)), vouched)).toMatchObject({ paidMinor: 498_00 });
  });

  it("is sought until the platform names it", () => {
    expect(kinds(order("20T10:00"), nameless)).toEqual(["unknown_order must"]);
    expect(kinds(order("20T10:00"), nameless, naming)).toEqual(["unknown_order may"]);
    expect(kinds({ ...naming, acknowledgedAt: at("20T10:05") }, nameless)).toEqual([]);
  });

  it("takes its refunds with it", () => {
    const back = refund("20T11:00", uah(98_00));
    expect(first(order("20T10:00"), nameless, back)).toMatchObject({ refundedMinor: 0 });
    expect(first(order("20T10:00"), nameless, naming, back)).toMatchObject({ refundedMinor: 98_00 });
    expect(kinds(naming, back)).toEqual(["refund_exceeds_paid must"]);
  });
});
