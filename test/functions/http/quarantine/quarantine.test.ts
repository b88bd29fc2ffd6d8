import { describe, expect, it } from "vitest";
import { eventsOf } from "../../../../functions/table/event-item.ts";
import { hooks } from "../../../../functions/table/hooks.ts";
import { EVENT_PREFIX } from "../../../../functions/table/keys.ts";
import { RAW_IN_TABLE_MAX } from "../../../../functions/table/quarantine.ts";
import { checkEvents } from "../../../support/given.ts";
import { signedBy } from "../../../support/providers.ts";
import { knownIn, type Shop, shop } from "../../../support/receiving.ts";
import { SHOPIFY_ORDER_ID, shopifyOrder } from "../../../support/samples/shopify.ts";
import { openStore } from "../../../support/samples.ts";
import { origin } from "../../../support/world.ts";

const list = async (kvitka: Shop, query = "") =>
  (await kvitka.ask({ path: `/v1/quarantine${query}`, as: "manager" })).body;
const replay = (kvitka: Shop, id: string, headers: Record<string, string> = {}) =>
  kvitka.ask({ method: "POST", path: `/v1/quarantine/${id}/replay`, as: "manager", headers });

const dismiss = (kvitka: Shop, id: string, body: object = {}, headers: Record<string, string> = {}) =>
  kvitka.ask({ path: `/v1/quarantine/${id}/dismiss`, as: "manager", body, headers });

const OTHER = { shopDomain: "other.myshopify.com" };

/** A good order of a shop that may not speak through its hook yet: settings are what a fix changes here. */
async function withQuarantined(part: Record<string, unknown> = {}) {
  const kvitka = await shop();
  const hookId = await kvitka.connect("shopify", { settings: OTHER });
  await kvitka.deliver("shopify", hookId, { topic: "orders/create", body: shopifyOrder(part) });
  const { items } = await list(kvitka);
  const fix = (shopDomain = "kvitka.myshopify.com") =>
    kvitka.runtime
      .get(hooks)
      .change(hookId, { settings: { shopDomain } }, { origin: origin(), now: kvitka.clock.now() });
  return { kvitka, hookId, id: items[0].id as string, item: items[0], fix };
}

describe("the quarantine", () => {
  it("is listed with the reason, newest first, and of what was delivered with its id alone", async () => {
    const { kvitka, hookId, id, item } = await withQuarantined();
    expect(item).toEqual({
      ...{ id, storeId: "sto_1", hookId, provider: "shopify", topic: "orders/create", source: "kvitka.myshopify.com" },
      ...{ reason: "other_shop", status: "kept", at: "2026-11-20T12:00:00.000Z", size: expect.any(Number) },
      ...{ subject: SHOPIFY_ORDER_ID, replays: 0, version: 1 },
    });
    kvitka.clock.advance(1_000);
    await kvitka.deliver("shopify", hookId, { topic: "orders/create", body: "{" });
    const { items } = await list(kvitka);
    const times = items.map(({ at }: { at: string }) => at);
    expect(times).toEqual(["2026-11-20T12:00:01.000Z", "2026-11-20T12:00:00.000Z"]);
    expect(items[0]).not.toHaveProperty("subject");
  });

  it("shows one delivery by its id, as in the list", async () => {
    const { kvitka, id, item } = await withQuarantined();
    const found = await kvitka.ask({ path: `/v1/quarantine/${id}`, as: "manager" });
    expect(found).toMatchObject({ status: 200, body: item, headers: { etag: '"1"' } });
    await dismiss(kvitka, id, { note: "by hand" });
    const dismissed = await kvitka.ask({ path: `/v1/quarantine/${id}`, as: "owner" });
    expect(dismissed.body).toMatchObject({ ...item, status: "dismissed", note: "by hand", version: 2 });
    const nothing = await kvitka.ask({ path: "/v1/quarantine/qua_nothing", as: "manager" });
    expect(nothing).toMatchObject({ status: 404, body: { code: "quarantine_not_found" } });
  });

  it("is narrowed by store and status, and read page by page", async () => {
    const { kvitka, id, fix } = await withQuarantined();
    await openStore(kvitka.table, "sto_2");
    const second = await kvitka.connect("shopify", {}, "sto_2");
    for (const body of ["{", "["]) {
      kvitka.clock.advance(1_000);
      await kvitka.deliver("shopify", second, { topic: "orders/create", body });
    }
    await fix();
    await replay(kvitka, id);
    const count = async (query: string) => (await list(kvitka, query)).items.length;
    expect([await count("?storeId=sto_2"), await count("?storeId=sto_1"), await count("?status=kept")]).toEqual([
      2, 1, 2,
    ]);
    const first = await list(kvitka, "?limit=2");
    const rest = await list(kvitka, `?limit=2&cursor=${first.nextCursor}`);
    expect(first.items).toHaveLength(2);
    expect(rest.items).toMatchObject([{ id, status: "replayed" }]);
  });

  it("is for managers and owners", async () => {
    const { kvitka, id } = await withQuarantined();
    for (const as of ["marketer", "finance", { key: "sto_1" }] as const) {
      expect((await kvitka.ask({ path: "/v1/quarantine", as })).status).toBe(403);
      expect((await kvitka.ask({ path: `/v1/quarantine/${id}`, as })).status).toBe(403);
      expect((await kvitka.ask({ method: "POST", path: `/v1/quarantine/${id}/replay`, as })).status).toBe(403);
      expect((await kvitka.ask({ path: `/v1/quarantine/${id}/dismiss`, as, body: {} })).status).toBe(403);
    }
  });
});

describe("a replay", () => {
  it("saves what the delivery says, once its reason is gone", async () => {
    const { kvitka, id, fix } = await withQuarantined();
    await fix();
    kvitka.clock.advance(60_000);
    const answer = await replay(kvitka, id);
    expect(answer).toMatchObject({
      status: 200,
      body: { id, status: "replayed", replays: 1, replayedAt: "2026-11-20T12:01:00.000Z", version: 2 },
    });
    expect((await knownIn(kvitka)).orders).toMatchObject([{ number: "#1001", total: { amountMinor: 528_00 } }]);
    const items = kvitka.table.items();
    expect(items.filter(({ pk, sk }) => pk === `quarantine#${id}` && sk === "raw")).toEqual([]);
    checkEvents(items.filter(({ sk }) => sk.startsWith(EVENT_PREFIX)).flatMap(eventsOf));
  });

  it("that was done is answered alike again, and does nothing", async () => {
    const { kvitka, id, fix } = await withQuarantined();
    await fix();
    const first = await replay(kvitka, id, { "Idempotency-Key": "one" });
    const before = kvitka.table.counts.writes;
    expect(await replay(kvitka, id, { "Idempotency-Key": "one" })).toMatchObject({ status: 200, body: first.body });
    expect(await replay(kvitka, id)).toMatchObject({ status: 200, body: first.body });
    expect(kvitka.table.counts.writes).toBe(before);
  });

  it("that fails says why, and leaves the delivery where it is with the new reason", async () => {
    const { kvitka, id, fix } = await withQuarantined({ currency: "XYZ" });
    expect(await replay(kvitka, id)).toMatchObject({
      status: 409,
      body: {
        code: "still_unusable",
        detail: expect.stringMatching(
          /^The delivery still cannot be used \(other_shop\): The delivery is of another shop/,
        ),
      },
    });
    await fix();
    expect((await replay(kvitka, id)).body.detail).toContain("(currency_unknown)");
    expect((await list(kvitka)).items).toMatchObject([{ id, status: "kept", reason: "currency_unknown", replays: 2 }]);
    expect((await knownIn(kvitka)).orders).toEqual([]);
  });

  it("that another one overtook ends as well as that one", async () => {
    const { kvitka, id, fix } = await withQuarantined();
    await fix();
    const { table } = kvitka;
    const get = table.get.bind(table);
    table.get = async (key, ...rest) => {
      table.get = key.sk === "raw" ? get : table.get;
      if (key.sk === "raw") await replay(kvitka, id);
      return get(key, ...rest);
    };
    expect(await replay(kvitka, id)).toMatchObject({ status: 200, body: { id, status: "replayed", version: 2 } });
  });

  it("that was asked of another version is refused before anything is read", async () => {
    const { kvitka, id, fix } = await withQuarantined();
    await fix();
    const answer = await replay(kvitka, id, { "If-Match": '"9"' });
    expect(answer).toMatchObject({ status: 412, body: { code: "stale_version" } });
    expect((await knownIn(kvitka)).orders).toEqual([]);
    expect((await replay(kvitka, id, { "If-Match": '"1"' })).status).toBe(200);
  });

  it("that failed under an Idempotency-Key can be tried again under it", async () => {
    const { kvitka, id, fix } = await withQuarantined();
    const headers = { "Idempotency-Key": "same" };
    expect((await replay(kvitka, id, headers)).status).toBe(409);
    await fix();
    expect((await replay(kvitka, id, headers)).status).toBe(200);
  });

  it("reads large deliveries from the bucket, and says so when they are not there any more", async () => {
    const note = "x".repeat(RAW_IN_TABLE_MAX);
    const [found, lost] = [await withQuarantined({ note }), await withQuarantined({ note })];
    await found.fix();
    expect((await replay(found.kvitka, found.id)).status).toBe(200);
    expect((await knownIn(found.kvitka)).orders).toHaveLength(1);
    lost.kvitka.bucket.objects.clear();
    expect((await replay(lost.kvitka, lost.id)).body.detail).toContain("(raw_expired)");
  });

  it("works when the hook was taken back in between", async () => {
    const { kvitka, id, hookId, fix } = await withQuarantined();
    await fix();
    await kvitka.runtime.get(hooks).disconnect(hookId, origin(), kvitka.clock.now());
    expect((await replay(kvitka, id)).status).toBe(200);
    expect((await knownIn(kvitka)).orders).toHaveLength(1);
  });

  it("of a privacy request leaves it to a person", async () => {
    const kvitka = await shop();
    const hook = await kvitka.connect("shopify");
    await kvitka.post(
      hook,
      signedBy("shopify", { topic: "customers/redact", body: { shop_id: 1 } }, kvitka.clock.now()),
    );
    const { items } = await list(kvitka);
    expect((await replay(kvitka, items[0].id)).body.detail).toContain("a person answers it");
  });

  it("of what is not there is a 404", async () => {
    expect(await replay(await shop(), "qua_nothing")).toMatchObject({
      status: 404,
      body: { code: "quarantine_not_found" },
    });
  });
});

describe("a dismissal", () => {
  const note = "Olena was refunded by phone.";

  it("takes the delivery out of the list, where who asks for dismissed ones finds it with its note", async () => {
    const { kvitka, id, item } = await withQuarantined();
    kvitka.clock.advance(60_000);
    const { body } = await dismiss(kvitka, id, { note });
    const dismissedAt = "2026-11-20T12:01:00.000Z";
    expect(body).toEqual({ ...item, status: "dismissed", dismissedAt, note, version: 2 });
    for (const query of ["", "?status=kept", "?status=replayed"]) expect((await list(kvitka, query)).items).toEqual([]);
    expect(await list(kvitka, "?status=dismissed&storeId=sto_1")).toEqual({ items: [body], nextCursor: null });
    expect((await list(kvitka, "?status=dismissed&storeId=sto_2")).items).toEqual([]);
  });

  it("is told to others without its note", async () => {
    const { kvitka, hookId, id } = await withQuarantined();
    await dismiss(kvitka, id, { note });
    const told = kvitka.table.items().filter(({ sk }) => sk.startsWith(EVENT_PREFIX));
    const events = told.flatMap(eventsOf);
    checkEvents(events);
    expect(events.filter(({ type }) => type === "delivery.dismissed")).toMatchObject([
      { storeId: "sto_1", data: { quarantineId: id, hookId }, actor: { kind: "staff" } },
    ]);
    expect(JSON.stringify(told)).not.toContain(note);
  });

  it("that was done is answered alike again, and does nothing", async () => {
    const { kvitka, id } = await withQuarantined();
    const headers = { "Idempotency-Key": "one" };
    const first = await dismiss(kvitka, id, { note }, headers);
    const before = kvitka.table.counts.writes;
    expect(first.status).toBe(200);
    for (const again of [dismiss(kvitka, id, { note }, headers), dismiss(kvitka, id, { note }), dismiss(kvitka, id)])
      expect(await again).toMatchObject({ status: 200, body: first.body });
    expect(kvitka.table.counts.writes).toBe(before);
    expect(await dismiss(kvitka, id, { note: "Another." }, headers)).toMatchObject({ status: 422 });
  });

  it("may have its note put right", async () => {
    const { kvitka, id } = await withQuarantined();
    await dismiss(kvitka, id);
    const { dismissedAt } = (await dismiss(kvitka, id, { note: "Twice." })).body;
    kvitka.clock.advance(60_000);
    const answer = await dismiss(kvitka, id, { note });
    expect(answer.body).toMatchObject({ status: "dismissed", dismissedAt, note });
    expect((await kvitka.ask({ path: "/v1/quarantine?status=dismissed", as: "owner" })).body.items).toHaveLength(1);
  });

  it("for another version than the one that was read is refused", async () => {
    const { kvitka, id } = await withQuarantined();
    await replay(kvitka, id);
    expect(await dismiss(kvitka, id, {}, { "If-Match": '"1"' })).toMatchObject({ status: 412 });
    expect((await dismiss(kvitka, id, {}, { "If-Match": '"2"' })).status).toBe(200);
  });

  it("can be thought better of: the delivery is replayed, and listed again", async () => {
    const { kvitka, id, fix } = await withQuarantined();
    await dismiss(kvitka, id, { note });
    expect(await replay(kvitka, id)).toMatchObject({ status: 409, body: { code: "still_unusable" } });
    expect((await list(kvitka, "?status=dismissed")).items).toMatchObject([{ id, replays: 1, note }]);
    await fix();
    expect(await replay(kvitka, id)).toMatchObject({ status: 200, body: { id, status: "replayed", replays: 2, note } });
    expect((await list(kvitka)).items).toMatchObject([{ id, status: "replayed" }]);
    expect((await knownIn(kvitka)).orders).toHaveLength(1);
  });

  it("of what a replay has saved is refused, and leaves it so", async () => {
    const { kvitka, id, fix } = await withQuarantined();
    await fix();
    await replay(kvitka, id);
    expect(await dismiss(kvitka, id, { note })).toMatchObject({ status: 409, body: { code: "already_replayed" } });
    expect((await list(kvitka)).items).toMatchObject([{ id, status: "replayed", version: 2 }]);
  });

  it("holds when the same delivery comes again", async () => {
    const { kvitka, hookId, id } = await withQuarantined();
    await dismiss(kvitka, id);
    await kvitka.deliver("shopify", hookId, { topic: "orders/create", body: shopifyOrder() });
    expect((await list(kvitka)).items).toEqual([]);
  });

  it("of what is not there is a 404", async () => {
    expect(await dismiss(await shop(), "qua_nothing")).toMatchObject({
      status: 404,
      body: { code: "quarantine_not_found" },
    });
  });
});
