import { describe, expect, it } from "vitest";
import { orderIdOf } from "../../../functions/table/order-ids.ts";
import type { Table } from "../../../functions/table/table.ts";
import { aStore, olena } from "../../support/samples.ts";
import { Shop } from "../../support/shop.ts";

const KYIV = aStore("sto_1");
const LVIV = aStore("sto_2");
const email = { kind: "email" as const, value: "olena@example.com" };
const phone = { kind: "phone" as const, value: "+380671112233" };

function recognitionRules(newShop: () => Promise<Shop>): void {
  it("gets a card at the first order, under each thing that identifies them", async () => {
    const shop = await newShop();
    const { orderId, placed } = await shop.accept({ customer: olena });
    expect(placed).toBe(true);
    const card = await shop.buyer(orderId);
    expect(card).toMatchObject({ placeholder: false, purchases: [{ orderId, totalMinor: 498_00, counted: true }] });
    expect(card.profile).toMatchObject({
      emails: ["olena@example.com"],
      phones: ["+380671112233"],
      externals: ["sto_1:c-7"],
      fields: { firstName: { value: "Olena" }, locale: { value: "uk" } },
    });
    expect(await shop.owner(email)).toBe(card.customerId);
    expect(await shop.owner(phone)).toBe(card.customerId);
  });

  it("is known again by e-mail, in whatever case, from any store", async () => {
    const shop = await newShop();
    const one = await shop.accept({ externalId: "1", customer: { email: "olena@example.com" } }, { store: KYIV });
    const two = await shop.accept({ externalId: "2", customer: { email: " Olena@Example.com" } }, { store: LVIV });
    const card = await shop.buyer(one.orderId);
    expect((await shop.buyer(two.orderId)).customerId).toBe(card.customerId);
    expect(card.purchases.map(({ storeId }) => storeId)).toEqual(["sto_1", "sto_2"]);
  });

  it("is known again by phone, in whatever form, from any store", async () => {
    const shop = await newShop();
    const one = await shop.accept({ externalId: "1", customer: { phone: "067 111 22 33" } });
    const two = await shop.accept({ externalId: "2", customer: { phone: "+38(067)111-22-33" } }, { store: LVIV });
    expect((await shop.buyer(two.orderId)).customerId).toBe((await shop.buyer(one.orderId)).customerId);
  });

  it("is known again by the platform's own id, in its store only", async () => {
    const shop = await newShop();
    const buyer = async (externalId: string, store = KYIV) =>
      (await shop.order((await shop.accept({ externalId, customer: { externalId: "c-7" } }, { store })).orderId))
        .customerId;
    const known = await buyer("1");
    expect(await buyer("2")).toBe(known);
    expect(await buyer("3", LVIV)).not.toBe(known);
  });

  it("brings a new e-mail to a card that the phone found", async () => {
    const shop = await newShop();
    await shop.accept({ externalId: "1", customer: { phone: olena.phone } });
    const { orderId } = await shop.accept({ externalId: "2", customer: { phone: olena.phone, email: olena.email } });
    const card = await shop.buyer(orderId);
    expect(card.profile.emails).toEqual(["olena@example.com"]);
    expect(await shop.owner(email)).toBe(card.customerId);
  });

  it("is found by e-mail when e-mail and phone are of two cards, and the other card is suggested", async () => {
    const shop = await newShop();
    const byMail = await shop.accept({ externalId: "1", customer: { email: olena.email } });
    const byPhone = await shop.accept({ externalId: "2", customer: { phone: olena.phone } });
    const both = await shop.accept({ externalId: "3", customer: { email: olena.email, phone: olena.phone } });
    const [mail, call] = [await shop.buyer(byMail.orderId), await shop.buyer(byPhone.orderId)];
    expect((await shop.order(both.orderId)).customerId).toBe(mail.customerId);
    expect(mail.mergeCandidates).toEqual([call.customerId]);
    expect(mail.profile.phones).toEqual([]);
    expect(await shop.owner(phone)).toBe(call.customerId);
  });
}

function placeholderRules(newShop: () => Promise<Shop>): void {
  it("is a placeholder when nothing identifies them, one for each order", async () => {
    const shop = await newShop();
    const one = await shop.accept({ externalId: "1", customer: { firstName: "Olena" } });
    const two = await shop.accept({ externalId: "2", customer: undefined });
    const card = await shop.buyer(one.orderId);
    expect(card).toMatchObject({ placeholder: true, profile: { fields: { firstName: { value: "Olena" } } } });
    expect((await shop.buyer(two.orderId)).customerId).not.toBe(card.customerId);
  });

  it("stays on the placeholder's card when an e-mail comes that nobody has", async () => {
    const shop = await newShop();
    const { orderId } = await shop.accept({ customer: undefined });
    const before = await shop.buyer(orderId);
    await shop.accept({ customer: olena, updatedAt: "2026-11-20T11:00:00Z" });
    const card = await shop.buyer(orderId);
    expect(card).toMatchObject({ customerId: before.customerId, placeholder: false, purchases: [{ orderId }] });
    expect(await shop.owner(email)).toBe(before.customerId);
  });

  it("moves to a known card when newer facts name it, with the purchase", async () => {
    const shop = await newShop();
    const known = await shop.accept({ externalId: "1", customer: { email: olena.email } });
    const late = await shop.accept({ externalId: "2", customer: undefined });
    const placeholder = await shop.buyer(late.orderId);
    await shop.accept({ externalId: "2", customer: { email: olena.email }, updatedAt: "2026-11-20T11:00:00Z" });
    const card = await shop.buyer(known.orderId);
    expect((await shop.order(late.orderId)).customerId).toBe(card.customerId);
    expect(card.purchases.map(({ orderId }) => orderId).sort()).toEqual([known.orderId, late.orderId].sort());
    expect((await shop.card(placeholder.customerId)).purchases).toEqual([]);
    const history = await shop.history(`order#${late.orderId}`);
    expect(history.map(({ type }) => type)).toContain("order.reassigned");
  });
}

function numberRules(newShop: () => Promise<Shop>): void {
  it("of a test key counts in no customer's numbers", async () => {
    const shop = await newShop();
    const { orderId } = await shop.accept({}, { test: true });
    expect(await shop.order(orderId)).toMatchObject({ test: true });
    expect((await shop.buyer(orderId)).purchases).toMatchObject([{ orderId, counted: false }]);
  });

  it("that is cancelled and paid is so on its buyer's card, in the same transaction", async () => {
    const shop = await newShop();
    const { orderId } = await shop.accept();
    await shop.accept({ status: "cancelled", updatedAt: "2026-11-20T11:00:00Z" });
    expect((await shop.buyer(orderId)).purchases).toMatchObject([{ counted: false, paid: false }]);
    const payment = { externalId: "p-1", provider: "manual", amount: { amountMinor: 498_00, currency: "UAH" } };
    await shop.accept({ payments: [{ ...payment, capturedAt: "2026-11-20T11:30:00Z" }] });
    expect((await shop.buyer(orderId)).purchases).toMatchObject([{ counted: false, paid: true }]);
  });

  it("keeps the day of the zone in which it was placed when the store moves", async () => {
    const shop = await newShop();
    const { orderId } = await shop.accept({ placedAt: "2026-11-20T22:30:00Z" });
    const moved = aStore("sto_1", { timeZone: "America/New_York" });
    await shop.accept({ placedAt: "2026-11-20T22:30:00Z", updatedAt: "2026-11-20T23:00:00Z" }, { store: moved });
    const { header } = await shop.order(orderId);
    expect(header).toMatchObject({
      day: "2026-11-21",
      timeZone: "Europe/Kyiv",
      version: { at: "2026-11-20T23:00:00.000Z" },
    });
  });

  it("is stale when it was placed more than 48 hours before we heard of it", async () => {
    const shop = await newShop();
    const messaging = async (externalId: string, part: object) =>
      (await shop.order((await shop.accept({ externalId, ...part }, { now: "2026-11-20T12:00:00.000Z" })).orderId))
        .messaging;
    expect(await messaging("1", { placedAt: "2026-11-18T12:00:00Z" })).toBe("all");
    expect(await messaging("2", { placedAt: "2026-11-18T11:59:59Z" })).toBe("stale");
    expect(await messaging("3", { automations: "none" })).toBe("none");
  });

  it("is one item however often and from wherever its store says it, and another in another store", async () => {
    expect(orderIdOf("sto_1", "1001", false)).toBe(orderIdOf("sto_1", "1001", false));
    expect(orderIdOf("sto_1", "1001", false)).not.toBe(orderIdOf("sto_2", "1001", false));
    expect(orderIdOf("sto_1", "1001", false)).toMatch(/^ord_[0-9A-HJKMNP-TV-Z]{26}$/);
  });
}

/** What becomes of an order and its buyer in the table. */
export function ordersContract(name: string, newTable: () => Promise<Table>): void {
  const newShop = async () => new Shop(await newTable());
  describe(`a buyer in ${name}`, () => {
    recognitionRules(newShop);
    placeholderRules(newShop);
  });
  describe(`an order in ${name}`, () => numberRules(newShop));
}
