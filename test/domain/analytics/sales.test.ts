import { describe, expect, it } from "vitest";
import { contributionsOf } from "../../../domain/analytics/metrics/index.ts";
import { order } from "../../../domain/order/order.ts";
import { valueIn } from "../../support/analytics.ts";
import { capture, header, merge, orderAfter, refund, report, WHOLE } from "../../support/order-facts.ts";
import { eur, uah } from "../../support/samples.ts";

const placed = { header: header() };
const contributed = (...reports: Parameters<typeof orderAfter>) => contributionsOf("order", orderAfter(...reports));
const KYIV_DAY = "sales#sto_1#2026-11-20";

describe("an order", () => {
  it("counts once, with its total, on its day in its store", () => {
    expect(contributed(placed)).toEqual({ [KYIV_DAY]: { "orders:UAH": 1, "revenue:UAH": 498_00 } });
  });

  it("counts although it costs nothing", () => {
    expect(contributed({ header: header({ totalMinor: 0 }) })).toEqual({ [KYIV_DAY]: { "orders:UAH": 1 } });
  });

  it("stops counting when it is cancelled, and counts again when it is revived", () => {
    const cancelled = report("cancelled", "2026-11-21T09:00:00.000Z");
    expect(contributed(placed, { stage: cancelled })).toEqual({});
    const revived = report("processing", "2026-11-21T10:00:00.000Z", "staff");
    expect(contributed(placed, { stage: cancelled }, { stage: revived })).toEqual(contributed(placed));
  });

  it("counts nowhere as a test", () => {
    expect(contributed({ ...placed, test: true, captures: [capture(WHOLE)] })).toEqual({});
  });

  it("counts nowhere while only its payment is known", () => {
    const awaited = order.decide(merge({ captures: [capture(WHOLE)] }), order.initial);
    expect(contributionsOf("order", awaited.reduce(order.evolve, order.initial))).toEqual({});
  });

  it("moves with a newer total", () => {
    const newer = { header: header({ totalMinor: 400_00 }, "2026-11-20T11:00:00.000Z") };
    expect(contributed(placed, newer)).toEqual({ [KYIV_DAY]: { "orders:UAH": 1, "revenue:UAH": 400_00 } });
  });
});

describe("captured money", () => {
  it("counts on the day of the capture in the zone that the order fixed", () => {
    const late = capture(WHOLE, "stripe:pi_1", "2026-11-20T22:30:00.000Z");
    expect(contributed({ ...placed, captures: [late] })).toMatchObject({
      "sales#sto_1#2026-11-21": { "paid:UAH": 498_00 },
    });
  });

  it("stays counted when the order is cancelled: what came in and went back are two facts", () => {
    const cancelled = report("cancelled", "2026-11-21T09:00:00.000Z");
    const all = [contributed({ ...placed, captures: [capture(WHOLE)], refunds: [refund(WHOLE)], stage: cancelled })];
    expect(valueIn("paid_revenue", all, { scope: "sto_1" }, "UAH")).toEqual({ value: "498.00" });
    expect(valueIn("refunds", all, { scope: "sto_1" }, "UAH")).toEqual({ value: "498.00" });
    expect(valueIn("revenue", all, { scope: "sto_1" }, "UAH")).toEqual({ value: "0.00" });
  });

  it("is what the order shows as paid: claim and evidence are one, another currency is a mismatch", () => {
    const claimed = header({ claim: { provider: "shopify", amountMinor: 498_00 } });
    const captures = [capture(WHOLE), capture(eur(10_00), "stripe:pi_2")];
    const all = [contributed({ header: claimed, captures })];
    expect(valueIn("paid_revenue", all, { scope: "sto_1" }, "UAH")).toEqual({ value: "498.00" });
    expect(valueIn("paid_revenue", all, { scope: "sto_1" }, "EUR")).toEqual({ value: "0.00" });
  });
});

describe("refunded money", () => {
  it("counts on the day of the refund", () => {
    const all = [contributed({ ...placed, captures: [capture(WHOLE)], refunds: [refund(uah(100_00))] })];
    expect(valueIn("refunds", all, { scope: "sto_1", from: "2026-11-20", to: "2026-11-20" }, "UAH")).toEqual({
      value: "100.00",
    });
  });
});

describe("the average order value", () => {
  it("is revenue divided by orders, with four decimals, in one currency", () => {
    const all = [
      contributed({ header: header({ totalMinor: 100_00 }) }),
      contributed({ header: header({ totalMinor: 50_00 }) }),
      contributed({ header: header({ totalMinor: 50_01 }) }),
      contributed({ header: header({ totalMinor: 7_00, currency: "EUR" }) }),
    ];
    expect(valueIn("average_order_value", all, { scope: "sto_1" }, "UAH")).toEqual({
      value: "66.6700",
      numerator: "200.01",
      denominator: "3",
    });
  });

  it("of no orders is no number", () => {
    const nothing = { value: null, numerator: "0.00", denominator: "0" };
    expect(valueIn("average_order_value", [], { scope: "sto_1" }, "UAH")).toEqual(nothing);
  });

  it("knows currencies without hundredths", () => {
    const yen = contributed({ header: header({ totalMinor: 1000, currency: "JPY" }) });
    expect(valueIn("average_order_value", [yen], { scope: "sto_1" }, "JPY").value).toBe("1000.0000");
    expect(valueIn("revenue", [yen], { scope: "sto_1" }, "JPY").value).toBe("1000");
  });
});
