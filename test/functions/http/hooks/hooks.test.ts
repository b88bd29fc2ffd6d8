import { describe, expect, it } from "vitest";
import { providers } from "../../../../functions/adapters/registry.ts";
import { eventsOf } from "../../../../functions/table/event-item.ts";
import { EVENT_PREFIX } from "../../../../functions/table/keys.ts";
import type { Item } from "../../../../functions/table/table.ts";
import { openVault } from "../../../support/doubles.ts";
import { checkEvents } from "../../../support/given.ts";
import type { Request } from "../../../support/http.ts";
import { signedBy } from "../../../support/providers.ts";
import { type Shop, shop } from "../../../support/receiving.ts";
import { shopifyOrder } from "../../../support/samples/shopify.ts";
import { openStore } from "../../../support/samples.ts";

const SECRET = "shpss_4f1c0d";
const made = (part: Record<string, unknown> = {}) => ({
  storeId: "sto_1",
  provider: "shopify",
  secret: SECRET,
  ...part,
});

/** Asks as the owner. */
const asking = (kvitka: Shop) => (request: Request) => kvitka.ask({ as: "owner", ...request });

async function owned() {
  const kvitka = await shop();
  const ask = asking(kvitka);
  return { ...kvitka, ask, make: (part?: Record<string, unknown>) => ask({ path: "/v1/hooks", body: made(part) }) };
}

const pointers = (body: { errors: { pointer: string }[] }) => body.errors.map(({ pointer }) => pointer).sort();
const paymentHooks = ({ table }: Shop) =>
  table
    .items()
    .flatMap(({ pk, state }) =>
      pk === "store#sto_1" && state ? (state as { paymentHooks: string[] }).paymentHooks : [],
    );

describe("a hook", () => {
  it("is made by the owner and tells where to deliver, and never its secrets", async () => {
    const { make, ask, table } = await owned();
    const created = await make({ credentials: { accessToken: "shpat_9" }, settings: { testOrders: "mark" } });
    expect(created).toMatchObject({ status: 201, headers: { etag: '"1"' } });
    const { id } = created.body;
    expect(created.body).toEqual({
      ...{ id, provider: "shopify", storeId: "sto_1", url: `https://api.test/v1/hooks/${id}` },
      ...{ settings: { testOrders: "mark" }, connectedAt: "2026-11-20T12:00:00.000Z" },
      ...{ previousSecretUntil: null, version: 1 },
    });
    const listed = await ask({ path: "/v1/hooks?storeId=sto_1" });
    expect(listed.body).toEqual({ items: [created.body], nextCursor: null });
    const stored = JSON.stringify(table.items());
    for (const secret of [SECRET, "shpat_9"]) {
      expect(listed.text + created.text).not.toContain(secret);
      expect(stored).not.toContain(secret);
    }
    checkEvents(
      table
        .items()
        .filter(({ sk }) => sk.startsWith(EVENT_PREFIX))
        .flatMap(eventsOf),
    );
  });

  it("is sealed for its own id", async () => {
    const { make, table } = await owned();
    const { id } = (await make()).body;
    const item = table.items().find(({ pk, sk }) => pk === `hook#${id}` && sk === "state");
    const { secret } = (item as Item & { card: { secret: string } }).card;
    expect(await openVault.open(secret, id)).toBe(SECRET);
    await expect(openVault.open(secret, "hok_other")).rejects.toThrow();
  });

  it("is shown alike again to who repeats the request, and made once", async () => {
    const { ask, table } = await owned();
    const request = { path: "/v1/hooks", body: made(), headers: { "Idempotency-Key": "once" } };
    const [first, again] = [await ask(request), await ask(request)];
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect(table.items().filter(({ pk, sk }) => pk.startsWith("hook#") && sk === "state")).toHaveLength(1);
  });

  it("has the address that its owner came by", async () => {
    const { ask } = await owned();
    const urlBy = async (headers: Record<string, string>) =>
      (await ask({ path: "/v1/hooks", body: made(), headers })).body.url as string;
    const local = { host: "127.0.0.1:4000", "x-forwarded-proto": "http" };
    expect(await urlBy(local)).toMatch(/^http:\/\/127\.0\.0\.1:4000\/v1\/hooks\/hok_/);
    expect(await urlBy({ host: "crm.kvitka.example" })).toMatch(/^https:\/\/crm\.kvitka\.example\/v1\/hooks\/hok_/);
    expect(await urlBy({ host: "evil/path?x=", "x-forwarded-proto": "javascript" })).toMatch(/^https:\/\/api\.test\//);
  });

  it("can be made for the providers that are understood so far, which the refusal names", async () => {
    const { make } = await owned();
    const { status, body } = await make({ provider: "paypal" });
    expect([status, pointers(body)]).toEqual([400, ["/provider"]]);
    expect(body.errors[0].message).toBe(`Hooks can be made for ${providers.join(", ")} so far.`);
  });

  it("is refused with every field that is wrong, and settings that mean nothing to its provider", async () => {
    const { make } = await owned();
    const wrong = await make({ secret: undefined, storeId: "shop", settings: { orderReference: "metadata.id" }, x: 1 });
    expect([wrong.status, pointers(wrong.body)]).toEqual([
      400,
      ["/secret", "/settings/orderReference", "/storeId", "/x"],
    ]);
    const stripe = await make({ provider: "stripe", settings: { orderReference: "a b" } });
    expect([stripe.status, pointers(stripe.body)]).toEqual([400, ["/settings/orderReference"]]);
  });

  it("belongs to a store that is there", async () => {
    const { make } = await owned();
    expect(await make({ storeId: "sto_nowhere" })).toMatchObject({ status: 404, body: { code: "store_not_found" } });
  });

  it("is the owner's business alone", async () => {
    const kvitka = await shop();
    for (const as of ["manager", "marketer", "finance", { key: "sto_1" }, { publishable: "sto_1" }] as const) {
      expect((await kvitka.ask({ path: "/v1/hooks", as, body: made() })).status).toBe(403);
    }
    expect((await kvitka.ask({ path: "/v1/hooks", body: made() })).status).toBe(401);
  });

  it("is listed by store in the order of connecting, page by page", async () => {
    const { make, ask, table, clock } = await owned();
    await openStore(table, "sto_2");
    const ids: string[] = [];
    for (const storeId of ["sto_1", "sto_2", "sto_1"]) {
      ids.push((await make({ storeId })).body.id);
      clock.advance(1_000);
    }
    const idsOf = (body: { items: { id: string }[] }) => body.items.map(({ id }) => id);
    expect(idsOf((await ask({ path: "/v1/hooks?storeId=sto_1" })).body)).toEqual([ids[0], ids[2]]);
    const first = (await ask({ path: "/v1/hooks?limit=2" })).body;
    const rest = (await ask({ path: `/v1/hooks?limit=2&cursor=${first.nextCursor}` })).body;
    expect([...idsOf(first), ...idsOf(rest)]).toEqual(ids);
  });
});

describe("a hook that is changed", () => {
  const patched = async (body: Record<string, unknown>, headers: Record<string, string> = {}) => {
    const kvitka = await owned();
    const { id } = (await kvitka.make()).body;
    const patch = (next: Record<string, unknown> = body) =>
      kvitka.ask({ method: "PATCH", path: `/v1/hooks/${id}`, body: next, headers });
    return { ...kvitka, id: id as string, patch, answer: await patch() };
  };

  it("takes what its old secret signed for a day, and says until when", async () => {
    const { answer, post, id, clock, ask } = await patched({ secret: "new" });
    expect(answer.body).toMatchObject({ version: 2, previousSecretUntil: "2026-11-21T12:00:00.000Z" });
    const old = signedBy("shopify", { topic: "orders/create", body: shopifyOrder() }, clock.now(), SECRET);
    expect((await post(id, old)).status).toBe(200);
    clock.advance(24 * 3_600_000);
    expect((await post(id, old)).status).toBe(401);
    expect((await ask({ path: "/v1/hooks" })).body.items[0].previousSecretUntil).toBeNull();
  });

  it("keeps its old secret when the new one is set twice", async () => {
    const { patch, post, id, clock } = await patched({ secret: "new" });
    clock.advance(1_000);
    expect((await patch()).body).toMatchObject({ version: 2, previousSecretUntil: "2026-11-21T12:00:00.000Z" });
    const old = signedBy("shopify", { topic: "orders/create", body: shopifyOrder() }, clock.now(), SECRET);
    expect((await post(id, old)).status).toBe(200);
  });

  it("takes both secrets before, when it was changed twice in a day", async () => {
    const { patch, post, id, clock } = await patched({ secret: "second" });
    await patch({ secret: "third" });
    const statuses = [SECRET, "second", "third", "fourth"].map(async (secret) => {
      const wire = signedBy("shopify", { topic: "orders/create", body: shopifyOrder() }, clock.now(), secret);
      return (await post(id, wire)).status;
    });
    expect(await Promise.all(statuses)).toEqual([200, 200, 200, 401]);
  });

  it("keeps the settings that are not given", async () => {
    const { answer, patch } = await patched({ settings: { testOrders: "mark" } });
    expect(answer.body.settings).toEqual({ testOrders: "mark" });
    expect((await patch({ settings: { shopDomain: "kvitka.myshopify.com" } })).body).toMatchObject({
      settings: { testOrders: "mark", shopDomain: "kvitka.myshopify.com" },
      version: 3,
    });
    expect((await patch({ settings: { shopDomain: "kvitka.myshopify.com" } })).body.version).toBe(3);
  });

  it("takes a setting away that is given as null, and looks at all that is left together", async () => {
    const { patch } = await patched({ settings: { testOrders: "mark", shopDomain: "kvitka.myshopify.com" } });
    const without = { settings: { testOrders: null } };
    expect((await patch(without)).body).toMatchObject({ settings: { shopDomain: "kvitka.myshopify.com" }, version: 3 });
    expect((await patch(without)).body.version).toBe(3);
    expect((await patch(without)).body.settings).not.toHaveProperty("testOrders");
  });

  it("keeps settings that go together, though two people change them at once", async () => {
    const { ask, make } = await owned();
    const both = { storeReference: "metadata.site", storeName: "https://a.example" };
    const { body } = await make({ provider: "stripe", settings: both });
    const patch = (settings: Record<string, unknown>) =>
      ask({ path: `/v1/hooks/${body.id}`, method: "PATCH", body: { settings } });
    const answers = await Promise.all([
      patch({ storeReference: null, storeName: null }),
      patch({ storeName: "https://b.example" }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    const [{ settings }] = (await ask({ path: "/v1/hooks?storeId=sto_1" })).body.items;
    expect("storeName" in settings).toBe("storeReference" in settings);
  });

  it("is refused settings of another provider, and a version that is gone", async () => {
    const { answer } = await patched({ settings: { orderReference: "metadata.id" } });
    expect([answer.status, pointers(answer.body)]).toEqual([400, ["/settings/orderReference"]]);
    const stale = await patched({ secret: "new" }, { "If-Match": '"7"' });
    expect(stale.answer).toMatchObject({ status: 412, body: { code: "stale_version" } });
  });
});

describe("a hook that is taken back", () => {
  it("is gone, with its secrets, and cannot be taken back twice", async () => {
    const { make, ask, table } = await owned();
    const { id } = (await make()).body;
    const remove = () => ask({ method: "DELETE", path: `/v1/hooks/${id}` });
    expect((await remove()).status).toBe(204);
    expect((await ask({ path: "/v1/hooks" })).body.items).toEqual([]);
    expect(table.items().find(({ pk, sk }) => pk === `hook#${id}` && sk === "state")?.card).toEqual({ previous: [] });
    expect((await remove()).status).toBe(404);
    expect((await ask({ method: "PATCH", path: `/v1/hooks/${id}`, body: { secret: "x" } })).status).toBe(404);
  });
});

describe("a payment provider's hook", () => {
  it("makes the store's platform wait for its evidence while it is connected", async () => {
    const kvitka = await owned();
    await kvitka.make();
    expect(paymentHooks(kvitka)).toEqual([]);
    const { id } = (await kvitka.make({ provider: "stripe" })).body;
    expect(paymentHooks(kvitka)).toEqual([id]);
    await kvitka.ask({ method: "DELETE", path: `/v1/hooks/${id}` });
    expect(paymentHooks(kvitka)).toEqual([]);
  });
});
