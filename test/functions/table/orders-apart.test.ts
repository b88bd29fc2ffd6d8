import { describe, expect, it } from "vitest";
import type { Purchase } from "../../../events/customer.ts";
import { stateKey } from "../../../functions/table/keys.ts";
import { PURCHASES_MAX } from "../../../functions/table/orders.ts";
import { memoryTable } from "../../support/memory-table.ts";
import { Shop } from "../../support/shop.ts";

const olena = { customer: { email: "olena@example.com", phone: "067 111 22 33", firstName: "Olena" } };

describe("an order that a test key brings", () => {
  it("is another order than the live one of the same name", async () => {
    const shop = new Shop(memoryTable());
    const live = await shop.accept(olena);
    const test = await shop.accept({ ...olena, total: { amountMinor: 1, currency: "UAH" } }, { test: true });
    expect(test.orderId).not.toBe(live.orderId);
    expect(await shop.order(live.orderId)).toMatchObject({ test: false, version: 1 });
    expect(await shop.order(test.orderId)).toMatchObject({ test: true, header: { totalMinor: 1 } });
  });

  it("never touches the card of the person, nor takes their addresses", async () => {
    const shop = new Shop(memoryTable());
    const test = await shop.accept({ customer: { ...olena.customer, firstName: "Tester" } }, { test: true });
    const live = await shop.accept(olena);
    const card = await shop.buyer(live.orderId);
    expect(card.profile.fields.firstName?.value).toBe("Olena");
    expect(card.purchases).toHaveLength(1);
    expect((await shop.buyer(test.orderId)).customerId).not.toBe(card.customerId);
    expect(await shop.owner({ kind: "email", value: "olena@example.com" })).toBe(card.customerId);
  });

  it("is the same test order when it comes again", async () => {
    const shop = new Shop(memoryTable());
    const { orderId } = await shop.accept(olena, { test: true });
    expect(await shop.accept(olena, { test: true })).toMatchObject({ orderId, placed: false, changed: false });
  });
});

describe("an address that orders more often than a person can", () => {
  const full = async (count: number) => {
    const table = memoryTable();
    const shop = new Shop(table);
    const { orderId } = await shop.accept({ ...olena, externalId: "first" });
    const { customerId } = await shop.order(orderId);
    const item = (await table.get(stateKey.customer(customerId))) as Record<string, unknown> & {
      pk: string;
      sk: string;
    };
    const state = item.state as { purchases: Purchase[] };
    const [one] = state.purchases as [Purchase];
    const others = Array.from({ length: count - 1 }, (_, index) => ({ ...one, orderId: `ord_${index}` }));
    await table.write([{ put: { ...item, state: { ...state, purchases: [one, ...others] } } }]);
    return { shop, customerId, orderId };
  };

  it("gets a card of its own for each further order, which is never dropped", async () => {
    const { shop, customerId } = await full(PURCHASES_MAX);
    const { orderId, placed } = await shop.accept({ ...olena, externalId: "one-more" });
    expect(placed).toBe(true);
    expect((await shop.order(orderId)).customerId).not.toBe(customerId);
    expect(await shop.buyer(orderId)).toMatchObject({ placeholder: true, purchases: [{ orderId }] });
  });

  it("keeps its card while it is below that, and for the orders that are on it", async () => {
    const { shop, customerId } = await full(PURCHASES_MAX - 1);
    const { orderId } = await shop.accept({ ...olena, externalId: "last" });
    expect((await shop.order(orderId)).customerId).toBe(customerId);
    await shop.accept({ ...olena, externalId: "last", updatedAt: "2026-11-23T10:00:00Z", note: "ring twice" });
    expect((await shop.order(orderId)).customerId).toBe(customerId);
  });
});
