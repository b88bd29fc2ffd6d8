import { describe, expect } from "vitest";
import { rawOf, signedBy } from "../support/providers.ts";
import { uah } from "../support/samples.ts";
import { aStore, ask, eventually, it, kolo, ok } from "./support/kolo.ts";
import type { Store } from "./support/store.ts";
import { aPayment, aShopifyOrder, aWooOrder } from "./support/words.ts";

const DELIVERY_MAX_BYTES = 4 * 1_048_576;

/** The bytes of an order with a note attribute that makes them as long as asked. */
function filledTo(bytes: number, body: unknown): Buffer {
  const noted = (text: string) =>
    rawOf(String(body).replace(/}$/, `,"note_attributes":[{"name":"n","value":"${text}"}]}`));
  return noted("x".repeat(bytes - noted("").byteLength));
}

const kept = async (store: Store) =>
  (await ok(`/v1/quarantine?storeId=${store.id}`, { as: "manager" })).items as { id: string; reason: string }[];
const replay = (id: string) => ask(`/v1/quarantine/${id}/replay`, { as: "manager", method: "POST" });
const dismiss = (id: string, note: string) => ask(`/v1/quarantine/${id}/dismiss`, { as: "manager", body: { note } });

describe("a delivery", () => {
  it("that its provider did not sign is refused, and nothing of it is kept", async () => {
    const store = await aStore();
    const at = (await kolo.now()).toISOString();
    for (const provider of ["shopify", "woocommerce", "stripe"] as const) {
      const hook = await store.connect(provider);
      const said = { topic: "orders/create", body: aShopifyOrder(await kolo.now()).said("orders/create").body };
      const forged = await hook.deliver(said, "another secret");
      expect(forged).toMatchObject({ status: 401, body: { code: "bad_signature" } });
      const { raw, headers } = signedBy(provider, said, at);
      expect(await hook.post(Buffer.concat([raw, Buffer.from(" ")]), headers)).toMatchObject({ status: 401 });
      expect(await hook.post(raw, {})).toMatchObject({ status: 401 });
    }
    expect(await store.orders()).toEqual([]);
    expect(await kept(store)).toEqual([]);
  });

  it("of four megabytes is taken, and one byte more is not", async () => {
    const store = await aStore({ platform: "shopify" });
    const shop = await store.connect("shopify");
    const sold = aShopifyOrder(await kolo.now());
    const { topic, body } = sold.said("orders/create");
    const whole = filledTo(DELIVERY_MAX_BYTES, body);
    expect(await shop.deliver({ topic, body: Buffer.concat([whole, Buffer.from(" ")]) })).toMatchObject({
      status: 413,
    });
    expect(await shop.deliver({ topic, body: whole })).toMatchObject({ status: 200 });
    expect(await store.order(sold.externalId)).toMatchObject({ number: sold.number, total: uah(528_00) });
  });

  it(
    "signed by the secret before is taken for a day after the secret was changed",
    async () => {
      const store = await aStore({ platform: "shopify" });
      const shop = await store.connect("shopify");
      const [first, second] = [aShopifyOrder(await kolo.now()), aShopifyOrder(await kolo.now())];
      await ok(`/v1/hooks/${shop.id}`, { as: "owner", method: "PATCH", body: { secret: "a new one" } });
      expect(await shop.deliver(first.said("orders/create"))).toMatchObject({ status: 200 });
      expect(await shop.deliver(second.said("orders/create"), "a new one")).toMatchObject({ status: 200 });
      await kolo.advance(25 * 3_600);
      expect(await shop.deliver(first.said("orders/updated"))).toMatchObject({ status: 401 });
      expect(await shop.deliver(first.said("orders/updated"), "a new one")).toMatchObject({ status: 200 });
    },
    { needs: ["clock"] },
  );

  it("that only asks whether somebody is there is answered", async () => {
    const store = await aStore({ platform: "woocommerce" });
    const shop = await store.connect("woocommerce");
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    expect(await shop.post(Buffer.from("webhook_id=7"), headers)).toMatchObject({ status: 200 });
    expect(await shop.deliver({ topic: "order.created", body: "webhook_id=7" })).toMatchObject({ status: 200 });
    expect(await store.orders()).toEqual([]);
  });
});

describe("an authentic delivery that cannot be used", () => {
  it("is answered as taken, kept with its reason once, and stays while a replay does not help", async () => {
    const store = await aStore();
    const [shopify, woo, stripe] = [
      await store.connect("shopify"),
      await store.connect("woocommerce"),
      await store.connect("stripe"),
    ];
    const rubbish: [typeof shopify, string, unknown, string][] = [
      [shopify, "orders/create", '{"id": 1, "line_items": [', "json_not_readable"],
      [shopify, "orders/updated", { id: 2, currency: "UAH" }, "wrong_shape"],
      [shopify, "customers/redact", { shop_id: 954889, customer: { id: 191167 } }, "privacy_request"],
      [
        woo,
        "order.created",
        aWooOrder(await kolo.now()).said("order.created", { total: "12.345" }).body,
        "money_not_exact",
      ],
      [stripe, "", '{"type": "payment_intent.succeeded", "data": {}}', "wrong_shape"],
    ];
    for (const [hook, topic, body] of rubbish) {
      expect(await hook.deliver({ topic, body })).toMatchObject({ status: 200 });
      expect(await hook.deliver({ topic, body })).toMatchObject({ status: 200 });
    }
    const found = await eventually(() => kept(store));
    expect(found.map(({ reason }) => reason).sort()).toEqual(rubbish.map(([, , , reason]) => reason).sort());
    expect(await store.orders()).toEqual([]);
    for (const { id, reason } of found) {
      const answer = await replay(id);
      expect(answer).toMatchObject({ status: 409, body: { code: "still_unusable" } });
      expect(answer.body.detail).toContain(reason);
    }
    expect(await kept(store)).toMatchObject(rubbish.map(() => ({ status: "kept", replays: 1 })));
    const { quarantined } = await ok(`/v1/stores/${store.id}/health`, { as: "manager" });
    expect(quarantined).toBe(rubbish.length);
  });

  it("is kept whole when it is large, and understood once what was in its way is gone", async () => {
    const store = await aStore({ platform: "shopify" });
    const shop = await store.connect("shopify", { settings: { shopDomain: "old-name.myshopify.com" } });
    const [small, large] = [aShopifyOrder(await kolo.now()), aShopifyOrder(await kolo.now())];
    await shop.deliver(small.said("orders/create"));
    const { topic, body } = large.said("orders/create");
    await shop.deliver({ topic, body: filledTo(1_048_576, body) });
    const found = await eventually(async () => {
      const items = await kept(store);
      expect(items).toMatchObject([{ reason: "other_shop" }, { reason: "other_shop" }]);
      return items;
    });
    const settings = { shopDomain: "kvitka.myshopify.com" };
    await ok(`/v1/hooks/${shop.id}`, { as: "owner", method: "PATCH", body: { settings } });
    for (const { id } of found) expect(await replay(id)).toMatchObject({ status: 200, body: { status: "replayed" } });
    for (const { id } of found) expect(await replay(id)).toMatchObject({ status: 200, body: { replays: 1 } });
    for (const { externalId } of [small, large])
      expect(await store.order(externalId)).toMatchObject({ stage: "new", total: uah(528_00) });
    await eventually(async () => expect(await store.metric("orders")).toBe("2"));
  });
});

describe("a delivery in quarantine that a person has dealt with", () => {
  it("waits no more, is shown to who asks for it, and can be replayed all the same", async () => {
    const store = await aStore({ platform: "shopify" });
    const shop = await store.connect("shopify", { settings: { shopDomain: "old-name.myshopify.com" } });
    const sold = aShopifyOrder(await kolo.now());
    await shop.deliver(sold.said("orders/create"));
    const [{ id } = { id: "" }] = await eventually(async () => {
      const items = await kept(store);
      expect(items).toHaveLength(1);
      return items;
    });
    const note = "The shop has moved.";
    const dismissed = await dismiss(id, note);
    expect(dismissed).toMatchObject({ status: 200, body: { id, status: "dismissed", note } });
    expect(await dismiss(id, note)).toMatchObject({ status: 200, body: dismissed.body });
    await eventually(async () => {
      expect(await kept(store)).toEqual([]);
      expect(await ok(`/v1/stores/${store.id}/health`, { as: "manager" })).toMatchObject({ quarantined: 0 });
      const path = `/v1/quarantine?storeId=${store.id}&status=dismissed`;
      expect(await ok(path, { as: "manager" })).toMatchObject({ items: [dismissed.body] });
    });
    expect(await replay(id)).toMatchObject({ status: 409, body: { code: "still_unusable" } });
    const settings = { shopDomain: "kvitka.myshopify.com" };
    await ok(`/v1/hooks/${shop.id}`, { as: "owner", method: "PATCH", body: { settings } });
    expect(await replay(id)).toMatchObject({ status: 200, body: { status: "replayed" } });
    expect(await store.order(sold.externalId)).toMatchObject({ stage: "new" });
    expect(await dismiss(id, note)).toMatchObject({ status: 409, body: { code: "already_replayed" } });
  });
});

describe("a hook that was taken back", () => {
  it("takes nothing any more", async () => {
    const store = await aStore();
    const bank = await store.connect("stripe");
    const payment = aPayment(await kolo.now(), { order: "1", amountMinor: 1_00 });
    expect((await ask(`/v1/hooks/${bank.id}`, { as: "owner", method: "DELETE" })).status).toBe(204);
    if (kolo.capabilities.has("clock")) await kolo.advance(60);
    expect(await bank.deliver(payment.succeeded())).toMatchObject({ status: 404 });
    expect(await ok(`/v1/hooks?storeId=${store.id}`, { as: "owner" })).toMatchObject({ items: [] });
  });
});
