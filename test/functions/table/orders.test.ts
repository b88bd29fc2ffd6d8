import { describe, expect, it } from "vitest";
import { readContent } from "../../../functions/table/order-content.ts";
import type { Item } from "../../../functions/table/table.ts";
import { itemSize } from "../../support/item-size.ts";
import { memoryTable } from "../../support/memory-table.ts";
import { capture, minute, refund } from "../../support/order-facts.ts";
import { rendezvous } from "../../support/rendezvous.ts";
import { aStore, olena, uah } from "../../support/samples.ts";
import { Shop } from "../../support/shop.ts";
import { ordersContract } from "./orders.contract.ts";

ordersContract("memory", async () => memoryTable());

const LVIV = aStore("sto_2");
const LATER = { updatedAt: "2026-11-20T11:00:00Z" };

const line = (index: number) => ({
  sku: `SKU-${index}`,
  name: `Coffee ${index}`,
  quantity: 1,
  unitPrice: { amountMinor: 100, currency: "UAH" },
});
const lines = (count: number) => Array.from({ length: count }, (_, index) => line(index));

/** What the last transaction wrote, by sort key. */
const writtenSince = (table: ReturnType<typeof memoryTable>, mark: number) =>
  table.changes.slice(mark).map(({ key }) => key.sk);

describe("two orders at once", () => {
  const raced = (parties: number) => {
    const table = memoryTable();
    return { table, shop: new Shop(rendezvous(parties)(table)) };
  };

  it("of one new person from two stores make one card", async () => {
    const { table, shop } = raced(2);
    const [one, two] = await Promise.all([shop.accept({}), shop.accept({}, { store: LVIV })]);
    const card = await shop.buyer(one.orderId);
    expect((await shop.order(two.orderId)).customerId).toBe(card.customerId);
    expect(card.purchases).toHaveLength(2);
    expect(card.profile.externals.sort()).toEqual(["sto_1:c-7", "sto_2:c-7"]);
    expect(
      table
        .items()
        .filter(({ pk }) => pk.startsWith("customer#"))
        .filter(({ sk }) => sk === "state"),
    ).toHaveLength(1);
  });

  it("of one new person, one by e-mail and one by phone and e-mail, make one card", async () => {
    const { shop } = raced(2);
    const [one, two] = await Promise.all([
      shop.accept({ externalId: "1", customer: { email: olena.email } }),
      shop.accept({ externalId: "2", customer: { phone: olena.phone, email: olena.email } }),
    ]);
    expect((await shop.order(one.orderId)).customerId).toBe((await shop.order(two.orderId)).customerId);
    expect((await shop.buyer(one.orderId)).purchases).toHaveLength(2);
  });

  it("that are one order make one order", async () => {
    const { table, shop } = raced(3);
    const all = await Promise.all([shop.accept(), shop.accept(), shop.accept(LATER)]);
    expect(all.filter(({ placed }) => placed)).toHaveLength(1);
    expect((await shop.buyer(all[0].orderId)).purchases).toHaveLength(1);
    expect(table.items().filter(({ sk }) => sk === "state")).toHaveLength(2);
    expect((await shop.order(all[0].orderId)).header.version.at).toBe("2026-11-20T11:00:00.000Z");
  });

  it("of one known person lose no purchase", async () => {
    const { shop } = raced(0);
    await shop.accept({ externalId: "0" });
    const many = new Shop(rendezvous(4)(shop.table as ReturnType<typeof memoryTable>));
    await Promise.all(["1", "2", "3", "4"].map((externalId) => many.accept({ externalId })));
    const { orderId } = await shop.accept({ externalId: "0" });
    expect((await shop.buyer(orderId)).purchases).toHaveLength(5);
  });
});

describe("a delivery that came before", () => {
  it("writes nothing", async () => {
    const table = memoryTable();
    const shop = new Shop(table);
    const delivery = {
      payments: [{ externalId: "p", provider: "manual", amount: uah(498_00), capturedAt: minute(3) }],
    };
    await shop.accept(delivery);
    await shop.accept({ ...LATER, status: "shipped" });
    const { writes } = table.counts;
    expect(await shop.accept(delivery)).toMatchObject({ placed: false, changed: false });
    await shop.accept({ ...LATER, status: "shipped" });
    expect(table.counts.writes).toBe(writes);
  });

  it("leaves the same whether it comes before or after a newer one", async () => {
    const first = {};
    const second = { ...LATER, status: "processing", total: uah(600_00), customer: { ...olena, firstName: "Olha" } };
    const outcome = async (...deliveries: object[]) => {
      const shop = new Shop(memoryTable());
      for (const one of deliveries) await shop.accept(one as Record<string, unknown>);
      const { orderId } = await shop.accept(first);
      const { version: _, ...order } = await shop.order(orderId);
      const { version: __, ...card } = await shop.buyer(orderId);
      return { order, card, content: await readContent(shop.table, orderId) };
    };
    expect(await outcome(second, first)).toEqual(await outcome(first, second));
    expect((await outcome(second, first)).content).toMatchObject({
      customer: { firstName: "Olha" },
      total: uah(600_00),
    });
  });

  it("keeps the newest name of a person whose older one comes late", async () => {
    const shop = new Shop(memoryTable());
    await shop.accept({ externalId: "1", customer: olena });
    await shop.accept({ externalId: "2", customer: olena, placedAt: "2026-11-20T11:30:00Z" });
    const middle = { customer: { ...olena, firstName: "Olya" }, placedAt: "2026-11-20T11:00:00Z" };
    const { orderId } = await shop.accept({ externalId: "3", ...middle });
    expect((await shop.buyer(orderId)).profile.fields.firstName?.value).toBe("Olena");
  });
});

describe("what comes before its order", () => {
  it("waits for it and counts when it comes", async () => {
    const table = memoryTable();
    const shop = new Shop(table);
    const version = { at: minute(9), rank: 0, hash: "r" };
    const facts = { refunds: [refund(uah(98_00))], captures: [capture(uah(498_00))] };
    const early = await shop.tell({ externalId: "1001", version, ...facts });
    expect(early).toMatchObject({ placed: false, changed: true });
    expect(table.items().filter(({ pk }) => pk.startsWith("customer#"))).toEqual([]);
    const { orderId, placed } = await shop.accept();
    expect({ orderId, placed }).toEqual({ orderId: early.orderId, placed: true });
    expect(await shop.order(orderId)).toMatchObject({ status: "placed", refunds: { "stripe:re_1": {} } });
    expect((await shop.buyer(orderId)).purchases).toMatchObject([{ paid: true }]);
  });
});

describe("the content of an order", () => {
  it("is written when it changed, and not when only the header did", async () => {
    const table = memoryTable();
    const shop = new Shop(table);
    await shop.accept();
    let mark = table.changes.length;
    await shop.accept({ ...LATER, status: "processing" });
    expect(writtenSince(table, mark).filter((sk) => sk.startsWith("content#"))).toEqual([]);
    mark = table.changes.length;
    await shop.accept({ updatedAt: "2026-11-20T11:30:00Z", note: "leave at the door" });
    expect(writtenSince(table, mark).filter((sk) => sk.startsWith("content#"))).toEqual(["content#000"]);
  });

  it("is not overwritten by an older delivery", async () => {
    const shop = new Shop(memoryTable());
    await shop.accept({ ...LATER, note: "new" });
    const { orderId } = await shop.accept({ note: "old" });
    expect((await readContent(shop.table, orderId))?.note).toBe("new");
  });

  it("holds 500 lines in chunks that no item limit refuses, and loses those that go", async () => {
    const table = memoryTable();
    const shop = new Shop(table);
    const { orderId } = await shop.accept({ lines: lines(500) });
    expect((await readContent(table, orderId))?.lines).toEqual(lines(500));
    const chunks = () => table.items().filter(({ sk }) => sk.startsWith("content#"));
    expect(chunks()).toHaveLength(10);
    await shop.accept({ ...LATER, lines: lines(51) });
    expect((await readContent(table, orderId))?.lines).toEqual(lines(51));
    expect(chunks()).toHaveLength(2);
    expect((await shop.order(orderId)).header).toMatchObject({ chunks: 2, units: 51 });
  });

  it("takes the longest order that is accepted, each row as long as it may be", async () => {
    const table = memoryTable();
    const shop = new Shop(table);
    const wide = (index: number) => ({
      ...line(index),
      name: "ї".repeat(500),
      category: "ї".repeat(200),
      brand: "ї".repeat(200),
    });
    const { orderId } = await shop.accept({ lines: Array.from({ length: 1_000 }, (_, index) => wide(index)) });
    expect((await readContent(table, orderId))?.lines).toHaveLength(1_000);
    expect(Math.max(...table.items().map(itemSize))).toBeLessThan(200 * 1024);
  });
});

describe("personal data", () => {
  const everything = (item: Item) => JSON.stringify(item);

  it("stays out of keys and events", async () => {
    const table = memoryTable();
    const shop = new Shop(table);
    const person = { ...olena, birthDate: "1990-04-12", company: { name: "TOV Kvitka", taxId: "12345678" } };
    await shop.accept({ number: "#1001", customer: person, note: "ring Olena" });
    await shop.accept({ externalId: "2", customer: { phone: olena.phone, email: "other@example.com" } });
    const words = /olena|koval|example\.com|111.?22.?33|1990|kvitka|12345678|c-7/i;
    for (const item of table.items()) {
      const keys = Object.entries(item).filter(([name]) => /^(gsi\d)?[ps]k$/.test(name));
      expect(JSON.stringify(keys)).not.toMatch(words);
      if (item.sk.startsWith("event#")) expect(everything(item)).not.toMatch(words);
    }
    expect(table.items().some((item) => words.test(everything(item)))).toBe(true);
  });
});

describe("the events of an order", () => {
  it("are one item a transaction, with ids of their own, on the buyer's timeline", async () => {
    const table = memoryTable();
    const shop = new Shop(table);
    const { orderId } = await shop.accept();
    const { customerId } = await shop.order(orderId);
    const history = await shop.history(`order#${orderId}`);
    expect(history.map(({ type, customerId: whose }) => [type, whose])).toEqual([
      ["order.placed", customerId],
      ["customer.created", customerId],
    ]);
    expect(new Set(history.map(({ eventId }) => eventId)).size).toBe(2);
    const { items } = await table.query({ index: "gsi1", pk: `timeline#${customerId}`, limit: 10 });
    expect(items).toHaveLength(1);
  });
});
