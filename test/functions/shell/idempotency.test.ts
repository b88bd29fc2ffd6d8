import { describe, expect, it } from "vitest";
import { handler as placeOrder } from "../../../functions/http/orders/place-order.ts";
import type { Entry } from "../../../functions/shell/dispatch.ts";
import { MARK_KEPT_SECONDS } from "../../../functions/shell/idempotency.ts";
import { call, type Request } from "../../support/http.ts";
import { rendezvous } from "../../support/rendezvous.ts";
import { openStore, PLACED_AT, uah } from "../../support/samples.ts";
import { type World, world } from "../../support/world.ts";

const entries: Record<string, Entry> = { "POST /v1/orders": { route: placeOrder, roles: ["key", "owner"] } };

const order = (part: Record<string, unknown> = {}) => ({
  externalId: "1001",
  placedAt: PLACED_AT,
  lines: [{ name: "Coffee", quantity: 2, unitPrice: uah(249_00) }],
  total: uah(498_00),
  customer: { email: "olena@example.com" },
  ...part,
});

const opened = async (shop: World = world()) => {
  await openStore(shop.table);
  return shop;
};
const place = ({ runtime }: World, key: string | undefined, body: unknown = order(), more: Partial<Request> = {}) =>
  call(runtime, entries, {
    path: "/v1/orders",
    as: { key: "sto_1" },
    body,
    ...more,
    ...(key !== undefined && { headers: { "Idempotency-Key": key } }),
  });
const marks = ({ table }: World) => table.items().filter(({ sk }) => sk === "mark");

describe("an Idempotency-Key", () => {
  it("answers the same request again with the same resource, and changes nothing", async () => {
    const shop = await opened();
    const first = await place(shop, "key-1");
    const { writes } = shop.table.counts;
    const second = await place(shop, "key-1");
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect(second.headers.etag).toBe(first.headers.etag);
    expect(shop.table.counts.writes).toBe(writes);
  });

  it("shows the resource as it stands now, not as it was", async () => {
    const shop = await opened();
    await place(shop, "key-1");
    await place(shop, undefined, order({ updatedAt: "2026-11-20T11:00:00Z", status: "shipped" }));
    expect((await place(shop, "key-1")).body).toMatchObject({ stage: "shipped" });
  });

  it("is refused with 422 when it comes with another body", async () => {
    const shop = await opened();
    await place(shop, "key-1");
    const { status, body } = await place(shop, "key-1", order({ total: uah(1_00) }));
    expect([status, body.code]).toEqual([422, "idempotency_key_reused"]);
    expect((await place(shop, "key-2", order({ total: uah(498_00) }))).status).toBe(200);
  });

  it("belongs to its caller: another one's is another key", async () => {
    const shop = await opened();
    await openStore(shop.table, "sto_2");
    expect((await place(shop, "key-1")).status).toBe(201);
    expect((await place(shop, "key-1", order({ total: uah(1_00) }), { as: { key: "sto_2" } })).status).toBe(201);
  });

  it("does its work once when two come at the same time, and both are answered alike", async () => {
    const shop = world({ table: (memory) => ({ ...memory, ...raced(memory) }) });
    await openStore(shop.table);
    const both = await Promise.all([place(shop, "key-1"), place(shop, "key-1")]);
    expect(both.map(({ status }) => status)).toEqual([201, 201]);
    expect(both[0]?.body.id).toBe(both[1]?.body.id);
    expect(marks(shop)).toHaveLength(1);
  });

  it("refuses the slower of two different bodies that come at the same time", async () => {
    const shop = world({ table: (memory) => ({ ...memory, ...raced(memory) }) });
    await openStore(shop.table);
    const both = await Promise.all([place(shop, "key-1"), place(shop, "key-1", order({ externalId: "1002" }))]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 422]);
    expect(shop.table.items().filter(({ pk, sk }) => pk.startsWith("order#") && sk === "state")).toHaveLength(1);
  });

  it("is forgotten after 72 hours, whether or not the table has dropped it yet", async () => {
    for (const dropped of [true, false]) {
      const shop = await opened();
      await place(shop, "key-1");
      shop.clock.advance(MARK_KEPT_SECONDS * 1_000 - 1_000);
      expect((await place(shop, "key-1", order({ total: uah(1_00) }))).status).toBe(422);
      shop.clock.advance(1_000);
      if (dropped) shop.table.expire(shop.clock.now());
      expect((await place(shop, "key-1", order({ externalId: "1002" }))).status).toBe(201);
      expect(marks(shop)).toHaveLength(1);
    }
  });

  it("marks a request that changed nothing too", async () => {
    const shop = await opened();
    await place(shop, undefined);
    expect((await place(shop, "key-1")).status).toBe(200);
    expect(marks(shop)).toHaveLength(1);
  });

  it("is not kept for a request that was refused", async () => {
    const shop = await opened();
    expect((await place(shop, "key-1", order({ total: uah(-1) }))).status).toBe(400);
    expect(marks(shop)).toEqual([]);
    expect((await place(shop, "key-1")).status).toBe(201);
  });

  it("has 1 to 255 characters", async () => {
    const shop = await opened();
    expect((await place(shop, "k".repeat(255))).status).toBe(201);
    for (const key of ["", "k".repeat(256)]) {
      expect((await place(shop, key)).body).toMatchObject({ status: 400, code: "invalid_idempotency_key" });
    }
  });

  it("keeps no body, no secret and nothing personal", async () => {
    const shop = await opened();
    await place(shop, "olena@example.com");
    expect(JSON.stringify(marks(shop))).not.toMatch(/olena|Coffee/);
    expect(marks(shop)[0]).toMatchObject({ status: 201, resource: expect.stringMatching(/^ord_/) });
  });
});

/** The writes after the store's own wait for each other. */
function raced(memory: World["table"]): Pick<World["table"], "write"> {
  const { write } = rendezvous(2)(memory);
  return {
    write: (writes) =>
      writes.some((one) => "put" in one && one.put.pk.startsWith("store#")) ? memory.write(writes) : write(writes),
  };
}
