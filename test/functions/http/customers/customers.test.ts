import { describe, expect, it } from "vitest";
import { eventItemOf } from "../../../../functions/table/event-item.ts";
import { DAY_MS } from "../../../support/clock.ts";
import type { As, Request } from "../../../support/http.ts";
import { call } from "../../../support/http.ts";
import { entriesOf } from "../../../support/routes.ts";
import { olena, openStore, PLACED_AT, uah } from "../../../support/samples.ts";
import { world } from "../../../support/world.ts";

const entries = await entriesOf("customers", "orders");

const taras = { email: "taras@example.com", phone: "+48 512 345 678", firstName: "Taras" };

/** Two stores in two countries; the first one's key asks unless a request says otherwise. */
async function merchant() {
  const { runtime, table, clock } = world();
  await openStore(table, "sto_1");
  await openStore(table, "sto_2", { country: "PL", currency: "PLN" });
  const ask = (request: Request) => call(runtime, entries, { as: "owner", ...request });
  const order = async (externalId: string, customer: object, as: As = { key: "sto_1" }, part: object = {}) => {
    const lines = [{ name: "Coffee", quantity: 1, unitPrice: uah(100_00) }];
    const body = { externalId, placedAt: PLACED_AT, lines, total: uah(100_00), customer, ...part };
    return (await ask({ path: "/v1/orders", as, body })).body;
  };
  const found = async (query: string, as: As = "owner") => {
    const { status, body } = await ask({ path: `/v1/customers?${query}`, as });
    return status === 200 ? body.items.map(({ firstName }: { firstName: string }) => firstName) : body;
  };
  return { ask, order, found, table, clock };
}

describe("a look-up", () => {
  it("finds a person by e-mail in whatever case and by phone in whatever form", async () => {
    const { order, found } = await merchant();
    await order("1", olena);
    expect(await found("email=%20OLENA@Example.com")).toEqual(["Olena"]);
    for (const phone of ["%2B380671112233", "+380671112233", "380 67 111-22-33", "067 111 22 33"]) {
      expect(await found(`phone=${phone}&storeId=sto_1`), phone).toEqual(["Olena"]);
    }
    expect(await found("email=nobody@example.com")).toEqual([]);
  });

  it("reads a national number in the named country, the store's, or those of all stores", async () => {
    const { order, found } = await merchant();
    await order("1", taras);
    expect(await found("phone=512 345 678&country=PL")).toEqual(["Taras"]);
    expect(await found("phone=512 345 678&storeId=sto_2")).toEqual(["Taras"]);
    expect(await found("phone=512 345 678")).toEqual(["Taras"]);
    expect(await found("phone=512 345 678&country=US")).toMatchObject({ errors: [{ pointer: "/query/phone" }] });
  });

  it("by e-mail and phone of two people answers the e-mail's first", async () => {
    const { order, found } = await merchant();
    await order("1", olena);
    await order("2", taras);
    expect(await found("email=taras@example.com&phone=%2B380671112233")).toEqual(["Taras", "Olena"]);
  });

  it("says clearly what it does not serve and what nobody can read", async () => {
    const { found } = await merchant();
    expect(await found("name=Ol&segmentId=seg_1")).toMatchObject({
      status: 400,
      errors: [
        { pointer: "/query/name", code: "not_served" },
        { pointer: "/query/segmentId", code: "not_served" },
      ],
    });
    expect(await found("email=olena&phone=12")).toMatchObject({
      errors: [{ pointer: "/query/email" }, { pointer: "/query/phone" }],
    });
  });

  it("by a key finds only whom its store brought", async () => {
    const { order, found } = await merchant();
    await order("1", olena);
    expect(await found("email=olena@example.com", { key: "sto_2" })).toEqual([]);
    await order("9", { ...olena, externalId: "x-1" }, { key: "sto_2" });
    expect(await found("email=olena@example.com", { key: "sto_2" })).toEqual(["Olena"]);
  });
});

describe("a list of customers", () => {
  it("shows everyone, newest first, page by page; a key only those of its store", async () => {
    const { order, ask, found, clock } = await merchant();
    for (const [n, store] of ["sto_1", "sto_2", "sto_1"].entries()) {
      await order(`${n}`, { email: `c${n}@example.com`, firstName: `C${n}` }, { key: store });
      clock.advance(1_000);
    }
    const first = await ask({ path: "/v1/customers?limit=2" });
    expect(first.body.items.map(({ firstName }: { firstName: string }) => firstName)).toEqual(["C2", "C1"]);
    const rest = await ask({ path: `/v1/customers?limit=2&cursor=${first.body.nextCursor}` });
    expect(rest.body).toMatchObject({ items: [{ firstName: "C0" }], nextCursor: null });
    expect(await found("", { key: "sto_1" })).toEqual(["C2", "C0"]);
    expect(await found("storeId=sto_2")).toEqual(["C1"]);
  });
});

describe("a customer", () => {
  it("is shown with identities, consents and numbers over all stores", async () => {
    const { order, ask, clock } = await merchant();
    const consents = [{ channel: "email", purpose: "marketing", granted: true, at: PLACED_AT, source: "checkout" }];
    const { customerId } = await order("1", { ...olena, consents });
    clock.advance(4 * DAY_MS);
    await order("2", olena, { key: "sto_2" }, { placedAt: "2026-11-24T10:15:00Z" });
    await order("3", olena, { key: "sto_2" }, { status: "cancelled" });
    const { body } = await ask({ path: `/v1/customers/${customerId}`, as: "manager" });
    expect(body).toMatchObject({
      id: customerId,
      emails: ["olena@example.com"],
      phones: ["+380671112233"],
      firstName: "Olena",
      lastName: "Koval",
      gender: null,
      locale: "uk",
      tags: [],
      fields: {},
      lifecycleStage: "repeat",
      consents,
      stats: {
        orders: 2,
        paidOrders: 0,
        revenue: [uah(200_00)],
        averageOrderValue: [uah(100_00)],
        firstOrderAt: PLACED_AT,
        lastOrderAt: "2026-11-24T10:15:00.000Z",
        daysBetweenOrders: "4.0000",
      },
      loyalty: null,
      segments: [],
    });
    expect(body.identities).toContainEqual({ kind: "external", storeId: "sto_1", value: "c-7" });
  });

  it("keeps payments from marketing", async () => {
    const { order, ask } = await merchant();
    const { customerId } = await order("1", olena);
    const statsFor = async (as: As) => (await ask({ path: `/v1/customers/${customerId}`, as })).body.stats;
    expect(Object.keys(await statsFor("marketer"))).toEqual([
      "orders",
      "firstOrderAt",
      "lastOrderAt",
      "daysBetweenOrders",
    ]);
    expect(await statsFor("finance")).toMatchObject({ revenue: [uah(100_00)] });
  });

  it("does not exist for the key of a store that never met them", async () => {
    const { order, ask } = await merchant();
    const { customerId } = await order("1", olena);
    const path = `/v1/customers/${customerId}`;
    const foreign = { key: "sto_2" };
    const missing = { status: 404, body: { code: "customer_not_found" } };
    expect(await ask({ path, as: foreign })).toMatchObject(missing);
    expect(await ask({ path: `${path}/timeline`, as: foreign })).toMatchObject(missing);
    expect(await ask({ path, method: "PATCH", as: foreign, body: { firstName: "X" } })).toMatchObject(missing);
    expect((await ask({ path, as: { key: "sto_1" } })).status).toBe(200);
  });
});

describe("a person that a store tells of", () => {
  it("gets a card, and is known the next time", async () => {
    const { ask } = await merchant();
    const tell = (body: object, as: As = { key: "sto_1" }) => ask({ path: "/v1/customers", as, body });
    const created = await tell({ email: "olena@example.com", firstName: "Olena" });
    expect(created).toMatchObject({ status: 201, body: { emails: ["olena@example.com"], lifecycleStage: "lead" } });
    const { id } = created.body;
    expect(await tell({ email: "Olena@example.com", phone: "067 111 22 33" })).toMatchObject({
      status: 200,
      body: { id, phones: ["+380671112233"] },
    });
    expect((await ask({ path: `/v1/customers/${id}`, as: { key: "sto_1" } })).status).toBe(200);
    expect((await ask({ path: `/v1/customers/${id}`, as: { key: "sto_2" } })).status).toBe(404);
  });

  it("must be recognisable, and staff say by which store", async () => {
    const { ask, table } = await merchant();
    const before = table.items();
    const tell = (body: object) => ask({ path: "/v1/customers", as: "manager", body });
    expect(await tell({ storeId: "sto_1", firstName: "Olena", phone: "12" })).toMatchObject({
      status: 400,
      body: { errors: [{ code: "no_identity" }] },
    });
    expect(await tell(olena)).toMatchObject({ status: 400, body: { errors: [{ pointer: "/storeId" }] } });
    expect(table.items()).toEqual(before);
  });
});

describe("a card", () => {
  it("is changed by hand, against what stores said before, and never by who read an older version", async () => {
    const { order, ask } = await merchant();
    const { customerId } = await order("1", olena);
    const patch = (body: object, headers = {}) =>
      ask({ method: "PATCH", path: `/v1/customers/${customerId}`, as: "manager", body, headers });
    const { version } = (await ask({ path: `/v1/customers/${customerId}` })).body;
    const changed = await patch({ firstName: "Olha", tags: ["vip", "vip", "cafe"] }, { "If-Match": `"${version}"` });
    expect(changed).toMatchObject({
      status: 200,
      body: { firstName: "Olha", lastName: "Koval", tags: ["vip", "cafe"] },
    });
    expect(await patch({ firstName: "Olena" }, { "If-Match": `"${version}"` })).toMatchObject({ status: 412 });
    await order("2", { ...olena, firstName: "Olenka" });
    expect((await ask({ path: `/v1/customers/${customerId}` })).body.firstName).toBe("Olha");
    expect((await patch({ email: "x@example.com" })).body.errors).toMatchObject([{ pointer: "/email" }]);
  });

  it("that nobody has is not opened by a change", async () => {
    const { ask, table } = await merchant();
    const before = table.items();
    const answer = await ask({ method: "PATCH", path: "/v1/customers/cus_none", body: { firstName: "X" } });
    expect(answer).toMatchObject({ status: 404, body: { code: "customer_not_found" } });
    expect(table.items()).toEqual(before);
  });
});

describe("a timeline", () => {
  async function withHistory() {
    const shop = await merchant();
    const { id, customerId } = await shop.order("1", olena);
    shop.clock.advance(1_000);
    const body = { externalId: "p", provider: "manual", amount: uah(100_00), capturedAt: "2026-11-20T10:16:00Z" };
    await shop.ask({ path: `/v1/orders/${id}/payments`, body });
    shop.clock.advance(1_000);
    await shop.ask({ path: `/v1/orders/${id}/stage`, body: { stage: "shipped" } });
    const types = async (query: string, as: As = "manager") => {
      const answer = await shop.ask({ path: `/v1/customers/${customerId}/timeline?${query}`, as });
      return [answer.body.items.map(({ type }: { type: string }) => type), answer.body.nextCursor] as const;
    };
    return { ...shop, customerId, types };
  }

  it("is newest first, without the bookkeeping inside of aggregates", async () => {
    const { types } = await withHistory();
    expect(await types("")).toEqual([
      [
        "order.stage_changed",
        "order.stage_changed",
        "order.paid",
        "payment.captured",
        "customer.created",
        "order.placed",
      ],
      null,
    ]);
  });

  it("tells of mails and journeys, though nobody but a person reacts to them", async () => {
    const { table, customerId, types } = await withHistory();
    const happened = [
      ...["journey.entered", "journey.waiting", "message.requested", "message.claimed", "message.sent"],
      "journey.exited",
    ];
    const envelope = { customerId, correlationId: "c", depth: 1, actor: { kind: "system" as const }, test: false };
    const events = happened.map((type) => ({ ...envelope, type, at: PLACED_AT, data: {}, eventId: "" }));
    await table.write([{ put: eventItemOf({ pk: "message#msg_1", id: "msg_1", version: 1 }, events) }]);
    expect((await types("kind=message"))[0]).toEqual(["message.sent"]);
    expect((await types("kind=journey"))[0]).toEqual(["journey.exited", "journey.entered"]);
  });

  it("is narrowed to a kind or to one event, page by page", async () => {
    const { types } = await withHistory();
    expect(await types("kind=payment")).toEqual([["payment.captured"], null]);
    expect((await types("kind=order.placed"))[0]).toEqual(["order.placed"]);
    const [first, cursor] = await types("kind=order&limit=3");
    expect(first).toEqual(["order.stage_changed", "order.stage_changed", "order.paid"]);
    expect(await types(`kind=order&limit=3&cursor=${cursor}`)).toEqual([["order.placed"], null]);
  });

  it("refuses a kind that there is not", async () => {
    const { ask, customerId } = await withHistory();
    const answer = await ask({ path: `/v1/customers/${customerId}/timeline?kind=weather` });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: "/query/kind" }] } });
  });

  it("tells marketing nothing of money, and a key nothing of other stores", async () => {
    const { order, ask, types, customerId } = await withHistory();
    await order("2", olena, { key: "sto_2" });
    expect((await types("kind=payment", "marketer"))[0]).toEqual([]);
    const { body } = await ask({ path: `/v1/customers/${customerId}/timeline`, as: "marketer" });
    expect(JSON.stringify(body)).not.toMatch(/amount|totalMinor|"paid|paymentStatus/i);
    expect((await types("kind=order.placed", { key: "sto_1" }))[0]).toEqual(["order.placed"]);
    expect((await types("kind=order.placed"))[0]).toEqual(["order.placed", "order.placed"]);
  });
});
