import { beforeEach, describe, expect, it } from "vitest";
import { routes } from "../../infra/wiring.ts";
import type { Request, Response } from "../support/http.ts";
import { wordsOf } from "../support/words.ts";
import { MAY } from "./may.ts";
import { asked, type Merchant, merchant, orderBody, type StoreIds } from "./merchant.ts";
import { RIGHTLY } from "./requests.ts";

let shop: Merchant;
beforeEach(async () => {
  shop = await merchant();
});

/** Ids in the right form that nothing has. */
const NOTHING: StoreIds = {
  ...{ storeId: "sto_nobody", keyId: "nobody", hookId: "hok_nobody", orderId: "ord_nobody" },
  ...{ customerId: "cus_nobody", mismatchId: "mis_nobody", quarantineId: "qua_nobody" },
};

const requestFor = (on: string, ids: StoreIds) => RIGHTLY[on]?.(ids) as Request;

/** True where a request names something of a store: in its path, its query or its body. */
const namesIds = (on: string) => JSON.stringify(requestFor(on, NOTHING)).includes("nobody");
const named = routes.map(({ on }) => on).filter((on) => on.includes(" /v1/") && namesIds(on));
const forStaff = named.filter((on) => MAY[on]?.includes("owner"));
const forKeys = named.filter((on) => MAY[on]?.split(" ").includes("key"));

/** What an answer says, without the name of its request. */
const said = ({ status, text }: Response) => [status, text.replace(/"requestId":"[^"]*"/, "")];

/** Nothing that could be told: a problem that says it is not there, or a page of nothing. */
function expectNothing(on: string, { status, body }: Response): void {
  if (status === 404) expect(body.code, on).toMatch(/_not_found$/);
  else expect([status, body.items ?? body.rows, body.nextCursor ?? null], on).toEqual([200, [], null]);
}

/** Runs what must not change anything. */
async function unchanged(act: () => Promise<void>): Promise<void> {
  const before = JSON.stringify(shop.table.items());
  await act();
  expect(JSON.stringify(shop.table.items()) === before, "nothing was written").toBe(true);
}

describe("every request of the corpus", () => {
  it("is about a route of the wiring, and every route under /v1 has one", () => {
    const ons = routes.map(({ on }) => on).filter((on) => on.includes(" /v1/"));
    expect(Object.keys(RIGHTLY).sort()).toEqual(ons.sort());
  });

  it("is right: with good ids it is answered, so that only the ids are wrong below", async () => {
    const isDelete = (on: string) => Number(on.startsWith("DELETE"));
    for (const on of [...forStaff].sort((a, b) => isDelete(a) - isDelete(b))) {
      const { status, text } = await shop.ask({ ...requestFor(on, shop.a), as: "owner" });
      // The delivery in quarantine is in a currency that no shop has.
      const wanted = on.includes("/replay") ? [409] : [200, 201, 204];
      expect(wanted, `${on}: ${text}`).toContain(status);
    }
  });
});

describe("an id that nothing has", () => {
  it("is not found by staff on any route, and nothing is written", () =>
    unchanged(async () => {
      expect(forStaff.length).toBeGreaterThan(20);
      for (const on of forStaff) {
        expectNothing(on, await shop.ask({ ...requestFor(on, NOTHING), as: "owner" }));
      }
    }));

  it("is refused of a list to staff or a key where the reference says so, and an empty list elsewhere", async () => {
    const lists = routes.filter(({ on, run }) => on.startsWith("GET ") && /\/(list|find)-/.test(run));
    const naming = lists.filter(({ on }) => requestFor(on, NOTHING)?.path?.includes(`storeId=${NOTHING.storeId}`));
    expect(naming.length).toBeGreaterThan(4);
    for (const line of naming) {
      const asked = [{ as: "owner" as const }, { as: { key: shop.a.storeId } }].map(({ as }) =>
        shop.ask({ ...requestFor(line.on, NOTHING), as }),
      );
      const codes = (await Promise.all(asked)).flatMap(({ status, body }) => (status === 404 ? [body.code] : []));
      const said = (await wordsOf(line))?.operations[line.run.slice(line.run.indexOf("/") + 1)]?.refusals?.[404];
      expect([line.on, said ?? []]).toEqual([line.on, codes]);
    }
  });

  it("is not found when it is the id of something else", () =>
    unchanged(async () => {
      const { orderId, customerId, hookId, storeId, mismatchId } = shop.a;
      const swapped = { ...shop.a, keyId: hookId, hookId: storeId, orderId: customerId, customerId: orderId };
      const mixed = { ...swapped, storeId: hookId, mismatchId: orderId, quarantineId: mismatchId };
      for (const on of forStaff.filter((one) => one.includes("{"))) {
        const { status, text } = await shop.ask({ ...requestFor(on, mixed), as: "owner" });
        expect([400, 404], `${on}: ${text}`).toContain(status);
      }
    }));

  it("is not found when it tries to leave its partition", () =>
    unchanged(async () => {
      for (const odd of ["../x", "x#state", "*", "%00", "' OR '1'='1", "__proto__", "constructor", "a".repeat(5_000)]) {
        const part = encodeURIComponent(odd);
        const ids = Object.fromEntries(Object.keys(NOTHING).map((name) => [name, part])) as unknown as StoreIds;
        for (const on of forStaff.filter((one) => one.includes("{"))) {
          const { status } = await shop.ask({ ...requestFor(on, ids), as: "owner" });
          expect([400, 404], `${on} with ${odd}`).toContain(status);
        }
      }
    }));
});

describe("the key of another store", () => {
  it("is told of nothing, exactly as if it were not there, and writes nothing", () =>
    unchanged(async () => {
      expect(forKeys.length).toBeGreaterThan(10);
      const as = { key: shop.b.storeId };
      for (const on of forKeys) {
        const foreign = await shop.ask({ ...requestFor(on, shop.a), as });
        expectNothing(on, foreign);
        expect(said(foreign), on).toEqual(said(await shop.ask({ ...requestFor(on, NOTHING), as })));
        for (const secret of ["alpha", ...Object.values(shop.a)]) expect(foreign.text, on).not.toContain(secret);
      }
    }));

  it("is told of nothing by a filter alone", async () => {
    const as = { key: shop.b.storeId };
    const { customerId } = shop.a;
    const queries = [
      ...[`/v1/orders?customerId=${customerId}`, "/v1/orders?externalId=alpha"],
      ...["/v1/customers?email=alpha@example.com", `/v1/orders?customerId=${customerId}&externalId=alpha`],
    ];
    for (const path of queries) expectNothing(path, await shop.ask({ path, as }));
  });

  it("lists what is its own", async () => {
    const as = { key: shop.b.storeId };
    const orders = await asked(shop, { path: "/v1/orders", as });
    expect(orders.items.map(({ id }: { id: string }) => id)).toEqual([shop.b.orderId]);
    const people = await asked(shop, { path: "/v1/customers", as });
    expect(people.items.map(({ id }: { id: string }) => id)).toEqual([shop.b.customerId]);
  });

  it("finds no order by the other store's name for it, and staff none by such a name", () =>
    unchanged(async () => {
      for (const as of [{ key: shop.b.storeId }, "owner" as const]) {
        for (const what of ["", "/history"]) {
          const answer = await shop.ask({ path: `/v1/orders/ext:alpha${what}`, as });
          expect(answer).toMatchObject({ status: 404, body: { code: "order_not_found" } });
        }
      }
      expect((await shop.ask({ path: "/v1/orders/ext:beta", as: { key: shop.b.storeId } })).status).toBe(200);
    }));

  it("is not answered with what another caller did under the same Idempotency-Key", async () => {
    const headers = { "idempotency-key": "same" };
    const body = orderBody("marked");
    const [a, b] = [shop.a, shop.b].map(({ storeId }) => ({ key: storeId }));
    const first = await shop.ask({ path: "/v1/orders", as: a ?? null, body, headers });
    const second = await shop.ask({ path: "/v1/orders", as: b ?? null, body, headers });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body.id).not.toBe(first.body.id);
    expect([first.body.storeId, second.body.storeId]).toEqual([shop.a.storeId, shop.b.storeId]);
  });
});

describe("a key named below another store", () => {
  it("is not found, and goes on working", () =>
    unchanged(async () => {
      const path = `/v1/stores/${shop.b.storeId}/keys/${shop.a.keyId}`;
      const answer = await shop.ask({ method: "DELETE", path, as: "owner" });
      expect(answer).toMatchObject({ status: 404, body: { code: "key_not_found" } });
    }));
});
