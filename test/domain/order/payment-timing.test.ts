import { describe, expect, it } from "vitest";
import { timingOf } from "../../../domain/order/payment-timing.ts";

describe("when a buyer pays", () => {
  it("is at the door for cash on delivery, as platforms of our markets call it", () => {
    const english = ["cod", "Cash on Delivery", "cash_on_delivery", "cash", "pay on pickup"];
    const ukrainian = ["Накладений платіж", "Післяплата", "Оплата при отриманні", "Готівка", "Оплата готівкою"];
    const russian = ["наложенный платёж", "Оплата при получении", "наличными", "Наличные"];
    const parts = ["nova_poshta_cod", "COD (Nova Poshta)", "ukrposhta-cod"];
    for (const name of [...english, ...ukrainian, ...russian, ...parts]) {
      expect(timingOf(name, false), name).toBe("on_delivery");
    }
  });

  it("is by invoice for a company that pays through its bank, and before for a person who does", () => {
    for (const name of ["bacs", "Bank transfer", "Безготівковий розрахунок", "Безналичные", "Оплата по счету"]) {
      expect(timingOf(name, true), name).toBe("invoice");
      expect(timingOf(name, false), name).toBe("prepaid");
    }
  });

  it("is before for cards, wallets, names that nobody knows, and no name at all", () => {
    const known = ["card", "Apple Pay", "liqpay", "shopify_payments", "Cash App Pay"];
    const alike = ["code", "codepay", "promo_code", "barcode", "cashback", "cashless", "non-cash"];
    for (const name of [...known, ...alike, "gift of the magi", "", undefined]) {
      expect(timingOf(name, true), name).toBe("prepaid");
    }
  });
});
