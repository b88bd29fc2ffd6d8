import { describe, expect, it } from "vitest";
import { subjectFrom } from "../../../functions/adapters/signature.ts";
import { eventsOf } from "../../../functions/table/event-item.ts";
import { EVENT_PREFIX } from "../../../functions/table/keys.ts";
import { quarantineIdOf } from "../../../functions/table/quarantine.ts";
import { aboutIn } from "../../../functions/webhooks/about.ts";
import { checkEvents } from "../../support/given.ts";
import { rawOf, type SenderName } from "../../support/providers.ts";
import { type Shop, shop } from "../../support/receiving.ts";
import { intent, stripeEvent } from "../../support/samples/stripe.ts";

const BIG = "5820982911946154509";

const told = (kvitka: Shop) => {
  const items = kvitka.table
    .items()
    .filter(({ pk, sk }) => pk.startsWith("quarantine#") && sk.startsWith(EVENT_PREFIX));
  return items.flatMap(eventsOf);
};

/** What managers see of an unusable delivery, and what is told of it. */
async function kept(provider: SenderName, topic: string, body: unknown) {
  const kvitka = await shop();
  const hookId = await kvitka.connect(provider);
  await kvitka.deliver(provider, hookId, { topic, body });
  const { items } = await kvitka.ask({ path: "/v1/quarantine", as: "manager" }).then((answer) => answer.body);
  const events = told(kvitka);
  checkEvents(events);
  return { kvitka, hookId, item: items[0], event: events[0] };
}

describe("an unusable delivery", () => {
  it.each([
    ["shopify", "orders/create", `{"id":${BIG},"name":7}`, BIG],
    ["woocommerce", "order.created", { id: 727, currency: "ZZZ" }, "727"],
    [
      "stripe",
      "payment_intent.succeeded",
      stripeEvent("payment_intent.succeeded", intent({ amount: -1 })),
      intent().id,
    ],
  ] as const)("of %s is recognised by its topic and the provider's own id", async (provider, topic, body, subject) => {
    const { item, event } = await kept(provider, topic, body);
    expect(item).toMatchObject({ provider, topic, subject, status: "kept" });
    expect(event).toMatchObject({ type: "delivery.quarantined", data: { topic, subject } });
  });

  it("is still recognised when it was replayed in vain, or dismissed", async () => {
    const { kvitka, item } = await kept("stripe", "", stripeEvent("charge.succeeded", intent({ amount: -1 })));
    const about = { topic: "charge.succeeded", subject: intent().id };
    const path = `/v1/quarantine/${item.id}`;
    expect((await kvitka.ask({ method: "POST", path: `${path}/replay`, as: "manager" })).status).toBe(409);
    const { body } = await kvitka.ask({ path: `${path}/dismiss`, as: "manager", body: {} });
    expect(body).toMatchObject({ ...about, status: "dismissed", replays: 1 });
  });

  it("is the same item as before its body was asked what it is about", async () => {
    const body = stripeEvent("charge.succeeded", intent({ amount: -1 }));
    const { hookId, item } = await kept("stripe", "", body);
    expect(item.id).toBe(quarantineIdOf({ hookId, raw: rawOf(body) }));
  });

  it("is of the topic of its headers, whatever its body calls a topic", async () => {
    const { item } = await kept("shopify", "orders/create", { id: 1, type: "orders/paid" });
    expect(item.topic).toBe("orders/create");
  });

  it("is of no topic and of no shop that its headers name by a card: they are not signed", async () => {
    const { item, event } = await kept("shopify", "4111111111111111", { id: 1 });
    expect([item, event?.data ?? {}].filter((one) => "topic" in one)).toEqual([]);
    expect(subjectFrom("orders/4111-1111-1111-1111", "https://4111111111111111.example")).toEqual({});
    expect(subjectFrom("orders/create", "shop.example")).toEqual({ topic: "orders/create", source: "shop.example" });
  });
});

describe("what a body says it is about", () => {
  const STRIPE = { topic: "type", subject: "data.object.id" };
  const subjectOf = (json: string) => aboutIn(Buffer.from(json), undefined).subject;

  it("keeps every digit and letter of an id", () => {
    for (const id of [`${BIG}`, "0", "9007199254740993"]) expect(subjectOf(`{"id":${id}}`)).toBe(id);
    for (const id of ["pi_3Qk-x_9", "007", "x".repeat(100)]) expect(subjectOf(`{"id":"${id}"}`)).toBe(id);
  });

  it.each([
    ["an e-mail", '"olena@example.com"'],
    ["a telephone number", '"+380671112233"'],
    ["a sentence", '"Olena Koval"'],
    ["a name in another script", '"Олена"'],
    ["too long", `"${"x".repeat(101)}"`],
    ["nothing", '""'],
    ["null", "null"],
    ["an object", '{"id":"1"}'],
    ["a list", '["1"]'],
    ["a truth", "true"],
    ["a fraction", "1.5"],
    ["a card", "4111111111111111"],
    ["a card in a text", '"card_5555555555554444"'],
    ["a card with an end", '"4111-1111-1111-1111-12-29"'],
    ["a card in parts", '"4111_1111_1111__1111"'],
  ])("is no id that is %s", (_, id) => {
    expect(subjectOf(`{"id":${id}}`)).toBeUndefined();
    expect(aboutIn(Buffer.from(`{"type":"a.b","data":{"object":{"id":${id}}}}`), STRIPE)).toEqual({ topic: "a.b" });
  });

  it.each(["olena@example.com", "a sentence", "", "card:5555555555554444", "Олена"])(
    "is no topic like '%s'",
    (type) => {
      const body = { type, data: { object: { id: "pi_1" } } };
      expect(aboutIn(rawOf(body), STRIPE)).toEqual({ subject: "pi_1" });
    },
  );

  it("is nothing where the names lead nowhere or the body cannot be read", () => {
    for (const body of [
      "{",
      "",
      "null",
      "7",
      "[]",
      '"id"',
      '{"id":1,"id":2}',
      '{"data":null}',
      '{"data":{"object":[]}}',
    ]) {
      expect(aboutIn(Buffer.from(body), STRIPE)).toEqual({});
    }
    expect(aboutIn(Buffer.from([0x22, 0xff, 0x22]), undefined)).toEqual({});
    expect(aboutIn(rawOf({}), { topic: "constructor.name", subject: "toString.name" })).toEqual({});
  });
});
