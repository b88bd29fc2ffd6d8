import { describe, expect, it } from "vitest";
import { timingOf } from "../../../domain/order/payment-timing.ts";

describe("when a buyer pays", () => {
  it("is at the door for cash on delivery, as platforms of our markets call it", () => {
    const names = [
      "cod",
      "Cash on Delivery",
      "cash_on_delivery",
      "Накладений платіж",
      "наложенный платеж",
      "Післяплата",
    ];
    for (const name of [...names, "Оплата при получении", "Оплата при отриманні"]) {
      expect(timingOf(name, false), name).toBe("on_delivery");
    }
  });

  it("is by invoice for a company that pays through its bank, and before for a person who does", () => {
    for (const name of ["bacs", "Bank transfer", "Безготівковий розрахунок", "Оплата по счету"]) {
      expect(timingOf(name, true), name).toBe("invoice");
      expect(timingOf(name, false), name).toBe("prepaid");
    }
  });

  it("is before for cards, wallets, names that nobody knows, and no name at all", () => {
    for (const name of ["card", "Apple Pay", "liqpay", "shopify_payments", "gift of the magi", "", undefined]) {
      expect(timingOf(name, true), name).toBe("prepaid");
    }
  });
});
