import { beforeEach, describe, expect, it } from "vitest";
import { routes } from "../../infra/wiring.ts";
import type { As, Request, Response } from "../support/http.ts";
import { MAY } from "./may.ts";
import { asked, type Merchant, merchant, orderBody, type StoreIds } from "./merchant.ts";
import { RIGHTLY } from "./requests.ts";

let shop: Merchant;
/** What the same store has of each mode, and the key of that mode. */
let live: { ids: StoreIds; as: As };
let trial: { ids: StoreIds; as: As };

beforeEach(async () => {
  shop = await merchant();
  const as = { testKey: shop.a.storeId };
  const order = await asked(shop, { path: "/v1/orders", as, body: orderBody("trial", { number: "#T" }) });
  await shop.settle();
  live = { ids: shop.a, as: { key: shop.a.storeId } };
  trial = { ids: { ...shop.a, orderId: order.id, customerId: order.customerId }, as };
});

const modes = [
  { name: "a test key", own: () => trial, other: () => live, word: "alpha" },
  { name: "a live key", own: () => live, other: () => trial, word: "trial" },
];

/** Every route by which a key names an order or a customer. */
const named = routes.map(({ on }) => on).filter((on) => MAY[on]?.split(" ").includes("key") && /\{\w+\}/.test(on));
const NOTHING = { orderId: "ord_nobody", customerId: "cus_nobody" };
const requestFor = (on: string, ids: StoreIds) => RIGHTLY[on]?.(ids) as Request;
const said = ({ status, text }: Response) => [status, text.replace(/"requestId":"[^"]*"/, "")];

describe.each(modes)("$name", ({ own, other, word }) => {
  /** All pages of a list. */
  async function list(path: string): Promise<{ id: string }[]> {
    const items: { id: string }[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const query: string = cursor && `${path.includes("?") ? "&" : "?"}cursor=${cursor}`;
      const page = await asked(shop, { path: path + query, as: own().as });
      items.push(...page.items);
      cursor = page.nextCursor;
    }
    return items;
  }

  it("is told of nothing of the other mode, exactly as if it were not there, and writes nothing", async () => {
    const before = JSON.stringify(shop.table.items());
    expect(named.length).toBeGreaterThan(6);
    for (const on of named) {
      const answer = await shop.ask({ ...requestFor(on, other().ids), as: own().as });
      expect(answer.body.code, on).toMatch(/_not_found$/);
      const never = await shop.ask({ ...requestFor(on, { ...other().ids, ...NOTHING }), as: own().as });
      expect(said(answer), on).toEqual(said(never));
    }
    expect(JSON.stringify(shop.table.items()) === before, "nothing was written").toBe(true);
  });

  it("reaches by the same requests what is of its own mode", async () => {
    for (const on of named) {
      const { status, text } = await shop.ask({ ...requestFor(on, own().ids), as: own().as });
      expect([200, 201], `${on}: ${text}`).toContain(status);
    }
  });

  it("lists what is of its own mode alone, whatever filters the list", async () => {
    const { storeId, orderId, customerId } = own().ids;
    for (const filter of ["", `?storeId=${storeId}`, "?limit=1"]) {
      const orders = await list(`/v1/orders${filter}`);
      expect(orders.map(({ id }) => id)).toEqual([orderId]);
      const people = await list(`/v1/customers${filter}`);
      expect(people.map(({ id }) => id)).toEqual([customerId]);
    }
    const { customerId: stranger } = other().ids;
    const queries = [
      ...[`/v1/orders?customerId=${stranger}`, `/v1/orders?externalId=${word}`],
      ...[`/v1/customers?email=${word}@example.com`, `/v1/orders?externalId=${word}&customerId=${stranger}`],
    ];
    for (const path of queries) expect(await list(path), path).toEqual([]);
  });

  it("gives its own order a name of the other mode, and moves that one alone", async () => {
    const seen = await shop.ask({ path: `/v1/orders/${other().ids.orderId}`, as: "owner" });
    const twin = await asked(shop, { path: "/v1/orders", as: own().as, body: orderBody(word) });
    expect([twin.id === other().ids.orderId, twin.customerId === other().ids.customerId]).toEqual([false, false]);
    await asked(shop, { path: `/v1/orders/ext:${word}/stage`, as: own().as, body: { stage: "shipped" } });
    const after = await shop.ask({ path: `/v1/orders/${other().ids.orderId}`, as: "owner" });
    expect(after.text).toBe(seen.text);
  });
});

describe("staff", () => {
  it("see orders and customers of both modes", async () => {
    const { storeId } = shop.a;
    for (const { ids } of [live, trial]) {
      for (const on of ["GET /v1/orders/{orderId}", "GET /v1/customers/{customerId}"]) {
        expect((await shop.ask({ ...requestFor(on, ids), as: "owner" })).status).toBe(200);
      }
    }
    const orders = await asked(shop, { path: `/v1/orders?storeId=${storeId}`, as: "owner" });
    expect(orders.items.map(({ test: isTest }: { test: boolean }) => isTest).sort()).toEqual([false, true]);
    const people = await asked(shop, { path: `/v1/customers?storeId=${storeId}`, as: "owner" });
    expect(people.items).toHaveLength(2);
  });
});
