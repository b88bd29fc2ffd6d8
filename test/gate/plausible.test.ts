import { beforeAll, describe, expect, it } from "vitest";
import { routes } from "../../infra/wiring.ts";
import type { Request } from "../support/http.ts";
import { shopifyOrder, withBigIds } from "../support/samples/shopify.ts";
import { asked, delivered, type Merchant, merchant } from "./merchant.ts";
import { RIGHTLY } from "./requests.ts";

let shop: Merchant;
beforeAll(async () => {
  shop = await merchant();
});

type Place = { on: string; pointer: string; leaf: string };

/** Every leaf of every right body, by its pointer. */
function leavesOf(value: unknown, on: string, pointer = "", leaf = ""): Place[] {
  if (typeof value !== "object" || value === null) return [{ on, pointer, leaf }];
  return Object.entries(value).flatMap(([key, part]) => leavesOf(part, on, `${pointer}/${key}`, key));
}

const requestFor = (on: string) => RIGHTLY[on]?.(shop.a) as Request;
const places = routes
  .map(({ on }) => on)
  .filter((on) => /^(POST|PATCH) \/v1/.test(on) && !on.includes("/v1/hooks/{hookId}"))
  .flatMap((on) => leavesOf(RIGHTLY[on]?.({} as never).body, on));
const times = places.filter(({ leaf }) => /^at$|At$|^birthDate$/.test(leaf));
const currencies = places.filter(({ leaf }) => leaf === "currency");

/** The right request of a route with one leaf replaced. */
function spoilt({ on, pointer }: Place, value: unknown): Request {
  const request = structuredClone(requestFor(on));
  const path = pointer.slice(1).split("/");
  const parent = path.slice(0, -1).reduce((part, key) => part[key] as never, request.body as Record<string, unknown>);
  parent[path.at(-1) as string] = value;
  return { ...request, as: "owner" };
}

async function refused(place: Place, value: unknown, code: string): Promise<void> {
  const before = JSON.stringify(shop.table.items());
  const { status, body } = await shop.ask(spoilt(place, value));
  const found = body.errors?.map((one: { pointer: string; code: string }) => [one.pointer, one.code]);
  expect([status, found], `${place.on} ${place.pointer}`).toEqual([400, [[place.pointer, code]]]);
  expect(JSON.stringify(shop.table.items()) === before, "nothing was written").toBe(true);
}

describe("a time in any body", () => {
  it("is refused with its pointer when it is yet to come or too long ago, and nothing is written", async () => {
    expect(times.length).toBeGreaterThan(8);
    for (const place of times) {
      const isDay = place.leaf === "birthDate";
      await refused(place, isDay ? "2200-01-01" : "2200-01-01T00:00:00Z", "time_in_the_future");
      await refused(place, isDay ? "1889-01-01" : "1989-12-31T23:59:59Z", "time_too_old");
    }
  });

  it("may be a little ahead of ours", async () => {
    const ahead = new Date(Date.parse(shop.clock.now()) + 3_600_000).toISOString();
    for (const place of times.filter(({ leaf }) => leaf !== "birthDate")) {
      expect([200, 201], `${place.on} ${place.pointer}`).toContain((await shop.ask(spoilt(place, ahead))).status);
    }
  });
});

describe("a currency in any body", () => {
  it("is refused with its pointer when there is none of its name, and nothing is written", async () => {
    expect(currencies.length).toBeGreaterThan(8);
    for (const place of currencies) await refused(place, "ZZZ", "custom");
  });
});

describe("a delivery", () => {
  const reasonOf = async (order: object) => {
    await delivered(shop, "shopify", shop.a.hookId, { topic: "orders/create", body: withBigIds(order) });
    const { items } = await asked(shop, { path: `/v1/quarantine?storeId=${shop.a.storeId}&limit=1`, as: "manager" });
    shop.clock.advance(1_000);
    return items[0].reason;
  };

  it("whose times cannot be right waits in quarantine, with the reason", async () => {
    expect(await reasonOf(shopifyOrder({ processed_at: "2200-01-01T00:00:00Z" }))).toBe("time_in_the_future");
    expect(await reasonOf(shopifyOrder({ updated_at: "2200-01-01T00:00:00Z" }))).toBe("time_in_the_future");
    expect(await reasonOf(shopifyOrder({ processed_at: "1970-01-01T00:00:00Z" }))).toBe("time_too_old");
  });
});
