import { beforeAll, describe, expect, it } from "vitest";
import { metrics } from "../../domain/analytics/metrics/index.ts";
import type { As, Request } from "../support/http.ts";
import { MAY } from "./may.ts";
import { asked, type Merchant, merchant, type StoreIds } from "./merchant.ts";
import { RIGHTLY } from "./requests.ts";
import { SEES, type Sees } from "./sees.ts";

let shop: Merchant;
/** The first store, with an order of which everything is known. */
let ids: StoreIds;

const request = (on: string, about: StoreIds = shop.a) => RIGHTLY[on]?.(about) as Request;

beforeAll(async () => {
  shop = await merchant();
  const full = await asked(shop, { ...request("POST /v1/orders"), as: "owner" });
  ids = { ...shop.a, orderId: full.id, customerId: full.customerId };
  const changes = ["POST /v1/orders/{orderId}/stage", "POST /v1/orders/{orderId}/refunds", "PATCH /v1/hooks/{hookId}"];
  const more = ["PATCH /v1/customers/{customerId}", "PATCH /v1/stores/{storeId}"];
  for (const on of [...changes, ...more, "POST /v1/quarantine/{quarantineId}/dismiss"]) {
    await asked(shop, { ...request(on, ids), as: "owner" });
  }
  await shop.settle();
});

/** Every leaf of an answer; an event's data is one. */
function leavesOf(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => leavesOf(one, `${path}[]`));
  if (typeof value !== "object" || value === null || path.endsWith(".data")) return [path];
  return Object.entries(value).flatMap(([name, one]) => leavesOf(one, path ? `${path}.${name}` : name));
}

/** All leaves, once; what is null in one place and an object in another counts as the object. */
function seenIn(body: unknown): string[] {
  const leaves = [...new Set(leavesOf(body))].sort();
  return leaves.filter((leaf) => !leaves.some((other) => other.startsWith(`${leaf}.`)));
}

const asOf = (who: string): As => (who === "key" ? { key: shop.a.storeId } : (who as As));
const read = Object.keys(MAY).filter((on) => on.startsWith("GET /v1/") && on !== "GET /v1/hooks/{hookId}");
const pairs = read.flatMap((on) => (MAY[on] ?? "").split(" ").map((who) => [on, who] as const));

/** What somebody sees by the table. */
function visible({ all, hidden = {} }: Sees, who: string): string[] {
  const prefixes = hidden[who as keyof typeof hidden] ?? [];
  return all.filter((leaf) => !prefixes.some((prefix) => leaf.startsWith(prefix))).sort();
}

/** What the answer has for somebody. */
async function readAs(on: string, who: string): Promise<string[]> {
  const { body } = await shop.ask({ ...request(on, ids), as: asOf(who) });
  return seenIn(body);
}

const ordersSeen = async (who: string) =>
  seenIn((await shop.ask({ path: `/v1/orders?storeId=${shop.a.storeId}`, as: asOf(who) })).body);

describe("the table of fields", () => {
  it("has a line for every route that is read, and no other", () => {
    expect(Object.keys(SEES).sort()).toEqual(read.sort());
  });

  it.each(pairs)("says of %s what the %s sees, field by field", async (on, who) => {
    // The request for orders names a stage from which the full order has gone on.
    const seen = on === "GET /v1/orders" ? await ordersSeen(who) : await readAs(on, who);
    expect(seen).toEqual(visible(SEES[on] as Sees, who));
  });
});

describe("the marketer", () => {
  const AMOUNTS = /minor|paid|claim|amount|captur|refund|paymentStatus/i;

  it("is told no event of money and no amount, anywhere around a customer", async () => {
    for (const { customerId } of [ids, shop.a]) {
      const path = `/v1/customers/${customerId}/timeline?limit=100`;
      const { items } = await asked(shop, { path, as: "marketer" });
      expect(items.length).toBeGreaterThan(2);
      expect(items.filter(({ type }: { type: string }) => /^(payment|mismatch)\./.test(type))).toEqual([]);
      expect(items.flatMap(({ data }: { data: object }) => allNames(data)).filter(isAmount)).toEqual([]);
      const all = await asked(shop, { path, as: "manager" });
      expect(all.items.flatMap(({ data }: { data: object }) => allNames(data)).filter(isAmount)).not.toEqual([]);
    }
  });

  it("sees as little of what they tell and change as of what they read", async () => {
    for (const on of ["POST /v1/customers", "PATCH /v1/customers/{customerId}"]) {
      const body = await asked(shop, { ...request(on, ids), as: "marketer" });
      expect(seenIn(body).filter((leaf) => isAmount(leaf) && leaf !== "stats.orders")).toEqual([]);
    }
  });

  const isAmount = (name: string) => AMOUNTS.test(name);
  const allNames = (value: unknown): string[] =>
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([name, one]) => [name, ...allNames(one)])
      : [];
});

describe("finance", () => {
  /** Amounts, and the count that they are divided by. */
  const OF_MONEY = "orders revenue paid_revenue refunds average_order_value lifetime_value";

  it("reads the metrics of money and no others", async () => {
    const named = (as: As) => shop.ask({ path: "/v1/metrics?limit=100", as });
    const names = (await named("finance")).body.items.map(({ name }: { name: string }) => name);
    expect(names.sort()).toEqual(OF_MONEY.split(" ").sort());
    for (const { name } of metrics) {
      const { status } = await shop.ask({ path: `/v1/metrics/${name}`, as: "finance" });
      expect([name, status]).toEqual([name, names.includes(name) ? 200 : 403]);
    }
  });
});

describe("a secret", () => {
  it("is shown to nobody, whoever asks for whatever", async () => {
    for (const [on, who] of pairs) {
      const { text } = await shop.ask({ ...request(on, ids), as: asOf(who) });
      for (const secret of ["shpss_", "secretHash", "sealed", "credentials", '"s2"'])
        expect(text).not.toContain(secret);
    }
  });

  it("that was made is shown once: the same Idempotency-Key answers without it", async () => {
    const headers = { "idempotency-key": "k-1" };
    const make = () => asked(shop, { ...request("POST /v1/stores/{storeId}/keys"), as: "owner", headers });
    const [first, second] = [await make(), await make()];
    expect(first.key).toMatch(/^kolo_test_/);
    expect(second).toEqual({ id: first.id, mode: "test", storeId: shop.a.storeId });
    // A secret may itself hold the sign that parts a key.
    const secret = first.key.split("_").slice(3).join("_");
    expect(JSON.stringify(shop.table.items())).not.toContain(secret);
  });
});
