import { beforeAll, describe, expect } from "vitest";
import { aStore, ask, it, kolo, ok } from "./support/kolo.ts";
import { anOrder, type Store, unique } from "./support/store.ts";

const JSON_TYPE = { "content-type": "application/json" };

/** Writes to the table so far, as the place counts them. */
async function writes(): Promise<number> {
  const { tables } = (await ok("/_local/stats")) as { tables: Record<string, { requests: Record<string, number> }> };
  const counts = Object.values(tables).flatMap(({ requests }) => Object.entries(requests));
  return counts.reduce(
    (sum, [name, count]) =>
      /^(Put|Update|Delete|Transact|Batch)\w*Write|^(Put|Update|Delete)Item|^TransactWrite/.test(name)
        ? sum + count
        : sum,
    0,
  );
}

describe("a request with wrong fields", () => {
  it("is told every one of them at once, with a pointer to each", async () => {
    const store = await aStore();
    const wrong = {
      externalId: "",
      placedAt: "yesterday",
      customer: { gender: "robot", birthDate: "1990-02-30", nick: "olena" },
      lines: [{ name: "Coffee", quantity: 0, unitPrice: { amountMinor: 1.5, currency: "UAH" } }],
      total: { amountMinor: -1, currency: "hryvnia" },
      automations: "some",
      colour: "red",
    };
    const answer = await store.ask("/v1/orders", { body: wrong });
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid_input", status: 400, title: "Bad request" } });
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      ...["/automations", "/colour", "/customer/birthDate", "/customer/gender", "/customer/nick", "/externalId"],
      ...["/lines/0/quantity", "/lines/0/unitPrice/amountMinor", "/placedAt"],
      ...["/total/amountMinor", "/total/currency"],
    ]);
    const query = await ask(`/v1/metrics/orders?from=monday&by=hour&storeId=${store.id}`, { as: "owner" });
    expect(query).toMatchObject({ status: 400 });
    expect(query.body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      "/query/by",
      "/query/from",
    ]);
  });

  it("is refused before any of it is believed", async () => {
    const store = await aStore();
    const order = anOrder(await kolo.now());
    const lines = [{ name: "Coffee", quantity: 1, unitPrice: { amountMinor: 1, currency: "EUR" } }];
    const other = { ...order, placedAt: "2090-01-01T00:00:00Z", lines };
    const answer = await store.ask("/v1/orders", { body: other });
    expect([answer.status, answer.body.errors.map((one: { code: string }) => one.code)]).toEqual([
      400,
      ["time_in_the_future", "currency_differs"],
    ]);
    expect(answer.body.errors[1]).toMatchObject({ pointer: "/lines/0/unitPrice/currency" });
    expect(await store.orders()).toEqual([]);
  });
});

describe("bytes that are no request", () => {
  let store: Store;
  let order: string;
  beforeAll(async () => {
    store = await aStore();
    order = JSON.stringify(anOrder(await kolo.now()));
  });
  const within = (part: string) => Buffer.from(order.replace(/}$/, `,${part}}`));
  const deep = (levels: number) => `"note":${"[".repeat(levels)}${"]".repeat(levels)}`;

  const cases: [string, number, string, () => Buffer, Record<string, string>?][] = [
    ["larger than a megabyte", 413, "body_too_large", () => within(`"note":"${"x".repeat(1_048_576)}"`)],
    ["nested deeper than 32 levels", 400, "json_too_deep", () => within(deep(32))],
    ["with a key twice", 400, "json_duplicate_key", () => within('"note":"a","note":"b"')],
    [
      "with a key twice, once spelled by escapes",
      400,
      "json_duplicate_key",
      () => within('"note":"a","n\\u006fte":"b"'),
    ],
    ["with a key that reaches for prototypes", 400, "json_forbidden_key", () => within('"__proto__":{"test":false}')],
    ["that are not UTF-8", 400, "json_not_utf8", () => Buffer.from(order.replace(/}$/, ',"note":"\u00ff"}'), "latin1")],
    ["with half a character", 400, "json_not_unicode", () => within('"note":"\\ud83d"')],
    ["that end too early", 400, "json_not_readable", () => Buffer.from(order.slice(0, -2))],
    ["that are nothing", 400, "json_not_readable", () => Buffer.alloc(0)],
    ["said to be a form", 415, "not_json", () => Buffer.from(order), { "content-type": "text/plain" }],
    ["said to be packed", 415, "encoded_body", () => Buffer.from(order), { "content-encoding": "gzip" }],
  ];

  it.each(cases)("%s are refused with %s %s", async (_, status, code, bytes, headers = {}) => {
    const answer = await store.ask("/v1/orders", { body: bytes(), headers: { ...JSON_TYPE, ...headers } });
    expect(answer).toMatchObject({ status, body: { status, code } });
  });

  it("write nothing", async () => {
    const { externalId } = JSON.parse(order) as { externalId: string };
    expect(await store.orders()).toEqual([]);
    expect(await store.ask(`/v1/orders/ext:${externalId}`)).toMatchObject({ status: 404 });
    expect(await store.metric("orders")).toBe("0");
  });

  it(
    "cost the table not one write",
    async () => {
      const before = await writes();
      for (const [, , , bytes, headers] of cases)
        await store.ask("/v1/orders", { body: bytes(), headers: { ...JSON_TYPE, ...headers } });
      await ask("/v1/orders", { body: order, headers: { authorization: "Bearer nobody" } });
      expect(await writes()).toBe(before);
      expect((await store.ask("/v1/orders", { body: order })).status).toBe(201);
      expect(await writes()).toBeGreaterThan(before);
    },
    { needs: ["stats"] },
  );
});

describe("a request to nowhere", () => {
  it("is answered that there is nothing", async () => {
    const store = await aStore();
    expect(await ask(`/v1/orders/${unique("ord")}`, { as: "manager" })).toMatchObject({ status: 404 });
    expect(await store.push({}, { as: "owner" })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: "/storeId" }] },
    });
    expect((await ask("/v1/nothing", { as: "owner" })).status).toBe(404);
    expect(await ask("/v1/stores", { as: "manager", body: {} })).toMatchObject({ status: 403 });
  });
});
