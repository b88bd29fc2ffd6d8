import { describe, expect, it } from "vitest";
import { wrongFieldsOf } from "../../../functions/adapters/adapter.ts";
import { eventsOf } from "../../../functions/table/event-item.ts";
import { RAW_IN_TABLE_MAX } from "../../../functions/table/quarantine.ts";
import type { Item } from "../../../functions/table/table.ts";
import { NOW } from "../../support/clock.ts";
import { checkEvents } from "../../support/given.ts";
import type { MemoryTable } from "../../support/memory-table.ts";
import { signedBy } from "../../support/providers.ts";
import { knownIn, type Shop, shop } from "../../support/receiving.ts";
import { shopifyFulfillment, shopifyOrder } from "../../support/samples/shopify.ts";
import { wooOrder } from "../../support/samples/woocommerce.ts";

const stored = ({ table }: Shop, sk: string) =>
  table.items().filter((item) => item.pk.startsWith("quarantine#") && item.sk.startsWith(sk));
const kept = (kvitka: Shop) => stored(kvitka, "state").map(({ state }) => state as Record<string, unknown>);

const deep = `${"[".repeat(40)}${"]".repeat(40)}`;

describe("an authentic delivery that cannot be used", () => {
  it.each(["constructor", "__proto__"])(
    "for its id, %s, is taken and kept: no list by ids can hold that",
    async (id) => {
      const kvitka = await shop();
      const hook = await kvitka.connect("shopify");
      const body = shopifyFulfillment({ id });
      expect((await kvitka.deliver("shopify", hook, { topic: "fulfillments/create", body })).status).toBe(200);
      expect(kept(kvitka)).toMatchObject([{ reason: "wrong_shape", fields: ["/id"] }]);
    },
  );

  it.each([
    ["that is no JSON", "{", "json_not_readable"],
    ["that is no text", Buffer.from([0x22, 0xff, 0x22]), "json_not_utf8"],
    ["with a key twice", '{"id":1,"id":2}', "json_duplicate_key"],
    ["with a key that reaches for the prototype", '{"__proto__":{"id":1}}', "json_forbidden_key"],
    ["with half a character", '{"id":"\\ud800"}', "json_not_unicode"],
    ["that nests too deep", deep, "json_too_deep"],
    ["of another form", { hello: "world" }, "wrong_shape"],
    ["in a currency that no one knows", shopifyOrder({ currency: "XYZ" }), "currency_unknown"],
  ])("%s is taken and kept with the reason", async (_, body, reason) => {
    const kvitka = await shop();
    const hook = await kvitka.connect("shopify");
    expect((await kvitka.deliver("shopify", hook, { topic: "orders/create", body })).status).toBe(200);
    expect(kept(kvitka)).toMatchObject([
      {
        ...{ status: "kept", hookId: hook, storeId: "sto_1", provider: "shopify", keptAt: NOW, place: "table" },
        ...{ topic: "orders/create", source: "kvitka.myshopify.com", reason },
      },
    ]);
    expect((await knownIn(kvitka)).orders).toEqual([]);
    expect(kvitka.counts).toEqual({ DeliveriesQuarantined: 1 });
  });

  it("is kept with the places of what is wrong, and never with what stands there or what people named", async () => {
    const kvitka = await shop();
    const hook = await kvitka.connect("shopify");
    const body = shopifyOrder({ id: null, total_price: "olena@example.com" });
    await kvitka.deliver("shopify", hook, { topic: "orders/create", body });
    const [one] = (await kvitka.ask({ as: "manager", path: "/v1/quarantine" })).body.items;
    expect(one).toMatchObject({ reason: "wrong_shape", fields: ["/id", "/total_price"] });
    const path = `/v1/quarantine/${one.id}/replay`;
    expect((await kvitka.ask({ as: "manager", method: "POST", path })).status).toBe(409);
    expect(kept(kvitka)).toMatchObject([{ fields: ["/id", "/total_price"], replays: 1 }]);
    const chosen = { code: "custom", message: "", input: "" } as const;
    const paths = [
      ["metadata", "olena@example.com"],
      ["phones", 380671112233],
      ["line_items", 0, "price"],
    ];
    expect(wrongFieldsOf(paths.map((one) => ({ ...chosen, path: one })))).toEqual(["/line_items/0/price"]);
  });

  it("is kept sealed, as long as the bucket keeps its objects, and told without a word of what it says", async () => {
    const kvitka = await shop();
    const hook = await kvitka.connect("shopify");
    const body = { email: "olena@example.com" };
    await kvitka.deliver("shopify", hook, { topic: "orders/create", body });
    const raw = stored(kvitka, "raw") as (Item & { sealed: string })[];
    expect(raw).toMatchObject([{ expiresAt: Date.parse(NOW) / 1_000 + 180 * 86_400 }]);
    expect(JSON.stringify(kvitka.table.items())).not.toContain("olena@example.com");
    const events = stored(kvitka, "event#").flatMap(eventsOf);
    checkEvents(events);
    expect(events.map(({ type }) => type)).toEqual(["delivery.quarantined"]);
  });

  it("is kept once, however often it comes", async () => {
    const kvitka = await shop();
    const hook = await kvitka.connect("shopify");
    const said = { topic: "orders/create", body: "{" };
    await kvitka.deliver("shopify", hook, said);
    const before = kvitka.table.counts.writes;
    expect((await kvitka.deliver("shopify", hook, said)).status).toBe(200);
    expect(kvitka.table.counts.writes).toBe(before);
    await kvitka.deliver("shopify", hook, { ...said, topic: "refunds/create" });
    expect(kept(kvitka)).toHaveLength(2);
    expect(kvitka.counts).toEqual({ DeliveriesQuarantined: 2 });
  });

  it("lies in the bucket when it is large", async () => {
    const kvitka = await shop();
    const hook = await kvitka.connect("shopify");
    const send = (bytes: number) =>
      kvitka.deliver("shopify", hook, { topic: "orders/create", body: "x".repeat(bytes) });
    await send(RAW_IN_TABLE_MAX);
    expect(kvitka.bucket.objects.size).toBe(0);
    await send(RAW_IN_TABLE_MAX + 1);
    expect([...kvitka.bucket.objects]).toEqual([
      [expect.stringMatching(`^quarantine/${hook}/qua_`), Buffer.from("x".repeat(RAW_IN_TABLE_MAX + 1))],
    ]);
    expect(kept(kvitka).map(({ place, bytes }) => [place, bytes])).toContainEqual(["bucket", RAW_IN_TABLE_MAX + 1]);
  });

  it("of another shop than the hook's is kept apart", async () => {
    const kvitka = await shop();
    const hook = await kvitka.connect("shopify", { settings: { shopDomain: "kvitka.myshopify.com" } });
    const wire = signedBy("shopify", { topic: "orders/create", body: shopifyOrder() }, NOW);
    await kvitka.post(hook, { ...wire, headers: { ...wire.headers, "x-shopify-shop-domain": "other.myshopify.com" } });
    const { "x-shopify-shop-domain": _, ...headers } = wire.headers;
    await kvitka.post(hook, { raw: wire.raw, headers: { ...headers, "x-shopify-topic": "orders/updated" } });
    expect(kept(kvitka).map(({ reason }) => reason)).toEqual(["other_shop", "other_shop"]);
    await kvitka.post(hook, wire);
    expect((await knownIn(kvitka)).orders).toHaveLength(1);
  });

  it("under a privacy law waits for a person", async () => {
    const kvitka = await shop();
    const hook = await kvitka.connect("shopify");
    for (const topic of ["customers/data_request", "customers/redact", "shop/redact"]) {
      expect((await kvitka.deliver("shopify", hook, { topic, body: { shop_id: 1, customer: { id: 7 } } })).status).toBe(
        200,
      );
    }
    expect(new Set(kept(kvitka).map(({ reason }) => reason))).toEqual(new Set(["privacy_request"]));
    expect(kept(kvitka)).toHaveLength(3);
  });

  it("without a topic is kept, whatever it is about", async () => {
    const kvitka = await shop();
    const hook = await kvitka.connect("shopify");
    const { headers, raw } = signedBy("shopify", { topic: "", body: shopifyOrder() }, NOW);
    await kvitka.post(hook, { headers, raw });
    expect(kept(kvitka)).toMatchObject([{ reason: "topic_missing" }]);
  });
});

/** A table whose writes fail while it is told so; `spares` are the keys that it still takes. */
function failing() {
  const trouble = { is: false, spares: "" };
  const table = (memory: MemoryTable): MemoryTable => ({
    ...memory,
    write: async (writes) => {
      const isSpared = trouble.spares !== "" && JSON.stringify(writes).includes(trouble.spares);
      if (trouble.is && !isSpared) throw new Error("The table does not answer.");
      await memory.write(writes);
    },
  });
  return { trouble, table };
}

describe("a delivery while the table does not answer", () => {
  const order = { topic: "order.created", body: wooOrder() };

  it("is refused with a fault, so that its provider comes again", async () => {
    const { trouble, table } = failing();
    const kvitka = await shop({}, { table });
    const hook = await kvitka.connect("shopify");
    trouble.is = true;
    const said = { topic: "orders/create", body: shopifyOrder() };
    expect(await kvitka.deliver("shopify", hook, said)).toMatchObject({ status: 500, body: { code: "internal" } });
    trouble.is = false;
    expect((await kvitka.deliver("shopify", hook, said)).status).toBe(200);
    expect((await knownIn(kvitka)).orders).toHaveLength(1);
  });

  it("is kept in quarantine, if that works, when its provider never comes again", async () => {
    const { trouble, table } = failing();
    const kvitka = await shop({}, { table });
    const hook = await kvitka.connect("woocommerce");
    trouble.is = true;
    expect((await kvitka.deliver("woocommerce", hook, order)).status).toBe(500);
    trouble.spares = "quarantine#";
    expect((await kvitka.deliver("woocommerce", hook, order)).status).toBe(200);
    expect(kept(kvitka)).toMatchObject([{ reason: "fault", topic: "order.created" }]);
    expect(kvitka.logs.filter(({ level }) => level === "error")).not.toEqual([]);
  });
});
