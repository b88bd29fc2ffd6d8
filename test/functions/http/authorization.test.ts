import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { Entry } from "../../../functions/shell/dispatch.ts";
import { route } from "../../../functions/shell/route.ts";
import { routes } from "../../../infra/wiring.ts";
import { type As, call, type Request } from "../../support/http.ts";
import { entriesOf } from "../../support/routes.ts";
import { olena, openStore, PLACED_AT, uah } from "../../support/samples.ts";
import { world } from "../../support/world.ts";

const STAFF = "owner manager marketer finance";

/** "Who may what" of the contract, route by route; the owner may everything, `anyone` needs no token. */
const MAY: Record<string, string> = {
  "POST /v1/stores": "owner",
  "GET /v1/stores": STAFF,
  "GET /v1/stores/{storeId}": STAFF,
  "PATCH /v1/stores/{storeId}": "owner",
  "GET /v1/stores/{storeId}/health": "owner manager",
  "POST /v1/stores/{storeId}/keys": "owner",
  "DELETE /v1/stores/{storeId}/keys/{keyId}": "owner",
  "POST /v1/hooks": "owner",
  "GET /v1/hooks": "owner",
  "PATCH /v1/hooks/{hookId}": "owner",
  "DELETE /v1/hooks/{hookId}": "owner",
  "POST /v1/hooks/{hookId}": "anyone",
  "GET /v1/hooks/{hookId}": "anyone",
  "POST /v1/orders": "owner manager key",
  "GET /v1/orders": "owner manager finance key",
  "GET /v1/orders/{orderId}": "owner manager finance key",
  "GET /v1/orders/{orderId}/history": "owner manager finance key",
  "POST /v1/orders/{orderId}/stage": "owner manager key",
  "POST /v1/orders/{orderId}/payments": "owner finance key",
  "POST /v1/orders/{orderId}/refunds": "owner finance",
  "GET /v1/customers": `${STAFF} key`,
  "POST /v1/customers": "owner manager marketer key",
  "GET /v1/customers/{customerId}": `${STAFF} key`,
  "PATCH /v1/customers/{customerId}": "owner manager marketer key",
  "GET /v1/customers/{customerId}/timeline": `${STAFF} key`,
  "GET /v1/customers/{customerId}/why": "owner manager marketer",
  "GET /v1/messages": "owner manager marketer",
  "GET /v1/mismatches": "owner finance",
  "POST /v1/mismatches/{mismatchId}/resolve": "owner finance",
  "GET /v1/metrics": STAFF,
  "GET /v1/metrics/{name}": STAFF,
  "GET /v1/quarantine": "owner manager",
  "POST /v1/quarantine/{quarantineId}/replay": "owner manager",
  "GET /openapi.json": "anyone",
  "GET /docs": "anyone",
  "GET /docs/{asset}": "anyone",
  "GET /health": "anyone",
};

/** Everyone who may come. */
const PRINCIPALS: [name: string, as: As][] = [
  ...STAFF.split(" ").map((role): [string, As] => [role, role as As]),
  ["key", { key: "sto_1" }],
  ["test key", { testKey: "sto_1" }],
  ["publishable", { publishable: "sto_1" }],
  ["nobody", null],
];

/** Behind the gate there is nothing: whoever passes it gets a 200. */
const open = route({
  summary: "Nothing.",
  path: z.record(z.string(), z.string()),
  answers: { 200: z.undefined() },
  run: async () => ({ status: 200 }),
});
const gates: Record<string, Entry> = Object.fromEntries(
  routes.map(({ on, roles, public: isPublic }) => [on, { route: open, roles: isPublic ? "public" : (roles ?? []) }]),
);

const statusFor = (allowed: string[], name: string): number => {
  if (allowed.includes("anyone") || allowed.includes(name.replace("test ", ""))) return 200;
  return name === "nobody" ? 401 : 403;
};

describe("the authorization matrix", () => {
  it("has a row for every route, and no other", () => {
    expect(Object.keys(MAY).sort()).toEqual(routes.map(({ on }) => on).sort());
  });

  it.each(routes.map(({ on }) => on))("lets through %s exactly who may", async (on) => {
    const allowed = (MAY[on] ?? "").split(" ");
    const { runtime } = world();
    const [method = "", path = ""] = on.split(" ");
    const answered = PRINCIPALS.map(async ([name, as]) => {
      const { status } = await call(runtime, gates, { method, path: path.replace(/\{\w+\}/g, "x"), as });
      return [name, status] as const;
    });
    expect(await Promise.all(answered)).toEqual(PRINCIPALS.map(([name]) => [name, statusFor(allowed, name)]));
  });

  it("refuses staff without a role, and tokens that are none", async () => {
    const { runtime } = world();
    const nameless = { header: "Bearer kolo_live_none_0123456789012345678901234567890" };
    for (const as of [nameless, { header: "Basic b3duZXI6" }, { header: "Bearer " }]) {
      const answer = await call(runtime, gates, { path: "/v1/stores", as });
      expect(answer).toMatchObject({ status: 401, body: { code: "not_authenticated" } });
      expect(answer.headers["www-authenticate"]).toBe('Bearer realm="kolo"');
    }
  });
});

/** What the key of another store asks about an order and a customer of this one. */
const FOREIGN: Record<string, (theirs: { orderId: string; customerId: string }) => Omit<Request, "as">> = {
  "POST /v1/orders": () => ({ path: "/v1/orders", body: { ...order("2"), storeId: "sto_1" } }),
  "GET /v1/orders": () => ({ path: "/v1/orders?storeId=sto_1" }),
  "GET /v1/orders/{orderId}": ({ orderId }) => ({ path: `/v1/orders/${orderId}` }),
  "GET /v1/orders/{orderId}/history": ({ orderId }) => ({ path: `/v1/orders/${orderId}/history` }),
  "POST /v1/orders/{orderId}/stage": ({ orderId }) => ({
    path: `/v1/orders/${orderId}/stage`,
    body: { stage: "cancelled" },
  }),
  "POST /v1/orders/{orderId}/payments": ({ orderId }) => ({
    path: `/v1/orders/${orderId}/payments`,
    body: { externalId: "p", provider: "manual", amount: uah(1), capturedAt: PLACED_AT },
  }),
  "GET /v1/customers": () => ({ path: "/v1/customers?storeId=sto_1" }),
  "POST /v1/customers": () => ({ path: "/v1/customers", body: { ...olena, storeId: "sto_1" } }),
  "GET /v1/customers/{customerId}": ({ customerId }) => ({ path: `/v1/customers/${customerId}` }),
  "PATCH /v1/customers/{customerId}": ({ customerId }) => ({
    method: "PATCH",
    path: `/v1/customers/${customerId}`,
    body: { firstName: "Mallory" },
  }),
  "GET /v1/customers/{customerId}/timeline": ({ customerId }) => ({ path: `/v1/customers/${customerId}/timeline` }),
};

const order = (externalId: string) => ({
  externalId,
  placedAt: PLACED_AT,
  lines: [{ name: "Coffee", quantity: 1, unitPrice: uah(100_00) }],
  total: uah(100_00),
  customer: olena,
});

describe("the key of another store", () => {
  const forKeys = routes.filter(({ roles }) => roles?.includes("key")).map(({ on }) => on);

  it("is asked about on every route that keys may use", () => {
    expect(Object.keys(FOREIGN).sort()).toEqual([...forKeys].sort());
  });

  it.each(forKeys)("finds nothing on %s and changes nothing", async (on) => {
    const entries = await entriesOf("orders", "customers");
    const { runtime, table } = world();
    await openStore(table, "sto_1");
    await openStore(table, "sto_2");
    const placed = await call(runtime, entries, { path: "/v1/orders", as: { key: "sto_1" }, body: order("1") });
    const before = table.items();
    const theirs = { orderId: placed.body.id, customerId: placed.body.customerId };
    const request = FOREIGN[on]?.(theirs) ?? { path: "" };
    const answer = await call(runtime, entries, { ...request, as: { key: "sto_2" } });
    expect([answer.status, answer.body.code]).toEqual([404, expect.stringMatching(/_not_found$/)]);
    expect(table.items()).toEqual(before);
  });
});
