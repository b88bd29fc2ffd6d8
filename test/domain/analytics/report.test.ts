import { describe, expect, it } from "vitest";
import { currenciesIn, rowsByPeriod, rowsByStore, valuesOf } from "../../../domain/analytics/report.ts";
import { metricNamed } from "../../support/analytics.ts";

const day = (of: string, orders: number, scope = "sto_1") => ({ scope, day: of, sums: { "orders:UAH": orders } });
const orders = metricNamed("orders");
const shown = (rows: ReturnType<typeof rowsByPeriod>) => valuesOf({ rows, total: {} }, orders, undefined).rows;

describe("a report", () => {
  it("by day has a row for each day, also where nothing happened", () => {
    const rows = rowsByPeriod("day", { from: "2026-02-27", to: "2026-03-01" }, [day("2026-02-28", 2)]);
    expect(shown(rows)).toEqual([
      { key: "2026-02-27", value: "0" },
      { key: "2026-02-28", value: "2" },
      { key: "2026-03-01", value: "0" },
    ]);
  });

  it("by week names each week by its Monday, across the year's end", () => {
    const days = [day("2026-12-31", 1), day("2027-01-03", 2), day("2027-01-04", 4)];
    expect(shown(rowsByPeriod("week", { from: "2026-12-30", to: "2027-01-05" }, days))).toEqual([
      { key: "2026-12-28", value: "3" },
      { key: "2027-01-04", value: "4" },
    ]);
  });

  it("by month sums the month's days within the range", () => {
    const days = [day("2026-01-31", 1), day("2026-02-01", 2)];
    expect(shown(rowsByPeriod("month", { from: "2026-01-15", to: "2026-02-15" }, days))).toEqual([
      { key: "2026-01", value: "1" },
      { key: "2026-02", value: "2" },
    ]);
  });

  it("by store has a row for each store, also for one that sold nothing", () => {
    const days = [day("2026-01-31", 1), day("2026-02-01", 2), day("2026-02-01", 5, "sto_2")];
    expect(shown(rowsByStore(["sto_1", "sto_2", "sto_3"], days))).toEqual([
      { key: "sto_1", value: "3" },
      { key: "sto_2", value: "5" },
      { key: "sto_3", value: "0" },
    ]);
  });

  it("names the currencies of its metric only, and none that came to nothing", () => {
    const total = { "revenue:UAH": 1n, "revenue:EUR": 0n, "paid:USD": 5n, "revenue:PLN": 2n };
    expect(currenciesIn({ rows: [], total }, metricNamed("revenue"))).toEqual(["PLN", "UAH"]);
  });

  it("is exact beyond what a float holds", () => {
    const total = { "revenue:UAH": 9_007_199_254_740_993n };
    expect(valuesOf({ rows: [], total }, metricNamed("revenue"), "UAH").total).toEqual({ value: "90071992547409.93" });
  });
});
