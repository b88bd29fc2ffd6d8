import { describe, expect } from "vitest";
import { uah } from "../support/samples.ts";
import { aStore, ask, eventually, it, kolo, mailsTo, ok } from "./support/kolo.ts";
import { aBuyer, anOrder, unique } from "./support/store.ts";

describe("the life of an order", () => {
  it("goes from stage to stage by its facts, and where a person puts it", async () => {
    const store = await aStore();
    const order = anOrder(await kolo.now());
    const placed = await store.places(order);
    const told = async (part: Record<string, unknown>) =>
      (await store.push({ ...order, updatedAt: (await kolo.now()).toISOString(), ...part })).body;
    const parcel = (status: string, units?: number) => [{ externalId: "f-1", status, ...(units && { units }) }];
    expect(await store.moves(placed, "approval")).toMatchObject({ body: { stage: "approval" } });
    expect(await store.pays(placed, order.total)).toMatchObject({ body: { stage: "processing" } });
    expect(await told({ fulfillments: parcel("shipped", 1) })).toMatchObject({
      ...{ stage: "processing", fulfillmentStatus: "partially_shipped" },
    });
    expect(await told({ fulfillments: parcel("shipped", 2) })).toMatchObject({
      ...{ stage: "shipped", fulfillmentStatus: "shipped" },
    });
    expect(await told({ fulfillments: parcel("delivered", 2) })).toMatchObject({
      ...{ stage: "delivered", fulfillmentStatus: "delivered" },
    });
    expect(await store.moves(placed, "completed")).toMatchObject({ body: { stage: "completed" } });
    const history = await ok(`/v1/orders/${placed.id}/history?limit=100`, { as: "manager" });
    const stages = history.items.filter(({ type }: { type: string }) => type === "order.stage_changed");
    expect(stages.map(({ data }: { data: { to: string } }) => data.to)).toEqual([
      ...["approval", "processing", "shipped", "delivered", "completed"],
    ]);
  });

  it("of 500 lines is kept whole and counted once", async () => {
    const store = await aStore();
    const lines = Array.from({ length: 500 }, (_, index) => ({
      ...{ sku: `SKU-${index}`, name: `Чай «Карпатський» № ${index}, 100 г`, quantity: 1 + (index % 3) },
      ...{ unitPrice: uah(100_00 + index), unitCost: uah(60_00), category: "tea", brand: `Brand ${index % 20}` },
    }));
    const total = uah(lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice.amountMinor, 0));
    const order = await store.places({ lines, total });
    expect((await store.order(order.externalId)).lines).toEqual(lines);
    await store.pays(order, total);
    await eventually(async () =>
      expect(await store.metrics("orders", "revenue", "paid_revenue")).toEqual({
        orders: "1",
        revenue: (total.amountMinor / 100).toFixed(2),
        paid_revenue: (total.amountMinor / 100).toFixed(2),
      }),
    );
  });
});

describe("an order in test mode", () => {
  it("is marked, stays out of the numbers and the alerts, and is another one than the live order", async () => {
    const store = await aStore();
    const { key } = await store.makeKey("test");
    const order = anOrder(await kolo.now(), { customer: aBuyer() });
    const tested = await ask("/v1/orders", { as: { key }, body: order });
    expect(tested).toMatchObject({ status: 201, body: { test: true } });
    const payment = { externalId: unique("p"), provider: "manual", amount: uah(1_00), capturedAt: order.placedAt };
    await ask(`/v1/orders/${tested.body.id}/payments`, { as: { key }, body: payment });
    await kolo.settle();
    if (kolo.capabilities.has("clock")) await kolo.advance(20 * 60);
    expect(await store.metrics("orders", "paid_revenue", "customers_new")).toEqual({
      ...{ orders: "0", paid_revenue: "0.00", customers_new: "0" },
    });
    expect(await store.mismatches()).toEqual([]);
    expect(await store.alerts()).toEqual([]);
    expect(await mailsTo(order.customer.email)).toEqual([]);
    expect(await store.places(order)).toMatchObject({ test: false });
    await eventually(async () => expect(await store.metric("orders")).toBe("1"));
  });
});

describe("a key", () => {
  it(
    "that is revoked is refused within a minute",
    async () => {
      const store = await aStore();
      const { id, key } = await store.makeKey("live");
      const list = () => ask("/v1/orders", { as: { key } });
      expect((await list()).status).toBe(200);
      const revoked = await ask(`/v1/stores/${store.id}/keys/${id}`, { as: "owner", method: "DELETE" });
      expect(revoked.status).toBe(204);
      await kolo.advance(60);
      expect(await list()).toMatchObject({ status: 401, body: { code: "not_authenticated" } });
      expect((await store.ask("/v1/orders")).status).toBe(200);
    },
    { timeoutMs: 120_000 },
  );

  it("opens its own store only, and staff doors not at all", async () => {
    const [own, other] = [await aStore(), await aStore()];
    expect(await own.push({ storeId: other.id })).toMatchObject({ status: 404, body: { code: "store_not_found" } });
    expect(await own.ask("/v1/mismatches")).toMatchObject({ status: 403, body: { code: "not_allowed" } });
    expect(await ask("/v1/orders", { as: { key: `${own.key}x` } })).toMatchObject({ status: 401 });
    expect(await ask("/v1/orders")).toMatchObject({ status: 401 });
  });
});
