import { describe, expect, it } from "vitest";
import { MERCHANT } from "../../../domain/analytics/contribution.ts";
import { contributionsOf } from "../../../domain/analytics/metrics/index.ts";
import { customer } from "../../../domain/customer/customer.ts";
import { customerWith, valueIn } from "../../support/analytics.ts";

const contributed = (...parts: Parameters<typeof customerWith>) => contributionsOf("customer", customerWith(...parts));
const ofMerchant = { scope: MERCHANT };

describe("a new customer", () => {
  it("counts on the day of their first order, for the merchant and for the store", () => {
    const all = [contributed({ day: "2026-11-20" })];
    for (const scope of [MERCHANT, "sto_1"]) {
      expect(valueIn("customers_new", all, { scope, from: "2026-11-20", to: "2026-11-20" })).toEqual({ value: "1" });
    }
  });

  it("is new to each store once, and to the merchant once", () => {
    const all = [contributed({ day: "2026-11-20" }, { day: "2026-11-25", storeId: "sto_2" })];
    const november25 = { from: "2026-11-25", to: "2026-11-25" };
    expect(valueIn("customers_new", all, ofMerchant)).toEqual({ value: "1" });
    expect(valueIn("customers_new", all, { scope: MERCHANT, ...november25 })).toEqual({ value: "0" });
    expect(valueIn("customers_new", all, { scope: "sto_2", ...november25 })).toEqual({ value: "1" });
  });

  it("moves to an earlier day when an older order arrives, and to a later one when the first is cancelled", () => {
    const on = (day: string) => ({ scope: MERCHANT, from: day, to: day });
    const older = [contributed({ day: "2026-11-20" }, { day: "2026-11-10" })];
    expect(valueIn("customers_new", older, on("2026-11-10"))).toEqual({ value: "1" });
    const cancelled = [contributed({ day: "2026-11-20", counted: false }, { day: "2026-11-25" })];
    expect(valueIn("customers_new", cancelled, on("2026-11-25"))).toEqual({ value: "1" });
    expect(valueIn("customers_new", cancelled, on("2026-11-20"))).toEqual({ value: "0" });
  });

  it("is nobody without an order that counts", () => {
    expect(contributed()).toEqual({});
    expect(contributed({ counted: false })).toEqual({});
    expect(contributionsOf("customer", customer.initial)).toEqual({});
  });
});

describe("the repeat purchase rate", () => {
  it("is the share of those who began in the period and have ordered again to date", () => {
    const all = [
      contributed({ day: "2026-11-20" }, { day: "2027-03-01" }),
      contributed({ day: "2026-11-21" }),
      contributed({ day: "2026-11-22" }, { day: "2026-11-22" }, { day: "2026-11-23" }),
      contributed({ day: "2027-01-01" }, { day: "2027-01-02" }),
    ];
    const november = { scope: MERCHANT, from: "2026-11-01", to: "2026-11-30" };
    expect(valueIn("repeat_purchase_rate", all, november)).toEqual({
      value: "66.6667",
      numerator: "2",
      denominator: "3",
    });
  });

  it("of a store counts orders of that store only", () => {
    const all = [contributed({ day: "2026-11-20" }, { day: "2026-11-21", storeId: "sto_2" })];
    expect(valueIn("repeat_purchase_rate", all, ofMerchant).value).toBe("100.0000");
    expect(valueIn("repeat_purchase_rate", all, { scope: "sto_1" }).value).toBe("0.0000");
  });
});

describe("the lifetime value", () => {
  it("is revenue to date for each customer who began in the period", () => {
    const all = [
      contributed({ day: "2026-11-20", totalMinor: 100_00 }, { day: "2027-03-01", totalMinor: 50_00 }),
      contributed({ day: "2026-11-21", totalMinor: 25_00 }),
    ];
    expect(valueIn("lifetime_value", all, { scope: MERCHANT, to: "2026-11-30" }, "UAH")).toEqual({
      value: "87.5000",
      numerator: "175.00",
      denominator: "2",
    });
  });

  it("in a currency is of those who bought in it", () => {
    const all = [
      contributed({ totalMinor: 100_00 }, { totalMinor: 9_00, currency: "EUR" }),
      contributed({ totalMinor: 50_00 }),
    ];
    expect(valueIn("lifetime_value", all, ofMerchant, "EUR").value).toBe("9.0000");
    expect(valueIn("lifetime_value", all, ofMerchant, "UAH").value).toBe("75.0000");
  });
});

describe("the days between orders", () => {
  it("are counted on the day of the later order", () => {
    const all = [contributed({ day: "2026-11-01" }, { day: "2026-11-11" }, { day: "2026-12-01" })];
    expect(valueIn("days_between_orders", all, ofMerchant)).toEqual({
      value: "15.0000",
      numerator: "30",
      denominator: "2",
    });
    const december = { scope: MERCHANT, from: "2026-12-01", to: "2026-12-31" };
    expect(valueIn("days_between_orders", all, december).value).toBe("20.0000");
  });

  it("are whole calendar days, also when a clock goes back, and none on one day", () => {
    const all = [contributed({ day: "2026-10-24" }, { day: "2026-10-26" }, { day: "2026-10-26" })];
    expect(valueIn("days_between_orders", all, ofMerchant)).toMatchObject({ numerator: "2", denominator: "2" });
  });

  it("of a store lie between orders of that store", () => {
    const parts = [{ day: "2026-11-01" }, { day: "2026-11-05", storeId: "sto_2" }, { day: "2026-11-11" }];
    const all = [contributed(...parts)];
    expect(valueIn("days_between_orders", all, { scope: "sto_1" }).value).toBe("10.0000");
    expect(valueIn("days_between_orders", all, { scope: "sto_2" }).value).toBe(null);
    expect(valueIn("days_between_orders", all, ofMerchant).value).toBe("5.0000");
  });
});
