import { describe, expect, it } from "vitest";
import { foreignCurrencies, LINES_MAX, OrderSnapshot } from "../../../domain/order/snapshot.ts";
import { anOrder, eur, PLACED_AT, uah, usd } from "../../support/samples.ts";

const line = { name: "Coffee", unitPrice: uah(249_00) };
const least = { externalId: "1001", placedAt: PLACED_AT, lines: [line], total: uah(249_00) };

/** Pointers to everything that is wrong. */
const wrong = (part: Record<string, unknown>) =>
  (OrderSnapshot.safeParse({ ...least, ...part }).error?.issues ?? []).map(({ path }) => path.join("/"));

describe("a pushed order", () => {
  it("needs its id, its time, rows and a total; all else has a default or is absent", () => {
    expect(OrderSnapshot.parse(least)).toEqual({
      ...least,
      lines: [{ ...line, quantity: 1 }],
      orderMethod: "site",
      automations: "all",
    });
    for (const field of Object.keys(least)) expect(wrong({ [field]: undefined }), field).toEqual([field]);
  });

  it("takes times of any offset and keeps them in UTC", () => {
    expect(anOrder({ placedAt: "2026-11-20T12:15:00+02:00" }).placedAt).toBe(PLACED_AT);
    expect(wrong({ placedAt: "2026-11-20 12:15" })).toEqual(["placedAt"]);
    expect(wrong({ placedAt: "2026-02-30T12:15:00Z" })).toEqual(["placedAt"]);
    expect(wrong({ placedAt: "9999-12-31T23:59:59-10:00" })).toEqual(["placedAt"]);
  });

  it("has whole quantities of one or more, and money in whole minor units", () => {
    for (const quantity of [0, -1, 1.5, "2", 1_000_001]) {
      expect(wrong({ lines: [{ ...line, quantity }] }), String(quantity)).toEqual(["lines/0/quantity"]);
    }
    for (const amountMinor of [1.5, "249", 1e15 + 0.5, Number.NaN]) {
      expect(wrong({ total: { amountMinor, currency: "UAH" } }), String(amountMinor)).toEqual(["total/amountMinor"]);
    }
    expect(wrong({ total: { amountMinor: 1, currency: "uah" } })).toEqual(["total/currency"]);
  });

  it("may be free, and costs no less than nothing", () => {
    expect(wrong({ total: uah(0) })).toEqual([]);
    expect(wrong({ total: uah(-1) })).toEqual(["total/amountMinor"]);
  });

  it("is paid by more than nothing", () => {
    const payment = (amountMinor: number) => ({
      payments: [{ externalId: "p-1", provider: "manual", amount: uah(amountMinor), capturedAt: PLACED_AT }],
    });
    expect(wrong(payment(1))).toEqual([]);
    for (const amountMinor of [0, -1]) expect(wrong(payment(amountMinor))).toEqual(["payments/0/amount/amountMinor"]);
  });

  it("has a row at least and a bounded number of them", () => {
    expect(wrong({ lines: [] })).toEqual(["lines"]);
    expect(wrong({ lines: Array.from({ length: LINES_MAX }, () => line) })).toEqual([]);
    expect(wrong({ lines: Array.from({ length: LINES_MAX + 1 }, () => line) })).toEqual(["lines"]);
  });

  it("is trimmed where people type", () => {
    const { customer } = anOrder({ customer: { email: " olena@example.com ", firstName: " Olena " } });
    expect(customer).toMatchObject({ email: "olena@example.com", firstName: "Olena" });
  });

  it("tells prices in another currency than its total's; costs may be in another", () => {
    const lines = [
      { ...line, unitCost: usd(1) },
      { ...line, unitPrice: eur(1), discount: usd(1) },
    ];
    const order = anOrder({ lines, shipping: { price: eur(1) }, discount: uah(1), tax: usd(1) });
    expect(foreignCurrencies(order).map(({ pointer }) => pointer)).toEqual([
      "/shipping/price/currency",
      "/tax/currency",
      "/lines/1/unitPrice/currency",
      "/lines/1/discount/currency",
    ]);
    expect(foreignCurrencies(anOrder())).toEqual([]);
  });
});
