import { describe, expect, it } from "vitest";
import { handler as placeOrder } from "../../../functions/http/orders/place-order.ts";
import { call } from "../../support/http.ts";
import { openStore, PLACED_AT, uah } from "../../support/samples.ts";
import { world } from "../../support/world.ts";

const entries = { "POST /v1/orders": { route: placeOrder, roles: ["key", "owner", "manager"] as const } };

const order = {
  externalId: "1001",
  placedAt: PLACED_AT,
  lines: [{ name: "Coffee", quantity: 2, unitPrice: uah(249_00) }],
  total: uah(498_00),
};

describe("the gate", () => {
  it("lets a store's key place an order", async () => {
    const { runtime, table } = world();
    await openStore(table);
    const response = await call(runtime, entries, { path: "/v1/orders", as: { key: "sto_1" }, body: order });
    expect(response.body).toMatchObject({ externalId: "1001", stage: "new" });
    expect(response.status).toBe(201);
  });
});
