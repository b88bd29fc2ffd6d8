import { describe, expect, it } from "vitest";
import { comparePurchases } from "../../../domain/customer/customer.ts";
import { lifecycleOf, statsOf } from "../../../domain/customer/stats.ts";
import { dayOf } from "../../../domain/kernel/calendar.ts";
import type { Purchase } from "../../../events/customer.ts";
import { eur, uah } from "../../support/samples.ts";

let orders = 0;
const bought = (day: string, totalMinor: number, part: Partial<Purchase> = {}): Purchase => {
  orders += 1;
  const placedAt = `${day}T10:00:00.000Z`;
  const base = { orderId: `ord_${orders}`, storeId: "sto_1", placedAt, day, totalMinor, currency: "UAH" };
  return { ...base, counted: true, paid: true, ...part };
};

const inZone = (timeZone: string, placedAt: string): Purchase =>
  bought(dayOf(placedAt, timeZone), 1_00, { placedAt, timeZone });
const daysApart = (...purchases: Purchase[]) => Number(statsOf(purchases.sort(comparePurchases)).daysBetweenOrders);

describe("the numbers of a customer", () => {
  it("are nothing before the first order", () =>
    expect(statsOf([])).toEqual({
      orders: 0,
      paidOrders: 0,
      revenue: [],
      averageOrderValue: [],
      firstOrderAt: null,
      lastOrderAt: null,
      daysBetweenOrders: null,
    }));

  it("count orders, and paid ones apart", () =>
    expect(statsOf([bought("2026-11-01", 1_00), bought("2026-11-02", 1_00, { paid: false })])).toMatchObject({
      orders: 2,
      paidOrders: 1,
    }));

  it("leave out what does not count: cancelled and test orders", () =>
    expect(statsOf([bought("2026-11-01", 1_00), bought("2026-11-09", 9_00, { counted: false })])).toMatchObject({
      orders: 1,
      revenue: [uah(1_00)],
      lastOrderAt: "2026-11-01T10:00:00.000Z",
    }));

  it("sum and average each currency by itself, to the nearest minor unit", () =>
    expect(
      statsOf([
        bought("2026-11-01", 1_00),
        bought("2026-11-02", 1_01, { currency: "EUR" }),
        bought("2026-11-03", 1_00, { currency: "EUR" }),
      ]),
    ).toMatchObject({
      revenue: [eur(2_01), uah(1_00)],
      averageOrderValue: [eur(1_01), uah(1_00)],
    }));

  it("average whole days between consecutive orders", () => {
    const days = ["2026-03-28", "2026-03-30", "2026-03-30", "2026-04-04"];
    expect(statsOf(days.map((day) => bought(day, 1_00))).daysBetweenOrders).toBe("2.3333");
    expect(statsOf([bought("2026-11-01", 1_00)]).daysBetweenOrders).toBeNull();
  });

  it("begin with the order that was placed first, whatever days two zones show", () => {
    const tokyo = inZone("Asia/Tokyo", "2026-11-20T20:00:00.000Z");
    const newYork = inZone("America/New_York", "2026-11-20T21:00:00.000Z");
    expect(statsOf([newYork, tokyo].sort(comparePurchases))).toMatchObject({
      firstOrderAt: tokyo.placedAt,
      lastOrderAt: newYork.placedAt,
      daysBetweenOrders: "0.0000",
    });
  });

  it.each([
    ["2026-11-20T23:30:00.000Z", "2026-11-20T23:31:00.000Z", 0],
    ["2026-11-20T23:30:00.000Z", "2026-11-20T23:30:00.000Z", 0],
    ["2026-11-20T21:59:00.000Z", "2026-11-20T22:01:00.000Z", 0],
    ["2026-11-20T22:30:00.000Z", "2026-11-24T03:00:00.000Z", 3],
  ])("see the same days from %s to %s, whichever of two zones is first", (earlier, later, days) => {
    const [kyiv, newYork] = ["Europe/Kyiv", "America/New_York"];
    expect(daysApart(inZone(kyiv, earlier), inZone(newYork, later))).toBe(days);
    expect(daysApart(inZone(newYork, earlier), inZone(kyiv, later))).toBe(days);
  });

  it.each([
    ["a", "b"],
    ["b", "a"],
  ])("see the same days after two orders of one instant, whatever their ids (%s, %s)", (kyivs, newYorks) => {
    const [noon, night] = ["2026-11-20T12:00:00.000Z", "2026-11-26T00:30:00.000Z"];
    const twins = [
      { ...inZone("Europe/Kyiv", noon), orderId: kyivs },
      { ...inZone("America/New_York", noon), orderId: newYorks },
    ];
    // None between the two, and then the five midnights of New York, not the six of Kyiv.
    expect(daysApart(...twins, inZone("Europe/Kyiv", night))).toBe(2.5);
  });

  it("see a night of one zone between two of its stores", () => {
    const [evening, night] = ["2026-11-20T21:59:00.000Z", "2026-11-20T22:01:00.000Z"].map((placedAt, index) => ({
      ...inZone("Europe/Kyiv", placedAt),
      storeId: `sto_${index}`,
    })) as [Purchase, Purchase];
    expect(daysApart(evening, night)).toBe(1);
  });

  it("leave no days between where no zone was kept and the later order has the earlier day", () => {
    const tokyo = bought("2026-11-21", 1_00, { placedAt: "2026-11-20T20:00:00.000Z" });
    const newYork = bought("2026-11-20", 1_00, { placedAt: "2026-11-20T21:00:00.000Z" });
    expect(daysApart(tokyo, newYork)).toBe(0);
  });

  it("bridge an order that does not count", () => {
    const purchases = [
      bought("2026-11-01", 1_00),
      bought("2026-11-03", 1_00, { counted: false }),
      bought("2026-11-11", 1_00),
    ];
    expect(statsOf(purchases).daysBetweenOrders).toBe("10.0000");
  });

  it("say where the person stands", () => {
    const stageAfter = (count: number) =>
      lifecycleOf(statsOf(Array.from({ length: count }, () => bought("2026-11-01", 1_00))));
    expect([0, 1, 2, 9].map(stageAfter)).toEqual(["lead", "first_order", "repeat", "repeat"]);
  });
});
