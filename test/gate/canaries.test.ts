import { inspect } from "node:util";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { recordMailReceipt } from "../../functions/consumers/record-mail-receipt.ts";
import type { Item } from "../../functions/table/table.ts";
import { sweep } from "../../functions/tasks/sweep.ts";
import { HOUR_MS, MINUTE_MS } from "../support/clock.ts";
import { openVault } from "../support/doubles.ts";
import { deliver } from "../support/queue.ts";
import { withBigIds } from "../support/samples/shopify.ts";
import { PLACED_AT, uah } from "../support/samples.ts";
import { Canaries, contactOf, orderOf, shopifySays, stripeSays, wooSays } from "./canaries.ts";
import { asked, connected, delivered, opened } from "./merchant.ts";
import { type Whole, whole } from "./whole.ts";

/**
 * Where personal data may lie, by kind of item and attribute: where erasure reaches it. Whatever else is stored, or
 * leaves the process, holds none. (What a delivery in quarantine says is sealed.)
 */
const PERSONAL: Readonly<Record<string, string[]>> = {
  /** Who bought, where it goes, what they noted; lines are named by the shop. */
  "order content": ["head", "lines"],
  /** What staff noted at a move or refund. */
  "order note": ["note"],
  /** The card of a person. */
  "customer state": ["card"],
  /** Where a message went. */
  "message state": ["card"],
  /** What finance noted. */
  "mismatch state": ["card"],
  /** What staff noted who dismissed a delivery. */
  "quarantine state": ["card"],
};

let shop: Whole;
let storeId: string;
const planted: string[] = [];
let down = false;

/** Plants the canaries of one way in. */
async function by<T>(way: string, plant: (one: Canaries) => Promise<T>): Promise<T> {
  const one = new Canaries(way);
  const result = await plant(one);
  expect(one.planted.length, way).toBeGreaterThan(0);
  planted.push(...one.planted);
  return result;
}

const key = () => ({ key: storeId });

async function viaTheApi(): Promise<void> {
  const order = await by("order", (one) => asked(shop, { path: "/v1/orders", as: key(), body: orderOf(one, "1") }));
  const later = { updatedAt: "2026-11-20T11:00:00Z" };
  await by("update", (one) => asked(shop, { path: "/v1/orders", as: key(), body: { ...orderOf(one, "1"), ...later } }));
  const test = { testKey: storeId };
  await by("test", (one) => asked(shop, { path: "/v1/orders", as: test, body: orderOf(one, "2") }));
  await by("contact", (one) => asked(shop, { path: "/v1/customers", as: key(), body: contactOf(one) }));
  await by("card", (one) => {
    const { firstName, lastName, gender, birthDate, company } = contactOf(one);
    const body = { firstName, lastName, gender, birthDate, company, tags: [one.word("tag")] };
    return asked(shop, { method: "PATCH", path: `/v1/customers/${order.customerId}`, as: "manager", body });
  });
  const path = `/v1/orders/${order.id}`;
  await by("move", (one) => {
    return asked(shop, { path: `${path}/stage`, as: "manager", body: { stage: "approval", note: one.word("note") } });
  });
  const paid = { externalId: "p-1", provider: "manual", amount: uah(140_00), capturedAt: PLACED_AT };
  await asked(shop, { path: `${path}/payments`, as: "finance", body: paid });
  await by("refund", (one) => {
    const body = { mode: "record", amount: uah(1_00), reason: "other", externalId: "r-1", note: one.word("note") };
    return asked(shop, { path: `${path}/refunds`, as: "finance", body });
  });
  await shop.settle();
  await shop.advance(16 * MINUTE_MS);
  const { items } = await asked(shop, { path: "/v1/mismatches?status=open", as: "finance" });
  await by("mismatch", (one) => {
    const body = { booking: "6011", note: one.word("note") };
    return asked(shop, { path: `/v1/mismatches/${items[0].id}/resolve`, as: "finance", body });
  });
}

async function viaHooks(): Promise<void> {
  const [shopify, woo] = [await connected(shop, "shopify", storeId), await connected(shop, "woocommerce", storeId)];
  const stripe = await connected(shop, "stripe", storeId);
  await by("shopify", async (one) => {
    const { customer, order, refund } = shopifySays(one);
    const told = { "customers/create": customer, "orders/create": order, "refunds/create": refund };
    for (const [topic, body] of Object.entries(told)) {
      await delivered(shop, "shopify", shopify, { topic, body: withBigIds(body) });
    }
  });
  await by("woo", async (one) => {
    const { customer, order } = wooSays(one);
    await delivered(shop, "woocommerce", woo, { topic: "customer.created", body: customer });
    await delivered(shop, "woocommerce", woo, { topic: "order.created", body: order });
  });
  await by("stripe", async (one) => {
    for (const body of stripeSays(one)) await delivered(shop, "stripe", stripe, { topic: "", body });
  });
  await by("unusable", async (one) => {
    const unusable = { ...shopifySays(one).order, currency: "ZZZ" };
    await delivered(shop, "shopify", shopify, { topic: "orders/create", body: withBigIds(unusable) });
    await delivered(shop, "woocommerce", woo, { topic: "order.created", body: `{"email":"${one.email()}"` });
    await delivered(shop, "shopify", shopify, { topic: "customers/redact", body: { email: one.email() } });
  });
  const { items } = await asked(shop, { path: "/v1/quarantine", as: "manager" });
  expect(items).toHaveLength(3);
  for (const { id } of items) await shop.ask({ method: "POST", path: `/v1/quarantine/${id}/replay`, as: "manager" });
  await by("dismissal", (one) => {
    const path = `/v1/quarantine/${items[0].id}/dismiss`;
    return asked(shop, { path, as: "manager", body: { note: one.word("note") } });
  });
}

/** Requests that are refused or fail: what is said of them is in the logs alone. */
async function inVain(): Promise<void> {
  await by("vain", async (one) => {
    const order = orderOf(one, "3");
    const wrong = [
      { ...order, total: one.word("total") },
      { ...order, [one.word("field")]: 1 },
      { ...order, customer: { ...order.customer, email: [one.email()] } },
      `{"note":"${one.word("cut")}`,
    ];
    for (const body of wrong) expect((await shop.ask({ path: "/v1/orders", as: key(), body })).status).toBe(400);
    await shop.ask({ path: `/v1/customers?email=${one.email("query")}&phone=${one.word("phone")}`, as: "manager" });
    await shop.ask({ path: `/v1/orders/${one.word("path")}`, as: "manager" });
    down = true;
    expect((await shop.ask({ path: "/v1/orders", as: key(), body: order })).status).toBe(500);
    expect((await shop.ask({ path: "/v1/customers", as: key(), body: contactOf(one) })).status).toBe(500);
    down = false;
  });
}

/** The provider reports that mails bounced, with the words of the mail server. */
async function reports(): Promise<void> {
  const handler = recordMailReceipt(() => shop.runtime);
  await by("bounce", async (one) => {
    for (const { key: messageId, to } of shop.office.mailbox) {
      const mail = {
        messageId: "ses-1",
        timestamp: shop.clock.now(),
        tags: { messageId: [messageId] },
        destination: [to],
      };
      const recipient = { emailAddress: one.email(), diagnosticCode: one.word("diagnosis") };
      const bounce = { bounceType: "Permanent", timestamp: shop.clock.now(), bouncedRecipients: [recipient] };
      await deliver(handler, { eventType: "Bounce", mail, bounce });
    }
  });
}

beforeAll(async () => {
  const table: NonNullable<Parameters<typeof whole>[0]>["table"] = (memory) => ({
    ...memory,
    write: async (writes) => {
      if (down) throw new Error("The table does not answer.");
      return memory.write(writes);
    },
  });
  shop = whole({ table, env: { MAIL_TEST_ADDRESSES: "" } });
  storeId = await opened(shop, "Kvitka");
  await viaTheApi();
  await viaHooks();
  await inVain();
  await shop.settle();
  await shop.advance(25 * HOUR_MS);
  await reports();
  await (sweep(() => shop.runtime) as (input: unknown, context: unknown) => Promise<unknown>)({}, {});
  await shop.settle();
});

/** The canaries that stand in something, whatever its form. */
function heardIn(thing: unknown): string[] {
  const text = (
    typeof thing === "string" ? thing : inspect(thing, { depth: 20, maxArrayLength: 10_000 })
  ).toLowerCase();
  return planted.filter((canary) => text.includes(canary));
}

const kindOf = ({ pk, sk }: Item) => `${pk.slice(0, pk.indexOf("#"))} ${sk.split("#")[0]}`;

describe("a canary", () => {
  it("was planted by many ways in, and is alive", async () => {
    expect(new Set(planted).size).toBeGreaterThan(120);
    expect(shop.office.mailbox.length).toBeGreaterThan(2);
    expect(shop.seen.bus.length).toBeGreaterThan(40);
    expect(heardIn(shop.table.items()).length).toBeGreaterThan(60);
    expect(heardIn(shop.office.mailbox).length).toBeGreaterThan(3);
  });

  it("stands in no event, in the table or on its way", () => {
    const events = shop.table.items().filter(({ sk }) => sk.startsWith("event#"));
    expect(events.length).toBeGreaterThan(40);
    expect(heardIn(events)).toEqual([]);
    expect(heardIn(shop.seen.bus)).toEqual([]);
  });

  it("stands in no key of an item or an index, and in nothing that an index carries", () => {
    const keys = shop.table.changes.flatMap(({ new: now }) => {
      const { pk, sk, gsi1pk, gsi1sk, gsi2pk, gsi2sk, gsi3pk, gsi3sk, gsi4pk, gsi4sk, f } =
        now ?? ({} as Partial<Item>);
      return [pk, sk, gsi1pk, gsi1sk, gsi2pk, gsi2sk, gsi3pk, gsi3sk, gsi4pk, gsi4sk, JSON.stringify(f)];
    });
    expect(heardIn(keys.join("\n"))).toEqual([]);
  });

  it("stands in no queue and so in no dead letter, in no execution, schedule, alert or object's name", () => {
    const { queues, executions, schedules, alerts } = shop.seen;
    for (const all of [queues, executions, schedules, alerts]) {
      expect(all.length).toBeGreaterThan(0);
      expect(heardIn(all)).toEqual([]);
    }
    expect(heardIn([...shop.bucket.objects.keys()])).toEqual([]);
  });

  it("stands in no log and in no name that is counted, not even of what failed", () => {
    expect(shop.logs.filter(({ level }) => level === "error").length).toBeGreaterThan(1);
    expect(heardIn(shop.logs)).toEqual([]);
    expect(Object.keys(shop.counts).length).toBeGreaterThan(1);
    expect(heardIn(shop.counts)).toEqual([]);
  });

  it("stands where personal data may lie and nowhere else, and there is no such place without one", () => {
    const found: Record<string, Set<string>> = {};
    for (const { new: item } of shop.table.changes) {
      if (!item) continue;
      for (const [name, value] of Object.entries(item)) {
        if (heardIn(value).length === 0) continue;
        const kind = kindOf(item);
        found[kind] = (found[kind] ?? new Set()).add(name);
      }
    }
    const places = Object.entries(found).map(([kind, names]) => [kind, [...names].sort()]);
    expect(Object.fromEntries(places)).toEqual(PERSONAL);
  });

  it("in quarantine is sealed: it opens there and nowhere else", async () => {
    const raw = shop.table.changes.flatMap(({ new: item }) =>
      item && kindOf(item) === "quarantine raw" ? [item] : [],
    );
    expect(raw.length).toBeGreaterThan(2);
    for (const { pk, sealed } of raw) {
      expect(heardIn(sealed)).toEqual([]);
      const zipped = await openVault.open(sealed as string, pk.slice("quarantine#".length));
      expect(heardIn(gunzipSync(Buffer.from(zipped, "base64")).toString())).not.toEqual([]);
      await expect(openVault.open(sealed as string, "qua_another")).rejects.toThrow();
    }
  });
});
