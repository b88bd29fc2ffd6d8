import { describe, expect, it } from "vitest";
import type { As } from "../../../support/http.ts";
import { olena, openStore } from "../../../support/samples.ts";
import { merchant, pushed } from "./orders.ts";

const day = (n: number) => `2026-11-${String(n).padStart(2, "0")}T10:00:00Z`;

type Shop = Awaited<ReturnType<typeof merchant>>;

/** Reads a list to its end and answers the external ids of each page. */
async function pages({ ask }: Shop, query: string, as: As = "owner"): Promise<string[][]> {
  const read: string[][] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const { body, status } = await ask({ path: `/v1/orders?${query}${cursor && `&cursor=${cursor}`}`, as });
    expect(status).toBe(200);
    read.push(body.items.map(({ externalId }: { externalId: string }) => externalId));
    cursor = body.nextCursor;
  }
  return read;
}

/** How often a page reads each partition; items by their keys are read from "keys". */
async function readsOf({ table, ask }: Shop, query: string): Promise<Map<string, number>> {
  const reads = new Map<string, number>();
  const uncounted = { ...table };
  for (const name of ["query", "getMany", "get"] as const) {
    Object.assign(table, {
      [name]: (argument: never) => {
        const { pk = "keys" } = argument as { pk?: string };
        reads.set(pk, (reads.get(pk) ?? 0) + 1);
        return uncounted[name](argument);
      },
    });
  }
  await ask({ path: `/v1/orders?${query}`, as: "owner" });
  Object.assign(table, uncounted);
  return reads;
}

/** Orders 1 to `count`, one a day, of alternating stores. */
async function placed(shop: Shop, count: number) {
  for (let n = 1; n <= count; n += 1) {
    await shop.place({ externalId: `${n}`, placedAt: day(n) }, { key: n % 2 === 1 ? "sto_1" : "sto_2" });
  }
}

describe("a list of orders", () => {
  it("is newest first, each order once, over all pages and partitions", async () => {
    const shop = await merchant();
    await placed(shop, 9);
    expect(await pages(shop, "limit=4")).toEqual([["9", "8", "7", "6"], ["5", "4", "3", "2"], ["1"]]);
    expect(await pages(shop, "limit=100")).toEqual([["9", "8", "7", "6", "5", "4", "3", "2", "1"]]);
  });

  it("of many stores has each of one instant once, page after page", async () => {
    const shop = await merchant();
    const stores = Array.from({ length: 20 }, (_, index) => `sto_${index + 10}`);
    for (const storeId of stores) {
      await openStore(shop.table, storeId);
      await shop.place({ externalId: storeId, placedAt: day(3) }, { key: storeId });
    }
    await shop.place({ externalId: "older", placedAt: day(2) });
    const read = await pages(shop, "limit=3");
    expect(read.map(({ length }) => length)).toEqual([3, 3, 3, 3, 3, 3, 3]);
    expect(read.flat().slice(0, -1).sort()).toEqual(stores.sort());
    expect(read.flat().at(-1)).toBe("older");
  });

  it("shows a key its own store only, and finds no other", async () => {
    const shop = await merchant();
    await placed(shop, 5);
    expect(await pages(shop, "limit=2", { key: "sto_1" })).toEqual([["5", "3"], ["1"]]);
    expect(await pages(shop, "limit=2&storeId=sto_2")).toEqual([["4", "2"]]);
    const foreign = await shop.ask({ path: "/v1/orders?storeId=sto_2" });
    expect(foreign).toMatchObject({ status: 404, body: { code: "store_not_found" } });
  });

  it("is narrowed by stage and payment through the index, page after page", async () => {
    const shop = await merchant();
    await placed(shop, 8);
    for (const n of [2, 4, 6]) {
      const { body } = await shop.ask({ path: `/v1/orders?externalId=${n}&storeId=sto_2`, as: "owner" });
      await shop.ask({ path: `/v1/orders/${body.items[0].id}/stage`, as: "manager", body: { stage: "cancelled" } });
    }
    expect(await pages(shop, "stage=cancelled&limit=2")).toEqual([["6", "4"], ["2"]]);
    expect(await pages(shop, "stage=new&storeId=sto_2&limit=9")).toEqual([["8"]]);
    expect(await pages(shop, "paymentStatus=paid&limit=9")).toEqual([[]]);
  });

  it("is narrowed to days and instants, both ends included", async () => {
    const shop = await merchant();
    await placed(shop, 6);
    expect(await pages(shop, "from=2026-11-02&to=2026-11-04")).toEqual([["4", "3", "2"]]);
    expect(await pages(shop, `from=${day(3)}&to=${day(4)}&limit=1`)).toEqual([["4"], ["3"]]);
    expect(await pages(shop, "to=2026-11-01T09:59:59Z")).toEqual([[]]);
    expect(await pages(shop, "from=2026-11-04&to=2026-11-02")).toEqual([[]]);
    const { body } = await shop.ask({ path: "/v1/orders?from=yesterday", as: "owner" });
    expect(body.errors).toMatchObject([{ pointer: "/query/from" }]);
  });

  it("of a customer is narrowed by everything else", async () => {
    const shop = await merchant();
    await placed(shop, 3);
    const { customerId } = await shop.place({ externalId: "a", placedAt: day(7), customer: olena });
    await shop.place({ externalId: "b", placedAt: day(8), customer: olena }, { key: "sto_2" });
    await shop.place({ externalId: "c", placedAt: day(9), customer: olena, status: "cancelled" });
    expect(await pages(shop, `customerId=${customerId}&limit=2`)).toEqual([["c", "b"], ["a"]]);
    expect(await pages(shop, `customerId=${customerId}`, { key: "sto_1" })).toEqual([["c", "a"]]);
    expect(await pages(shop, `customerId=${customerId}&stage=cancelled`)).toEqual([["c"]]);
    expect(await pages(shop, `customerId=${customerId}&from=2026-11-08&to=2026-11-08`)).toEqual([["b"]]);
  });

  it("by external id finds it in every store, or in the one that is named", async () => {
    const shop = await merchant();
    await shop.place({ externalId: "7", placedAt: day(1) });
    await shop.place({ externalId: "7", placedAt: day(2) }, { key: "sto_2" });
    const stores = async (query: string, as: As) =>
      (await shop.ask({ path: `/v1/orders?externalId=7${query}`, as })).body.items.map(
        (one: { storeId: string }) => one.storeId,
      );
    expect(await stores("", "owner")).toEqual(["sto_2", "sto_1"]);
    expect(await stores("&storeId=sto_1", "owner")).toEqual(["sto_1"]);
    expect(await stores("", { key: "sto_2" })).toEqual(["sto_2"]);
    expect(await stores("&stage=shipped", "owner")).toEqual([]);
  });

  it("by external id is read page by page too", async () => {
    const shop = await merchant();
    await shop.place({ externalId: "7", placedAt: day(1) });
    await shop.place({ externalId: "7", placedAt: day(2) }, { key: "sto_2" });
    const page = async (query: string) =>
      (await shop.ask({ path: `/v1/orders?externalId=7&limit=1${query}`, as: "owner" })).body;
    const first = await page("");
    const second = await page(`&cursor=${first.nextCursor}`);
    expect([first, second].map(({ items }) => items.map((one: { storeId: string }) => one.storeId))).toEqual([
      ["sto_2"],
      ["sto_1"],
    ]);
    expect(second.nextCursor).toBeNull();
  });

  it("reads a partition twice a page at most, and the orders that it found there as often", async () => {
    const shop = await merchant();
    await placed(shop, 9);
    for (const query of ["limit=2", "storeId=sto_1&limit=2", "stage=shipped", "externalId=7"]) {
      const reads = await readsOf(shop, query);
      expect(Math.max(...reads.values()), query).toBeLessThanOrEqual(2);
      // A store has two partitions; beside them there are the stores and the orders themselves.
      expect(reads.size, query).toBeLessThanOrEqual(2 * 2 + 2);
    }
  });

  it("of a customer costs at most four reads a page", async () => {
    const shop = await merchant();
    const { customerId } = await shop.place({ customer: olena });
    for (let n = 1; n <= 9; n += 1) await shop.place({ externalId: `${n}`, placedAt: day(n), customer: olena });
    expect([...(await readsOf(shop, `customerId=${customerId}&stage=shipped&limit=2`)).values()]).toEqual([1, 3]);
  });

  it("says what a test order is, and what is left to pay", async () => {
    const shop = await merchant();
    await shop.place({}, { testKey: "sto_1" });
    const { body } = await shop.ask({ path: "/v1/orders", as: "finance" });
    expect(body.items).toMatchObject([{ test: true, due: pushed().total, paymentStatus: "unpaid", version: 1 }]);
    expect(body.items[0]).not.toHaveProperty("customer");
  });
});

describe("a cursor", () => {
  const invalid = { status: 400, body: { code: "invalid_cursor" } };

  it("continues only the list that it came from", async () => {
    const shop = await merchant();
    await placed(shop, 4);
    const { body } = await shop.ask({ path: "/v1/orders?limit=1&stage=new", as: "owner" });
    const cursor = `cursor=${body.nextCursor}`;
    expect((await shop.ask({ path: `/v1/orders?stage=new&limit=2&${cursor}`, as: "owner" })).status).toBe(200);
    expect(await shop.ask({ path: `/v1/orders?${cursor}`, as: "owner" })).toMatchObject(invalid);
    expect(await shop.ask({ path: `/v1/orders?stage=shipped&${cursor}`, as: "owner" })).toMatchObject(invalid);
    expect(await shop.ask({ path: `/v1/orders?stage=new&${cursor}`, as: "manager" })).toMatchObject(invalid);
    expect(await shop.ask({ path: `/v1/orders?stage=new&${cursor}`, as: { key: "sto_1" } })).toMatchObject(invalid);
  });

  it("that was made up is refused", async () => {
    const { ask } = await merchant();
    const forged = ["nonsense", "e30", Buffer.from(JSON.stringify(["2026", "digest"])).toString("base64url")];
    for (const cursor of forged) expect(await ask({ path: `/v1/orders?cursor=${cursor}` })).toMatchObject(invalid);
  });
});
