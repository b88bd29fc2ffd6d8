import { describe, expect, it } from "vitest";
import { order } from "../../../domain/order/order.ts";
import { given } from "../../support/given.ts";
import {
  capture,
  claim,
  eventsAfter,
  header,
  merge,
  minute,
  refund,
  report,
  viewAfter,
  WHOLE,
} from "../../support/order-facts.ts";
import { eur, PLACED_AT, uah } from "../../support/samples.ts";

const placed = { header: header() };
const statusAfter = (...reports: Parameters<typeof viewAfter>) => viewAfter(placed, ...reports).paymentStatus;
const paid = { captures: [capture(WHOLE)] };
const claimed = { header: header({ claim: claim(498_00) }, minute(2)) };

describe("the payment of an order", () => {
  it("is unpaid, partly paid, paid or overpaid by what came in", () => {
    expect(statusAfter()).toBe("unpaid");
    expect(statusAfter({ captures: [capture(uah(1))] })).toBe("partially_paid");
    expect(statusAfter(paid)).toBe("paid");
    expect(statusAfter({ captures: [capture(uah(498_01))] })).toBe("overpaid");
  });

  it("is partly refunded and refunded by what went back", () => {
    expect(statusAfter(paid, { refunds: [refund(uah(1))] })).toBe("partially_refunded");
    expect(statusAfter(paid, { refunds: [refund(WHOLE)] })).toBe("refunded");
    expect(statusAfter(paid, { refunds: [refund(uah(1)), refund(uah(497_99), "stripe:re_2")] })).toBe("refunded");
  });

  it("is paid when only what was too much went back, and overpaid until then", () => {
    const over = { captures: [capture(uah(500_00))] };
    expect(statusAfter(over, { refunds: [refund(uah(1_99))] })).toBe("overpaid");
    expect(statusAfter(over, { refunds: [refund(uah(2_00))] })).toBe("paid");
    expect(statusAfter(over, { refunds: [refund(uah(2_01))] })).toBe("partially_refunded");
    const twice = { captures: [capture(WHOLE), capture(WHOLE, "stripe:pi_2")] };
    expect(statusAfter(twice, { refunds: [refund(WHOLE)] })).toBe("paid");
    expect(statusAfter(over, { refunds: [refund(uah(500_00))] })).toBe("refunded");
    const free = { header: header({ totalMinor: 0 }, minute(2)) };
    expect(statusAfter(over, free, { refunds: [refund(uah(500_00))] })).toBe("refunded");
  });

  it("is paid when nothing is owed", () => {
    const free = viewAfter({ header: header({ totalMinor: 0 }) });
    expect(free).toMatchObject({ paymentStatus: "paid", paidAt: PLACED_AT, dueMinor: 0, stage: "processing" });
    expect(viewAfter({ header: header({ totalMinor: 0 }) }, paid).paymentStatus).toBe("overpaid");
  });

  it("counts money of the order's currency only", () => {
    const view = viewAfter(placed, { captures: [capture(eur(498_00))], refunds: [refund(eur(1_00))] });
    expect(view).toMatchObject({ paymentStatus: "unpaid", paidMinor: 0, refundedMinor: 0, dueMinor: 498_00 });
  });

  it("owes what is left, and never less than nothing", () => {
    expect(viewAfter(placed, { captures: [capture(uah(98_00))] }).dueMinor).toBe(400_00);
    expect(viewAfter(placed, { captures: [capture(uah(600_00))] }).dueMinor).toBe(0);
  });

  it("owes nothing once it is cancelled", () => {
    const partly = { captures: [capture(uah(98_00))] };
    const cancelled = { stage: report("cancelled", minute(3)) };
    expect(viewAfter(placed, partly, cancelled)).toMatchObject({ paidMinor: 98_00, dueMinor: 0 });
    const revived = { stage: report("processing", minute(4)) };
    expect(viewAfter(placed, partly, cancelled, revived).dueMinor).toBe(400_00);
  });

  it("shows no refund of nothing", () => {
    expect(viewAfter(placed, paid, { refunds: [refund(uah(0))] })).toMatchObject({
      refunds: [],
      paymentStatus: "paid",
    });
  });
});

describe("a platform's claim of payment", () => {
  it("counts while no evidence can be expected", () => {
    expect(viewAfter(claimed)).toMatchObject({ paymentStatus: "paid", paidMinor: 498_00, paidAt: minute(2) });
    expect(viewAfter(claimed).payments).toMatchObject([{ basis: "claim", provider: "shopify", amountMinor: 498_00 }]);
  });

  it("waits for evidence once a payment provider's hook is connected", () => {
    expect(viewAfter({ ...claimed, evidenceExpected: true })).toMatchObject({ paymentStatus: "unpaid", paidMinor: 0 });
    expect(viewAfter({ header: header() }, { ...claimed, evidenceExpected: true }).paymentStatus).toBe("unpaid");
  });

  it("stays what it was when the hook is connected later", () => {
    expect(viewAfter(claimed, { evidenceExpected: true }).paymentStatus).toBe("paid");
  });

  it("counts anyway for money that passes no provider: at the door and by invoice", () => {
    for (const paymentTiming of ["on_delivery", "invoice"] as const) {
      const told = { header: header({ claim: claim(498_00), paymentTiming }), evidenceExpected: true };
      expect(viewAfter(told).paymentStatus).toBe("paid");
    }
  });

  it("and the evidence of it are one payment, not two", () => {
    const view = viewAfter(claimed, paid);
    expect(view).toMatchObject({ paidMinor: 498_00, paymentStatus: "paid" });
    expect(view.payments.map(({ basis }) => basis)).toEqual(["evidence"]);
  });

  it("made the order paid when it was claimed: evidence that comes later is no later payment", () => {
    const late = { captures: [capture(WHOLE, "stripe:pi_1", minute(30))] };
    const manager = { stage: report("approval", minute(10), "staff") };
    for (const facts of [
      [claimed, manager, late],
      [{ header: header() }, late, manager, claimed],
    ]) {
      expect(viewAfter(...facts)).toMatchObject({ paidAt: minute(2), stage: "approval" });
    }
  });

  it("adds only what evidence does not show yet", () => {
    const view = viewAfter(claimed, { captures: [capture(uah(100_00))] });
    expect(view.paidMinor).toBe(498_00);
    expect(view.payments.map(({ basis, amountMinor }) => [basis, amountMinor])).toEqual([
      ["evidence", 100_00],
      ["claim", 398_00],
    ]);
  });

  it("gives way to a newer claim of less", () => {
    const corrected = { header: header({ claim: claim(0) }, minute(9)) };
    expect(viewAfter(claimed, corrected).paymentStatus).toBe("unpaid");
    expect(viewAfter(corrected, claimed).paymentStatus).toBe("unpaid");
  });

  it("is told once, however often it comes", () =>
    given(order, ...eventsAfter(claimed))
      .when(merge(claimed))
      .changesNothing());
});

describe("a platform's claim of a refund", () => {
  const back = (amount = WHOLE) => ({ refunds: [refund(amount, "shopify:r-1", "claim")] });

  it("and the evidence of it are one refund, not two", () => {
    const view = viewAfter(placed, paid, back(), { refunds: [refund(WHOLE)] });
    expect(view).toMatchObject({ refundedMinor: 498_00, paymentStatus: "refunded" });
  });

  it("waits for evidence where evidence is expected", () => {
    expect(viewAfter({ ...placed, evidenceExpected: true }, paid, back()).refundedMinor).toBe(0);
    expect(viewAfter(placed, paid, back(uah(98_00))).refundedMinor).toBe(98_00);
  });

  it("adds only what evidence does not show yet, the earliest claims first", () => {
    const claims = [refund(uah(100_00), "shopify:r-1", "claim"), refund(uah(50_00), "shopify:r-2", "claim")];
    const view = viewAfter(placed, paid, { refunds: [...claims, refund(uah(120_00))] });
    expect(view.refundedMinor).toBe(150_00);
    expect(view.refunds.map(({ key, amountMinor }) => [key, amountMinor])).toEqual([
      ["shopify:r-2", 30_00],
      ["stripe:re_1", 120_00],
    ]);
  });
});
