import { describe, expect, it } from "vitest";
import { MINUTE_MS } from "../../../support/clock.ts";
import { call, type Request } from "../../../support/http.ts";
import { entriesOf } from "../../../support/routes.ts";
import { uah } from "../../../support/samples.ts";
import { financeDesk } from "../../consumers/finance-desk.ts";

const entries = await entriesOf("mismatches", "customers", "orders");

/** A shop whose order 1001 is 98.00 UAH short, and order 1002 overpaid by 2.00. */
async function desk() {
  const shop = await financeDesk();
  await shop.order();
  await shop.order({ externalId: "1002" });
  await shop.capture("pi_1", 400_00);
  await shop.carry();
  await shop.after(15 * MINUTE_MS);
  await shop.capture("pi_2", 500_00, ["1002"]);
  await shop.carry();
  await shop.after(15 * MINUTE_MS);
  const ask = (request: Request) => call(shop.runtime, entries, { as: "finance", ...request });
  return { ...shop, ask };
}

describe("a list of mismatches", () => {
  it("shows what finance was told of, newest first, page by page", async () => {
    const { ask } = await desk();
    const first = await ask({ path: "/v1/mismatches?limit=1" });
    expect(first.body.items).toEqual([
      {
        id: expect.stringMatching(/^mis_/),
        kind: "amount_over",
        severity: "normal",
        orderId: expect.stringMatching(/^ord_/),
        storeId: "sto_1",
        expected: uah(498_00),
        actual: uah(500_00),
        openedAt: expect.any(String),
        status: "open",
        version: 2,
      },
    ]);
    const rest = await ask({ path: `/v1/mismatches?limit=1&cursor=${first.body.nextCursor}` });
    expect(rest.body).toMatchObject({ items: [{ kind: "amount_short" }], nextCursor: null });
  });

  it("is narrowed by status and store", async () => {
    const { ask, capture, carry } = await desk();
    await capture("pi_3", 98_00);
    await carry();
    const kinds = async (query: string) =>
      (await ask({ path: `/v1/mismatches?${query}` })).body.items.map(({ kind }: { kind: string }) => kind);
    expect(await kinds("status=open")).toEqual(["amount_over"]);
    expect(await kinds("status=closed&storeId=sto_1")).toEqual(["amount_short"]);
    expect(await kinds("status=resolved")).toEqual([]);
    expect(await kinds("status=open&storeId=sto_2")).toEqual([]);
    expect(await kinds("kind=amount_over")).toEqual(["amount_over"]);
    expect(await kinds("kind=amount_short&status=open")).toEqual([]);
  });

  it("is narrowed to an order, page by page", async () => {
    const { ask, capture, carry } = await desk();
    const [{ orderId }] = (await ask({ path: "/v1/mismatches?kind=amount_over" })).body.items;
    await capture("pi_3", 1_00, ["1002"], "EUR");
    await carry();
    const first = await ask({ path: `/v1/mismatches?orderId=${orderId}&limit=1` });
    expect(first.body).toMatchObject({ items: [{ kind: "currency", orderId }] });
    const rest = await ask({ path: `/v1/mismatches?orderId=${orderId}&limit=1&cursor=${first.body.nextCursor}` });
    expect(rest.body).toMatchObject({ items: [{ kind: "amount_over", orderId }], nextCursor: null });
    const narrowed = await ask({ path: `/v1/mismatches?orderId=${orderId}&kind=currency&storeId=sto_2` });
    expect(narrowed.body.items).toEqual([]);
  });
});

type Desk = Awaited<ReturnType<typeof desk>>;

/** Opens the mismatch of a payment that names order 1009, which comes later. */
async function unknownOrder({ ask, capture, carry, after }: Desk) {
  await capture("pi_9", 98_00, ["1009", "ch_9"]);
  await carry();
  await after(15 * MINUTE_MS);
  return (await ask({ path: "/v1/mismatches?kind=unknown_order" })).body.items[0];
}

/** Order 1009 comes and the payment finds it. */
async function orderFound({ ask, order, capture }: Desk): Promise<{ orderId: string; customerId: string }> {
  const { orderId } = await order({ externalId: "1009", total: uah(98_00) });
  await capture("pi_9", 98_00, ["1009"]);
  return { orderId, customerId: (await ask({ path: `/v1/orders/${orderId}` })).body.customerId };
}

const timelineOf = async ({ ask }: Desk, customerId: string) =>
  (await ask({ path: `/v1/customers/${customerId}/timeline?kind=mismatch` })).body.items.map(
    ({ type, data }: { type: string; data: { mismatchId: string } }) => [type, data.mismatchId],
  );

describe("a mismatch", () => {
  it("is shown by its id, as in the list", async () => {
    const { ask } = await desk();
    const [first] = (await ask({ path: "/v1/mismatches" })).body.items;
    const found = await ask({ path: `/v1/mismatches/${first.id}` });
    expect(found).toMatchObject({ status: 200, body: first, headers: { etag: '"2"' } });
    const nothing = await ask({ path: "/v1/mismatches/mis_none" });
    expect(nothing).toMatchObject({ status: 404, body: { code: "mismatch_not_found" } });
  });

  it("of a payment without an order names the payment as its provider does", async () => {
    const shop = await desk();
    const found = await unknownOrder(shop);
    const payment = { provider: "stripe", externalId: "pi_9", references: ["1009", "ch_9"] };
    expect(found).toMatchObject({ kind: "unknown_order", status: "open", payment });
    expect(found).not.toHaveProperty("orderId");
    expect((await shop.ask({ path: `/v1/mismatches/${found.id}` })).body).toEqual(found);
  });

  it("of a payment whose order comes later closes as that order's, and on its customer's timeline", async () => {
    const shop = await desk();
    const { id, payment } = await unknownOrder(shop);
    const { orderId, customerId } = await orderFound(shop);
    await shop.carry();
    const { body } = await shop.ask({ path: `/v1/mismatches/${id}` });
    expect(body).toMatchObject({ status: "closed", payment, orderId });
    for (const query of [`orderId=${orderId}`, "kind=unknown_order"]) {
      expect((await shop.ask({ path: `/v1/mismatches?${query}` })).body.items).toEqual([body]);
    }
    expect(await timelineOf(shop, customerId)).toContainEqual(["mismatch.closed", id]);
  });

  it("of a payment that another order vouched for is listed with the order that was found", async () => {
    const shop = await desk();
    const { id } = await unknownOrder(shop);
    const { orderId } = await orderFound(shop);
    await shop.carry();
    const vouched = { externalId: "pi_9", provider: "stripe", amount: uah(98_00), capturedAt: shop.clock.now() };
    const path = "/v1/orders/ext:1001/payments";
    const vouching = await shop.ask({ path, as: { key: "sto_1" }, body: vouched });
    expect(vouching.status).toBe(201);
    const idsOf = async (of: string) =>
      (await shop.ask({ path: `/v1/mismatches?orderId=${of}` })).body.items.map((one: { id: string }) => one.id);
    expect(await idsOf(vouching.body.id)).not.toContain(id);
    expect(await idsOf(orderId)).toEqual([id]);
  });

  it("that came right within its grace is on nobody's timeline", async () => {
    const shop = await desk();
    await shop.capture("pi_9", 98_00, ["1009"]);
    await shop.carry();
    const { customerId } = await orderFound(shop);
    await shop.carry();
    await shop.after(15 * MINUTE_MS);
    const told = await timelineOf(shop, customerId);
    expect(told.filter(([type]: string[]) => type === "mismatch.closed")).toEqual([]);
  });

  it("that finance settles when the order was just found is that order's too", async () => {
    const shop = await desk();
    const { id } = await unknownOrder(shop);
    const { orderId, customerId } = await orderFound(shop);
    const settled = await shop.ask({ path: `/v1/mismatches/${id}/resolve`, body: { booking: "found" } });
    expect(settled).toMatchObject({ status: 200, body: { status: "resolved", orderId } });
    expect(await timelineOf(shop, customerId)).toContainEqual(["mismatch.resolved", id]);
  });
});

describe("an open mismatch", () => {
  it("is settled by a booking, with a note that no event holds", async () => {
    const { ask, table } = await desk();
    const [{ id }] = (await ask({ path: "/v1/mismatches" })).body.items;
    const body = { booking: "goodwill", note: "Olena keeps the 2 UAH" };
    const settled = await ask({ path: `/v1/mismatches/${id}/resolve`, body });
    expect(settled).toMatchObject({ status: 200, body: { id, status: "resolved", version: 3, ...body } });
    const noted = table.items().filter((item) => JSON.stringify(item).includes(body.note));
    expect(noted.map(({ sk }) => sk)).toEqual(["state"]);
    expect(await ask({ path: `/v1/mismatches/${id}/resolve`, body })).toMatchObject({ body: settled.body });
    const other = await ask({ path: `/v1/mismatches/${id}/resolve`, body: { booking: "refund" } });
    expect(other).toMatchObject({ status: 409, body: { code: "mismatch_not_open" } });
  });

  it("is on the customer's timeline when finance settles it, as it is when it opens or comes right", async () => {
    const { ask, capture, carry, clock } = await desk();
    const [over, short] = (await ask({ path: "/v1/mismatches" })).body.items;
    const { customerId } = (await ask({ path: `/v1/orders/${over.orderId}` })).body;
    clock.advance(MINUTE_MS);
    await ask({ path: `/v1/mismatches/${over.id}/resolve`, body: { booking: "goodwill", note: "keeps it" } });
    clock.advance(MINUTE_MS);
    await capture("pi_3", 98_00);
    await carry();
    const told = await ask({ path: `/v1/customers/${customerId}/timeline?kind=mismatch` });
    const items = told.body.items as { type: string; data: { mismatchId: string } }[];
    expect(items.map(({ type, data }) => [type, data.mismatchId])).toEqual([
      ["mismatch.closed", short.id],
      ["mismatch.resolved", over.id],
      ["mismatch.opened", over.id],
      ["mismatch.opened", short.id],
    ]);
    expect(items[1]).toMatchObject({ storeId: "sto_1", data: { booking: "goodwill" } });
    expect(told.text).not.toContain("keeps it");
  });

  it("of a payment without an order is settled on nobody's timeline", async () => {
    const shop = await desk();
    const { ask, table } = shop;
    const { id } = await unknownOrder(shop);
    const settled = await ask({ path: `/v1/mismatches/${id}/resolve`, body: { booking: "refund" } });
    expect(settled).toMatchObject({ status: 200, body: { status: "resolved" } });
    const events = table.items().filter(({ pk, sk }) => pk === `mismatch#${id}` && sk.startsWith("event#"));
    expect(events.filter((event) => "gsi1pk" in event)).toEqual([]);
  });

  it("is not settled by who read an older version", async () => {
    const { ask } = await desk();
    const [{ id }] = (await ask({ path: "/v1/mismatches" })).body.items;
    const headers = { "If-Match": '"1"' };
    const stale = await ask({ path: `/v1/mismatches/${id}/resolve`, headers, body: { booking: "goodwill" } });
    expect(stale).toMatchObject({ status: 412, body: { code: "stale_version" } });
  });

  it("that nobody knows is not found, nor is one that is only suspected", async () => {
    const shop = await financeDesk();
    await shop.order();
    await shop.capture("pi_1", 400_00);
    await shop.carry();
    const suspected = String(shop.mismatches()[0]?.pk).slice("mismatch#".length);
    for (const id of ["mis_none", suspected]) {
      const request = { path: `/v1/mismatches/${id}/resolve`, as: "finance" as const, body: { booking: "x" } };
      expect(await call(shop.runtime, entries, request)).toMatchObject({
        status: 404,
        body: { code: "mismatch_not_found" },
      });
    }
  });
});
