import { describe, expect, it } from "vitest";
import { handler as getMetric } from "../../../../functions/http/metrics/get-metric.ts";
import { handler as listMetrics } from "../../../../functions/http/metrics/list-metrics.ts";
import type { Role } from "../../../../functions/shell/caller.ts";
import { orders } from "../../../../functions/table/orders.ts";
import { type As, call } from "../../../support/http.ts";
import { projecting } from "../../../support/projecting.ts";
import { eur, incoming, openStore, uah } from "../../../support/samples.ts";
import { origin } from "../../../support/world.ts";

const roles: Role[] = ["owner", "manager", "marketer", "finance", "key"];
const entries = {
  "GET /v1/metrics": { route: listMetrics, roles },
  "GET /v1/metrics/{name}": { route: getMetric, roles },
};

/** Two stores that sold something, and everything projected. */
async function shop() {
  const made = projecting();
  const { runtime, table, clock } = made;
  const kyiv = await openStore(table, "sto_1");
  clock.advance(1);
  const warsaw = await openStore(table, "sto_2", {
    ...{ name: "Kvitka Warszawa", currency: "EUR" },
    ...{ timeZone: "Europe/Warsaw", country: "PL" },
  });
  const stores = { sto_1: kyiv, sto_2: warsaw };
  let last = 0;
  const sell = async (storeId: keyof typeof stores, part: Record<string, unknown>, test = false) => {
    last += 1;
    const order = incoming({ externalId: `o-${last}`, ...part });
    await runtime.get(orders).accept(stores[storeId], order, origin({ test }), clock.now());
    await made.project(made.news());
  };
  const get = async (path: string, as: As = "owner") => call(runtime, entries, { path: `/v1/metrics${path}`, as });
  return { ...made, sell, get };
}

const price = (money: { amountMinor: number; currency: string }) => ({
  total: money,
  lines: [{ name: "Coffee", unitPrice: money }],
});
const ivan = { externalId: "c-8", email: "ivan@example.com" };

describe("the list of metrics", () => {
  it("names each with unit, definition and dimensions", async () => {
    const { get } = await shop();
    const { status, body } = await get("");
    expect(status).toBe(200);
    expect(body.items).toHaveLength(9);
    expect(body.items[4]).toEqual({
      name: "average_order_value",
      definition: expect.any(String),
      unit: "money",
      dimensions: ["day", "week", "month", "store"],
    });
    expect(body.nextCursor).toBe(null);
  });

  it("names as dimensions what a metric may be divided by", async () => {
    const { get } = await shop();
    const { items } = (await get("")).body as { items: { name: string; dimensions: string[] }[] };
    for (const { name, dimensions } of items)
      for (const by of dimensions) expect(await get(`/${name}?by=${by}`)).toMatchObject({ status: 200 });
  });

  it("has pages like every list", async () => {
    const { get } = await shop();
    const first = (await get("?limit=5")).body;
    const second = (await get(`?limit=5&cursor=${first.nextCursor}`)).body;
    const names = [...first.items, ...second.items].map(({ name }: { name: string }) => name);
    expect(names).toEqual((await get("")).body.items.map(({ name }: { name: string }) => name));
    expect(second.nextCursor).toBe(null);
  });

  it("shows finance the numbers of money", async () => {
    const { get } = await shop();
    const names = (await get("", "finance")).body.items.map(({ name }: { name: string }) => name);
    expect(names).toEqual(["orders", "revenue", "paid_revenue", "refunds", "average_order_value", "lifetime_value"]);
    expect(await get("/customers_new", "finance")).toMatchObject({ status: 403, body: { code: "not_allowed" } });
    expect(await get("/lifetime_value", "finance")).toMatchObject({ status: 200 });
  });
});

describe("a metric", () => {
  it("is summed over the last 30 days of the merchant's first store", async () => {
    const { sell, get, clock } = await shop();
    await sell("sto_1", { placedAt: "2026-10-21T22:30:00Z" });
    await sell("sto_1", { placedAt: "2026-10-21T20:30:00Z" });
    await sell("sto_1", { placedAt: "2026-11-20T22:30:00Z" });
    clock.set("2026-11-20T11:00:00.000Z");
    expect((await get("/orders")).body).toEqual({
      metric: "orders",
      definition: expect.any(String),
      unit: "count",
      rows: [],
      total: { value: "1" },
      asOf: "2026-11-20T11:00:00.000Z",
    });
    clock.set("2026-11-20T22:00:00.000Z");
    expect((await get("/orders")).body.total).toEqual({ value: "1" });
    expect((await get("/orders?from=2026-10-21&to=2026-11-21")).body.total).toEqual({ value: "3" });
  });

  it("is divided into days, weeks and months with their numerators", async () => {
    const { sell, get } = await shop();
    await sell("sto_1", { ...price(uah(100_00)), placedAt: "2026-11-16T10:00:00Z" });
    await sell("sto_1", { ...price(uah(50_00)), placedAt: "2026-11-17T10:00:00Z" });
    await sell("sto_1", { ...price(uah(50_01)), placedAt: "2026-11-17T11:00:00Z" });
    const range = "from=2026-11-16&to=2026-11-18";
    const days = (await get(`/average_order_value?${range}&by=day`)).body;
    expect(days).toMatchObject({ unit: "money", currency: "UAH" });
    expect(days.rows).toEqual([
      { key: "2026-11-16", value: "100.0000", numerator: "100.00", denominator: "1" },
      { key: "2026-11-17", value: "50.0050", numerator: "100.01", denominator: "2" },
      { key: "2026-11-18", value: null, numerator: "0.00", denominator: "0" },
    ]);
    expect(days.total).toEqual({ value: "66.6700", numerator: "200.01", denominator: "3" });
    expect((await get(`/revenue?${range}&by=week`)).body.rows).toEqual([{ key: "2026-11-16", value: "200.01" }]);
    expect((await get(`/revenue?${range}&by=month`)).body.rows).toEqual([{ key: "2026-11", value: "200.01" }]);
  });

  it("of the merchant is all stores together; customers of several stores are one", async () => {
    const { sell, get } = await shop();
    await sell("sto_1", {});
    await sell("sto_2", {});
    await sell("sto_2", { customer: ivan });
    expect((await get("/orders?by=store")).body).toMatchObject({
      rows: [
        { key: "sto_1", name: "Kvitka", value: "1" },
        { key: "sto_2", name: "Kvitka Warszawa", value: "2" },
      ],
      total: { value: "3" },
    });
    expect((await get("/orders?by=week")).body.rows[0]).not.toHaveProperty("name");
    expect((await get("/customers_new?by=store")).body).toMatchObject({
      rows: [
        { key: "sto_1", value: "1" },
        { key: "sto_2", value: "2" },
      ],
      total: { value: "2" },
    });
    expect((await get("/customers_new?storeId=sto_2")).body.total).toEqual({ value: "2" });
    expect((await get("/repeat_purchase_rate")).body.total).toMatchObject({ value: "50.0000" });
    expect((await get("/repeat_purchase_rate?storeId=sto_2")).body.total).toMatchObject({ value: "0.0000" });
  });

  it("leaves test orders out", async () => {
    const { sell, get } = await shop();
    await sell("sto_1", {}, true);
    expect((await get("/orders")).body.total).toEqual({ value: "0" });
    expect((await get("/customers_new")).body.total).toEqual({ value: "0" });
  });
});

describe("the currency of a metric", () => {
  it("has to be named when money of several would be added up", async () => {
    const { sell, get } = await shop();
    await sell("sto_1", price(uah(100_00)));
    await sell("sto_2", price(eur(7_00)));
    expect(await get("/revenue")).toMatchObject({
      status: 400,
      body: {
        code: "invalid_input",
        errors: [
          {
            pointer: "/query/currency",
            code: "currency_required",
            message: "Name one of the range's currencies: EUR, UAH.",
          },
        ],
      },
    });
    expect((await get("/revenue?currency=EUR")).body).toMatchObject({ currency: "EUR", total: { value: "7.00" } });
    expect((await get("/revenue?storeId=sto_1")).body).toMatchObject({ currency: "UAH", total: { value: "100.00" } });
  });

  it("narrows a count, which otherwise is of all", async () => {
    const { sell, get } = await shop();
    await sell("sto_1", price(uah(100_00)));
    await sell("sto_2", price(eur(7_00)));
    expect((await get("/orders")).body.total).toEqual({ value: "2" });
    expect((await get("/orders?currency=EUR")).body.total).toEqual({ value: "1" });
  });

  it("is the store's own where nothing was sold", async () => {
    const { get } = await shop();
    expect((await get("/revenue?storeId=sto_2")).body).toMatchObject({ currency: "EUR", total: { value: "0.00" } });
    expect((await get("/lifetime_value")).body).toMatchObject({ currency: "UAH", total: { value: null } });
  });

  it("is none where there is not even a store", async () => {
    const { runtime } = projecting();
    const { body } = await call(runtime, entries, { path: "/v1/metrics/revenue", as: "owner" });
    expect(body.currency).toBe(undefined);
    expect(body.total).toEqual({ value: "0.00" });
  });
});

describe("a store's key", () => {
  it("sees its own store's numbers only", async () => {
    const { sell, get } = await shop();
    await sell("sto_1", {});
    await sell("sto_2", {});
    expect((await get("/orders", { key: "sto_1" })).body.total).toEqual({ value: "1" });
    expect((await get("/orders?by=store", { key: "sto_1" })).body.rows).toEqual([
      { key: "sto_1", name: "Kvitka", value: "1" },
    ]);
    expect(await get("/orders?storeId=sto_2", { key: "sto_1" })).toMatchObject({
      status: 404,
      body: { code: "store_not_found" },
    });
  });
});

describe("a request for a metric that cannot be answered", () => {
  it.each([
    ["/unknown", 404, "metric_not_found"],
    ["/orders?storeId=sto_9", 404, "store_not_found"],
    ["/orders?by=sku", 400, "invalid_input"],
    ["/orders?from=2026-13-01", 400, "invalid_input"],
    ["/orders?color=red", 400, "invalid_input"],
  ])("%s is a %d %s", async (path, status, code) => {
    const { get } = await shop();
    expect(await get(path)).toMatchObject({ status, body: { code } });
  });

  it.each([
    ["from=2026-11-21&to=2026-11-20", "range_reversed"],
    ["from=2000-01-01&to=2026-11-20", "range_too_long"],
    ["from=2025-10-16&to=2026-11-20&by=day", "range_too_long"],
  ])("%s names the wrong end: %s", async (query, code) => {
    const { get } = await shop();
    expect(await get(`/orders?${query}`)).toMatchObject({ status: 400, body: { errors: [{ code }] } });
  });

  it("may be as long as the limits", async () => {
    const { get } = await shop();
    expect((await get("/orders?from=2025-10-17&to=2026-11-20&by=day")).body.rows).toHaveLength(400);
    expect((await get("/orders?from=2016-11-14&to=2026-11-20&by=month")).body.rows).toHaveLength(121);
  });
});
