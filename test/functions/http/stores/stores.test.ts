import { describe, expect, it } from "vitest";
import { saving } from "../../../../functions/table/aggregates.ts";
import { hookRecord } from "../../../../functions/table/hooks-record.ts";
import { quarantineRecord } from "../../../../functions/table/quarantine-record.ts";
import { STORES_MAX, storeIds } from "../../../../functions/table/store-ids.ts";
import { call, type Request } from "../../../support/http.ts";
import { entriesOf } from "../../../support/routes.ts";
import { storeSettings } from "../../../support/samples.ts";
import { origin, world } from "../../../support/world.ts";
import { financeDesk } from "../../consumers/finance-desk.ts";

const entries = await entriesOf("stores");

function shop() {
  const { runtime, table, clock } = world();
  const ask = (request: Request) => call(runtime, entries, { as: "owner", ...request });
  const open = async (part = {}) => (await ask({ path: "/v1/stores", body: storeSettings(part) })).body.id as string;
  return { ask, open, table, clock };
}

describe("a store", () => {
  it("is connected by its owner and read by everyone", async () => {
    const { ask } = shop();
    const created = await ask({ path: "/v1/stores", body: storeSettings() });
    expect(created).toMatchObject({ status: 201, headers: { etag: '"1"' } });
    expect(created.body).toMatchObject({ ...storeSettings(), id: expect.stringMatching(/^sto_/), version: 1 });
    const read = await ask({ path: `/v1/stores/${created.body.id}`, as: "marketer" });
    expect(read).toMatchObject({ status: 200, body: created.body });
  });

  it("speaks its country's language when the owner names none", async () => {
    const { ask } = shop();
    const localeIn = async (country: string) => {
      const { locale: _, ...settings } = storeSettings({ country });
      return (await ask({ path: "/v1/stores", body: settings })).body.locale;
    };
    expect([await localeIn("UA"), await localeIn("KZ"), await localeIn("PL")]).toEqual(["uk", "ru", "en"]);
  });

  it("has a language as people write it, if letters are written in it", async () => {
    const { ask, open } = shop();
    const storeId = await open();
    for (const [said, locale] of [
      ["uk-UA", "uk"],
      ["RU", "ru"],
      ["eng", "en"],
    ]) {
      const created = await ask({ path: "/v1/stores", body: storeSettings({ locale: said as never }) });
      expect(created).toMatchObject({ status: 201, body: { locale } });
      const changed = await ask({ method: "PATCH", path: `/v1/stores/${storeId}`, body: { locale: said } });
      expect(changed).toMatchObject({ status: 200, body: { locale } });
    }
    const errors = [{ pointer: "/locale" }];
    expect(await ask({ path: "/v1/stores", body: storeSettings({ locale: "de" as never }) })).toMatchObject({
      status: 400,
      body: { errors },
    });
  });

  it("is refused with every setting that the world does not know", async () => {
    const { ask, table } = shop();
    const body = storeSettings({ timeZone: "Europe/Nowhere", country: "XX", currency: "ABC", url: "javascript:1" });
    const { status, body: problem } = await ask({ path: "/v1/stores", body });
    const pointers = problem.errors.map(({ pointer }: { pointer: string }) => pointer).sort();
    expect([status, pointers]).toEqual([400, ["/country", "/currency", "/timeZone", "/url"]]);
    expect(table.items()).toEqual([]);
  });

  it("is changed where settings are given, and not by who read an older version", async () => {
    const { ask, open } = shop();
    const storeId = await open();
    const patch = (body: object, version: number) =>
      ask({ method: "PATCH", path: `/v1/stores/${storeId}`, headers: { "If-Match": `"${version}"` }, body });
    expect((await patch({ name: "Kvitka 2", origins: ["https://kvitka.example/shop"] }, 1)).body).toMatchObject({
      ...storeSettings({ name: "Kvitka 2" }),
      origins: ["https://kvitka.example"],
      version: 2,
    });
    expect(await patch({ name: "Kvitka 3" }, 1)).toMatchObject({ status: 412, body: { code: "stale_version" } });
  });

  it("is listed in the order of connecting, page by page", async () => {
    const { ask, open, clock } = shop();
    const opened: string[] = [];
    for (const name of ["A", "B", "C"]) {
      opened.push(await open({ name }));
      clock.advance(1_000);
    }
    const first = await ask({ path: "/v1/stores?limit=2" });
    const rest = await ask({ path: `/v1/stores?limit=2&cursor=${first.body.nextCursor}` });
    const ids = [...first.body.items, ...rest.body.items].map(({ id }: { id: string }) => id);
    expect([ids, rest.body.nextCursor]).toEqual([opened, null]);
  });

  it("is refused beyond as many as the lists of all serve", async () => {
    const { ask, open, table } = shop();
    for (let opened = 0; opened < STORES_MAX; opened += 1) await open();
    const problem = { status: 409, body: { code: "too_many_stores", facts: { max: STORES_MAX } } };
    expect(await ask({ path: "/v1/stores", body: storeSettings() })).toMatchObject(problem);
    expect(await storeIds(table)).toHaveLength(STORES_MAX);
  });

  it("that nobody connected is not found", async () => {
    const { ask } = shop();
    const missing = { status: 404, body: { code: "store_not_found" } };
    expect(await ask({ path: "/v1/stores/sto_none" })).toMatchObject(missing);
    expect(await ask({ path: "/v1/stores/sto_none/keys", body: { mode: "live" } })).toMatchObject(missing);
    expect(await ask({ path: "/v1/stores/sto_none/health" })).toMatchObject(missing);
  });
});

describe("a key", () => {
  it("is shown once and opens its own store's doors", async () => {
    const { ask, open } = shop();
    const storeId = await open();
    const request = {
      path: `/v1/stores/${storeId}/keys`,
      body: { mode: "live" },
      headers: { "Idempotency-Key": "k1" },
    };
    const made = await ask(request);
    expect(made).toMatchObject({ status: 201, body: { storeId, mode: "live" } });
    expect(made.body.key).toMatch(new RegExp(`^kolo_live_${made.body.id}_[\\w-]{43}$`));
    const again = await ask(request);
    expect([again.status, again.body]).toEqual([201, { id: made.body.id, storeId, mode: "live" }]);
    // The key is believed: it gets as far as its role, which may not read stores.
    const used = await ask({ path: "/v1/stores", as: { header: `Bearer ${made.body.key}` } });
    expect(used.status).toBe(403);
  });

  it("of a browser has no secret", async () => {
    const { ask, open } = shop();
    const { body } = await ask({ path: `/v1/stores/${await open()}/keys`, body: { mode: "publishable" } });
    expect(body.key).toBe(`kolo_pub_${body.id}`);
  });

  it("is kept as a hash only", async () => {
    const { ask, open, table } = shop();
    const { body } = await ask({ path: `/v1/stores/${await open()}/keys`, body: { mode: "test" } });
    const secret = body.key.split("_").slice(3).join("_");
    expect(JSON.stringify(table.items())).not.toContain(secret);
  });

  it("stops working within a minute of its revocation, for good", async () => {
    const { ask, open, clock } = shop();
    const storeId = await open();
    const { body } = await ask({ path: `/v1/stores/${storeId}/keys`, body: { mode: "live" } });
    const use = async () => (await ask({ path: "/v1/stores", as: { header: `Bearer ${body.key}` } })).status;
    expect(await use()).toBe(403);
    const revoke = () => ask({ method: "DELETE", path: `/v1/stores/${storeId}/keys/${body.id}` });
    expect((await revoke()).status).toBe(204);
    expect((await revoke()).status).toBe(204);
    clock.advance(60_000);
    expect(await use()).toBe(401);
  });

  it("of another store cannot be revoked by this one's address", async () => {
    const { ask, open } = shop();
    const [one, other] = [await open(), await open()];
    const { body } = await ask({ path: `/v1/stores/${one}/keys`, body: { mode: "live" } });
    const revoked = await ask({ method: "DELETE", path: `/v1/stores/${other}/keys/${body.id}` });
    expect(revoked).toMatchObject({ status: 404, body: { code: "key_not_found" } });
  });
});

describe("a key that there is not", () => {
  it.each(["none", "constructor", "toString", "__proto__"])("cannot be revoked by the name %s", async (name) => {
    const { ask, open } = shop();
    const revoked = await ask({ method: "DELETE", path: `/v1/stores/${await open()}/keys/${name}` });
    expect(revoked).toMatchObject({ status: 404, body: { code: "key_not_found" } });
  });
});

describe("a store's health", () => {
  it("tells what is connected, what came last and what waits for a person", async () => {
    const desk = await financeDesk();
    await desk.order();
    await desk.order({ externalId: "1002", placedAt: "2026-11-20T11:00:00Z" });
    await desk.capture("pi_1", 10_00, ["1001"], "EUR");
    await desk.carry();
    await saving(desk.table, origin({ storeId: "sto_1" }), async (unit) => {
      const hook = await unit.load(hookRecord, "hok_1");
      const data = { hookId: "hok_1", storeId: "sto_1", provider: "stripe", settings: {} };
      unit.decide(hook, { type: "hook.connect", at: desk.clock.now(), data });
    });
    const kept = { hookId: "hok_1", provider: "stripe", reason: "not_readable", bytes: 2, place: "table" as const };
    for (const [quarantineId, storeId] of [
      ["qua_1", "sto_1"],
      ["qua_2", "sto_2"],
    ] as const) {
      await saving(desk.table, origin({ storeId }), async (unit) => {
        const delivery = await unit.load(quarantineRecord, quarantineId);
        const data = { quarantineId, storeId, ...kept };
        unit.decide(delivery, { type: "quarantine.keep", at: desk.clock.now(), data });
      });
    }
    const health = await call(desk.runtime, entries, { path: "/v1/stores/sto_1/health", as: "manager" });
    expect(health.body).toEqual({
      storeId: "sto_1",
      keys: [],
      hooks: [{ id: "hok_1", provider: "stripe" }],
      lastOrderAt: "2026-11-20T11:00:00.000Z",
      openMismatches: 1,
      quarantined: 1,
      countsAreLowerBounds: false,
    });
  });

  it("of a new store says that nothing came yet", async () => {
    const { ask, open } = shop();
    const { body } = await ask({ path: `/v1/stores/${await open()}/health` });
    expect(body).toMatchObject({ keys: [], hooks: [], lastOrderAt: null, openMismatches: 0, quarantined: 0 });
  });
});
