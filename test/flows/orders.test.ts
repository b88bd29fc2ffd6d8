import { describe, expect } from "vitest";
import { dayOf } from "../../domain/kernel/calendar.ts";
import { uah } from "../support/samples.ts";
import { aStore, ask, eventually, it, kolo, mailsTo, ok } from "./support/kolo.ts";
import { aBuyer, anOrder, unique } from "./support/store.ts";

const later = (at: string, seconds: number) => new Date(Date.parse(at) + seconds * 1_000).toISOString();

describe("an order that a shop pushes", () => {
  it("is placed once, and known when it comes again", async () => {
    const store = await aStore();
    const order = anOrder(await kolo.now());
    const placed = await store.ask("/v1/orders", { body: order });
    expect(placed).toMatchObject({ status: 201, body: { stage: "new", paymentStatus: "unpaid", test: false } });
    expect(placed.body).toMatchObject({ storeId: store.id, number: order.externalId, due: order.total });
    expect(await store.ask("/v1/orders", { body: order })).toMatchObject({ status: 200, body: placed.body });
    expect(await store.orders()).toHaveLength(1);
  });

  it("takes newer facts over and lets older ones be", async () => {
    const store = await aStore();
    const order = anOrder(await kolo.now(), { note: "leave at the door" });
    const { id } = await store.places(order);
    const newer = { ...order, updatedAt: later(order.placedAt, 60), total: uah(578_00), note: "ring twice" };
    expect(await store.push(newer)).toMatchObject({
      status: 200,
      body: { id, total: uah(578_00), note: "ring twice" },
    });
    expect(await store.push(order)).toMatchObject({ status: 200, body: { total: uah(578_00), note: "ring twice" } });
    expect(await eventually(() => store.metric("revenue"))).toBe("578.00");
  });

  it("tells its history from the beginning, and its customer's timeline from the end", async () => {
    const store = await aStore();
    const order = await store.places();
    await store.pays(order, order.total);
    await store.moves(order, "shipped");
    const path = `/v1/customers/${order.customerId}/timeline`;
    const [history, timeline] = await eventually(async () => [
      await ok(`/v1/orders/${order.id}/history`, { as: "manager" }),
      await ok(`${path}?kind=order`, { as: "manager" }),
    ]);
    const typesOf = (list: { items: { type: string }[] }) => list.items.map(({ type }) => type);
    expect(typesOf(history)).toEqual([
      ...["order.placed", "payment.captured", "order.paid", "order.stage_changed"],
      ...["order.stage_reported", "order.stage_changed"],
    ]);
    expect(typesOf(timeline).at(-1)).toBe("order.placed");
    expect(typesOf(timeline)[0]).toBe("order.stage_changed");
    await eventually(async () => expect(typesOf(await ok(path, { as: "manager" }))).toContain("message.sent"));
  });

  it("makes the buyer's card, with numbers that follow the orders", async () => {
    const store = await aStore();
    const buyer = aBuyer();
    const now = await kolo.now();
    const first = await store.places(anOrder(new Date(now.getTime() - 3 * 86_400_000), { customer: buyer }));
    await store.places({ customer: buyer, total: uah(300_00), automations: "none" });
    await store.pays(first, first.total);
    const found = await eventually(() => ok(`/v1/customers?email=${buyer.email.toUpperCase()}`, { as: "manager" }));
    expect(found.items).toMatchObject([
      {
        ...{ id: first.customerId, emails: [buyer.email], firstName: "Olena", locale: "uk", lifecycleStage: "repeat" },
        stats: { orders: 2, paidOrders: 1, revenue: [uah(798_00)], averageOrderValue: [uah(399_00)] },
      },
    ]);
    expect(found.items[0].stats).toMatchObject({ firstOrderAt: first.placedAt, daysBetweenOrders: "3.0000" });
  });

  it.each([
    ["uk", "прийнято", "Дякуємо, Olena!"],
    ["ru", "принят", "Спасибо, Olena!"],
    ["en", "is confirmed", "Thank you, Olena!"],
  ])("is confirmed once, in the customer's own language: %s", async (locale, subject, greeting) => {
    const store = await aStore();
    const buyer = aBuyer({ locale });
    const order = anOrder(await kolo.now(), { customer: buyer });
    await Promise.all([store.push(order), store.push(order)]);
    const mails = await eventually(async () => {
      const got = await mailsTo(buyer.email);
      expect(got).toHaveLength(1);
      return got;
    });
    expect(mails[0]?.subject).toContain(order.externalId);
    expect(mails[0]?.subject).toContain(subject);
    expect(mails[0]?.text).toContain(greeting);
    const { id } = await store.order(order.externalId);
    const { items } = await ok(`/v1/messages?orderId=${id}`, { as: "manager" });
    expect(items).toMatchObject([
      { template: "order-confirmation", channel: "email", status: "sent", storeId: store.id },
    ]);
    expect(items[0].to).not.toBe(buyer.email);
  });

  it("counts in the numbers of its store and day", async () => {
    const store = await aStore();
    const buyer = aBuyer();
    const now = await kolo.now();
    const day = (ago: number) => new Date(now.getTime() - ago * 86_400_000);
    await store.places(anOrder(day(10), { customer: buyer, total: uah(100_00) }));
    await store.places(anOrder(day(4), { customer: buyer, total: uah(200_01) }));
    await store.places(anOrder(day(4), { total: uah(300_00) }));
    const cancelled = await store.places({ total: uah(999_00) });
    await store.moves(cancelled, "cancelled");
    await eventually(async () =>
      expect(
        await store.metrics(
          ...["orders", "revenue", "average_order_value", "customers_new"],
          ...["repeat_purchase_rate", "lifetime_value", "days_between_orders"],
        ),
      ).toEqual({
        ...{ orders: "3", revenue: "600.01", average_order_value: "200.0033", customers_new: "2" },
        ...{ repeat_purchase_rate: "50.0000", lifetime_value: "300.0050", days_between_orders: "6.0000" },
      }),
    );
    const path = `/v1/metrics/orders?storeId=${store.id}&by=day`;
    const [from, to] = [day(10), day(4)].map((time) => dayOf(time.toISOString(), "Europe/Kyiv"));
    const { rows } = await ok(`${path}&from=${from}&to=${to}`, { as: "marketer" });
    expect(rows.map(({ value }: { value: string }) => value)).toEqual(["1", "0", "0", "0", "0", "0", "2"]);
  });
});

describe("an address that a mail came back from", () => {
  it(
    "gets no other",
    async () => {
      const store = await aStore();
      const customer = { email: "bounce+kolo@simulator.amazonses.com" };
      const told = async (part: object, status: string) => {
        const { id } = await store.places({ customer, ...part });
        const ask = () => ok(`/v1/messages?orderId=${id}`, { as: "manager" });
        await eventually(async () => expect((await ask()).items).toMatchObject([{ status }]));
        return (await ask()).items[0];
      };
      expect(await told({ externalId: "b-1" }, "bounced")).toMatchObject({ template: "order-confirmation" });
      expect(await told({ externalId: "b-2" }, "skipped")).toMatchObject({ reason: "suppressed" });
    },
    { needs: ["faults"] },
  );
});

describe("orders in a list", () => {
  it("are found by what they are, newest first and page by page", async () => {
    const store = await aStore();
    const buyer = aBuyer();
    const now = await kolo.now();
    const placed = [];
    for (const minutes of [3, 2, 1])
      placed.push(await store.places(anOrder(new Date(now.getTime() - minutes * 60_000), { customer: buyer })));
    const [oldest, middle, newest] = placed;
    await store.pays(middle, middle.total);
    await store.moves(oldest, "approval");
    const find = async (query: string) => (await ok(`/v1/orders?${query}`, { as: "manager" })).items;
    const ids = async (query: string) => (await find(query)).map(({ id }: { id: string }) => id);
    await eventually(async () => expect(await ids(`storeId=${store.id}`)).toEqual([newest.id, middle.id, oldest.id]));
    expect(await ids(`storeId=${store.id}&paymentStatus=paid`)).toEqual([middle.id]);
    expect(await ids(`storeId=${store.id}&stage=approval`)).toEqual([oldest.id]);
    expect(await ids(`storeId=${store.id}&externalId=${newest.externalId}`)).toEqual([newest.id]);
    expect(await ids(`customerId=${newest.customerId}`)).toEqual([newest.id, middle.id, oldest.id]);
    expect(await ids(`storeId=${store.id}&from=${middle.placedAt}`)).toEqual([newest.id, middle.id]);
    const page = await ok(`/v1/orders?storeId=${store.id}&limit=2`, { as: "finance" });
    const rest = await ok(`/v1/orders?storeId=${store.id}&limit=2&cursor=${page.nextCursor}`, { as: "finance" });
    expect([...page.items, ...rest.items].map(({ id }) => id)).toEqual([newest.id, middle.id, oldest.id]);
    expect(rest.nextCursor).toBeNull();
  });
});

describe("a repeated request", () => {
  it("with its Idempotency-Key is answered the same resource again; with another body it is refused", async () => {
    const store = await aStore();
    const body = anOrder(await kolo.now());
    const headers = { "idempotency-key": unique("push") };
    const first = await store.ask("/v1/orders", { body, headers });
    const again = await store.ask("/v1/orders", { body, headers });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    const other = await store.ask("/v1/orders", { body: { ...body, note: "another" }, headers });
    expect(other).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
    expect((await store.order(body.externalId)).note).toBeUndefined();
  });

  it("records a payment once, however often it is sent at once", async () => {
    const store = await aStore();
    const order = await store.places();
    const headers = { "idempotency-key": unique("pay") };
    const capturedAt = (await kolo.now()).toISOString();
    const body = { externalId: unique("p"), provider: "manual", amount: order.total, capturedAt };
    const path = `/v1/orders/${order.id}/payments`;
    const answers = await Promise.all([1, 2, 3, 4].map(() => store.ask(path, { body, headers })));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(answers.map(({ body: { paid } }) => paid)).toEqual(Array(4).fill(order.total));
    expect((await store.order(order.externalId)).payments).toHaveLength(1);
  });
});

describe("a change of what somebody else has changed", () => {
  it("is refused by If-Match, and made with the ETag of today", async () => {
    const store = await aStore();
    const { id } = await store.places();
    const shown = await ask(`/v1/orders/${id}`, { as: "manager" });
    const etag = shown.headers.get("etag") ?? "";
    expect(etag).toBe(`"${shown.body.version}"`);
    const moved = await store.moves({ id }, "approval", { "if-match": etag });
    expect(moved).toMatchObject({ status: 200, body: { stage: "approval" } });
    const stale = await store.moves({ id }, "cancelled", { "if-match": etag });
    expect(stale).toMatchObject({ status: 412, body: { code: "stale_version" } });
    const fresh = { "if-match": moved.headers.get("etag") ?? "" };
    expect(await store.moves({ id }, "cancelled", fresh)).toMatchObject({ status: 200, body: { stage: "cancelled" } });
  });
});
