import { describe, expect, it } from "vitest";
import { payments } from "../../../../functions/table/payments.ts";
import type { As } from "../../../support/http.ts";
import { eur, uah } from "../../../support/samples.ts";
import { origin } from "../../../support/world.ts";
import { merchant } from "./orders.ts";

const payment = (part: object = {}) => ({
  externalId: "p-1",
  provider: "manual",
  amount: uah(498_00),
  capturedAt: "2026-11-20T10:16:00Z",
  ...part,
});
const refund = (amountMinor: number, part: object = {}) => ({
  mode: "record",
  amount: uah(amountMinor),
  reason: "returned",
  ...part,
});

/** A shop with one order of 498.00 UAH. */
async function shopWithOrder() {
  const shop = await merchant();
  const order = await shop.place();
  const post = (action: string, body: object, as: As = "owner", headers = {}) =>
    shop.ask({ path: `/v1/orders/${order.id}/${action}`, as, body, headers });
  return { ...shop, order, post };
}

describe("an order", () => {
  it("is shown by its id, and to its store's key by its external id", async () => {
    const { ask, order } = await shopWithOrder();
    expect(await ask({ path: `/v1/orders/${order.id}`, as: "finance" })).toMatchObject({
      status: 200,
      body: order,
      headers: { etag: '"1"' },
    });
    expect((await ask({ path: "/v1/orders/ext:1001" })).body.id).toBe(order.id);
    expect((await ask({ path: "/v1/orders/ext:1001", as: "owner" })).status).toBe(404);
  });

  it("does not exist for another store's key, whatever it asks", async () => {
    const { ask, order, post, table } = await shopWithOrder();
    const before = table.items();
    const foreign = { key: "sto_2" };
    const answers = [
      await ask({ path: `/v1/orders/${order.id}`, as: foreign }),
      await ask({ path: `/v1/orders/${order.id}/history`, as: foreign }),
      await ask({ path: "/v1/orders/ext:1001", as: foreign }),
      await post("stage", { stage: "shipped" }, foreign),
      await post("payments", payment(), foreign),
    ];
    for (const answer of answers) expect(answer).toMatchObject({ status: 404, body: { code: "order_not_found" } });
    expect(table.items()).toEqual(before);
  });
});

describe("a change of an order", () => {
  it("is answered with what the order holds by then: a push was faster", async () => {
    const { table, place, post } = await shopWithOrder();
    const { write } = table;
    const later = {
      updatedAt: "2026-11-20T10:20:00Z",
      lines: [{ name: "Tea", unitPrice: uah(90_00) }],
      total: uah(90_00),
    };
    table.write = async (writes) => {
      table.write = write;
      await place(later);
      return table.write(writes);
    };
    const moved = await post("stage", { stage: "approval" });
    expect(moved.body).toMatchObject({ version: 3, total: uah(90_00), lines: [{ name: "Tea" }] });
  });

  it("that finds no order has changed nothing, though it is placed in the same moment", async () => {
    const { table, ask, place } = await merchant();
    const { query, get } = table;
    const placed = Promise.withResolvers<void>();
    table.query = async (wanted) => {
      Object.assign(table, { query, get });
      const early = await query(wanted);
      await place();
      placed.resolve();
      return early;
    };
    table.get = async (key) => {
      await placed.promise;
      return get(key);
    };
    const paid = await ask({ path: "/v1/orders/ext:1001/payments", body: payment() });
    expect(paid).toMatchObject({ status: 404, body: { code: "order_not_found" } });
    expect((await ask({ path: "/v1/orders/ext:1001" })).body).toMatchObject({ payments: [], version: 1 });
  });
});

describe("a stage", () => {
  it("is given by a person, with a note that stays out of events", async () => {
    const { ask, order, post, table } = await shopWithOrder();
    const note = "Olena asked to hold it";
    const moved = await post("stage", { stage: "approval", note }, "manager");
    expect(moved).toMatchObject({ status: 200, body: { stage: "approval", version: 2 } });
    const { body } = await ask({ path: `/v1/orders/${order.id}/history` });
    const noted = body.items.filter((item: { note?: string }) => item.note);
    expect(noted).toMatchObject([{ type: "order.stage_reported", note, actor: { kind: "staff", id: "stf_manager" } }]);
    expect(table.items().filter((item) => JSON.stringify(item).includes(note))).toHaveLength(1);
  });

  it("that the order has already changes nothing", async () => {
    const { post } = await shopWithOrder();
    await post("stage", { stage: "approval" });
    expect(await post("stage", { stage: "approval" })).toMatchObject({ status: 200, body: { version: 2 } });
  });

  it("may come twice with its note, and takes no new note without a move", async () => {
    const { post, table } = await shopWithOrder();
    const move = { stage: "approval", note: "Called the buyer" };
    await post("stage", move);
    const before = table.items();
    expect(await post("stage", move)).toMatchObject({ status: 200, body: { version: 2 } });
    const lost = await post("stage", { ...move, note: "Called the buyer again" });
    expect(lost).toMatchObject({ status: 409, body: { code: "stage_unchanged", facts: { stage: "approval" } } });
    expect(lost.body.detail).toContain("the note was not kept");
    expect(table.items()).toEqual(before);
  });

  it("is not given by who read an older version", async () => {
    const { post } = await shopWithOrder();
    const stale = await post("stage", { stage: "shipped" }, "owner", { "If-Match": '"7"' });
    expect(stale).toMatchObject({ status: 412, body: { code: "stale_version", facts: { version: 1 } } });
  });
});

describe("a payment", () => {
  it("that is recorded pays the order, once", async () => {
    const { post } = await shopWithOrder();
    const paid = { paymentStatus: "paid", stage: "processing", paid: uah(498_00), due: uah(0) };
    expect(await post("payments", payment(), "finance")).toMatchObject({ status: 201, body: paid });
    const again = await post("payments", payment(), "finance");
    expect(again).toMatchObject({
      status: 201,
      body: { ...paid, payments: [payment({ capturedAt: "2026-11-20T10:16:00.000Z" })] },
    });
  });

  it("is one payment by its id: another amount or currency under the same id is refused", async () => {
    const { post, table } = await shopWithOrder();
    await post("payments", payment());
    const before = table.items();
    const again = await post("payments", payment({ capturedAt: "2026-11-20T11:00:00Z" }));
    expect(again).toMatchObject({ status: 201, body: { payments: [{ capturedAt: "2026-11-20T10:16:00.000Z" }] } });
    for (const amount of [uah(498_01), uah(1), eur(498_00)]) {
      expect(await post("payments", payment({ amount, capturedAt: "2026-11-20T12:00:00Z" }))).toMatchObject({
        status: 409,
        body: { code: "payment_differs", facts: { recorded: uah(498_00) } },
      });
    }
    expect(table.items()).toEqual(before);
    expect((await post("payments", payment({ externalId: "p-2", amount: uah(1) }))).body.payments).toHaveLength(2);
  });

  it("in another currency is shown as not counted, and pays nothing", async () => {
    const { ask, order, post } = await shopWithOrder();
    await post("payments", payment({ externalId: "p-2", capturedAt: "2026-11-20T10:20:00Z" }));
    await post("payments", payment({ amount: eur(10_00) }));
    const { body } = await ask({ path: `/v1/orders/${order.id}` });
    expect(body).toMatchObject({ paid: uah(498_00), due: uah(0), paymentStatus: "paid" });
    expect(body.payments).toMatchObject([
      { externalId: "p-1", amount: eur(10_00), basis: "evidence", counted: false },
      { externalId: "p-2", amount: uah(498_00), basis: "evidence", counted: true },
    ]);
  });

  it("of nothing or less is refused with a pointer", async () => {
    const { post } = await shopWithOrder();
    const { status, body } = await post("payments", payment({ amount: uah(0) }));
    expect([status, body.errors[0].pointer]).toEqual([400, "/amount/amountMinor"]);
  });

  it("is repeated by an Idempotency-Key as it was answered", async () => {
    const { post } = await shopWithOrder();
    const headers = { "Idempotency-Key": "pay-1" };
    const first = await post("payments", payment(), "owner", headers);
    expect(await post("payments", payment(), "owner", headers)).toMatchObject({ status: 201, body: first.body });
    const other = await post("payments", payment({ amount: uah(1) }), "owner", headers);
    expect(other).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
  });
});

describe("a refund", () => {
  it("that is recorded is taken off, once for its id", async () => {
    const { post } = await shopWithOrder();
    await post("payments", payment());
    const body = refund(100_00, { externalId: "r-1" });
    expect(await post("refunds", body, "finance")).toMatchObject({
      status: 201,
      body: { refunded: uah(100_00), paymentStatus: "partially_refunded", refunds: [{ externalId: "r-1" }] },
    });
    expect((await post("refunds", body, "finance")).body.refunded).toEqual(uah(100_00));
    const other = await post("refunds", { ...body, amount: uah(1_00) });
    expect(other).toMatchObject({ status: 409, body: { code: "refund_differs" } });
  });

  it("is refused beyond what is left to refund", async () => {
    const { post } = await shopWithOrder();
    await post("payments", payment());
    await post("refunds", refund(400_00));
    expect(await post("refunds", refund(98_01))).toMatchObject({
      status: 409,
      body: { code: "refund_exceeds_captured", facts: { leftMinor: 98_00 } },
    });
    expect((await post("refunds", refund(98_00))).body.paymentStatus).toBe("refunded");
  });

  it("in another currency is refused", async () => {
    const { post } = await shopWithOrder();
    await post("payments", payment());
    const answer = await post("refunds", { ...refund(1), amount: eur(1) });
    expect(answer).toMatchObject({ status: 409, body: { code: "refund_currency_differs" } });
  });

  it("cannot be started while no provider refunds from here", async () => {
    const { post, table } = await shopWithOrder();
    await post("payments", payment());
    const before = table.items();
    const start = (amountMinor: number) =>
      post("refunds", { mode: "start", amount: uah(amountMinor), reason: "returned" });
    expect(await start(498_00)).toMatchObject({
      status: 409,
      body: { code: "refund_not_supported", facts: { providers: ["manual"] } },
    });
    expect(await start(498_01)).toMatchObject({ status: 409, body: { code: "refund_exceeds_captured" } });
    expect(table.items()).toEqual(before);
  });
});

describe("a history", () => {
  it("tells what happened oldest first, page by page, without what is the customer's", async () => {
    const { ask, order, post, clock } = await shopWithOrder();
    clock.advance(1_000);
    await post("payments", payment());
    clock.advance(1_000);
    await post("stage", { stage: "shipped" }, "manager");
    const types: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const query: string = `limit=2${cursor && `&cursor=${cursor}`}`;
      const { body } = await ask({ path: `/v1/orders/${order.id}/history?${query}`, as: "finance" });
      expect(body.items.length).toBeLessThanOrEqual(2);
      types.push(...body.items.map(({ type }: { type: string }) => type));
      cursor = body.nextCursor;
    }
    expect(types).toEqual([
      "order.placed",
      "payment.captured",
      "order.paid",
      "order.stage_changed",
      "order.stage_reported",
      "order.stage_changed",
    ]);
  });
});

describe("a provider's payment", () => {
  it("is told in the history of its order, whichever came first", async () => {
    const { ask, runtime, order, clock } = await shopWithOrder();
    const version = { at: clock.now(), rank: 0, hash: "h" };
    const received = { amount: uah(498_00), capturedAt: clock.now(), version };
    const incoming = { provider: "stripe", externalId: "pi_1", received, references: ["1001"] };
    const hook = { hookId: "hok_1", storeId: "sto_1" };
    await runtime.get(payments).report(hook, incoming, origin(), clock.now());
    const { body } = await ask({ path: `/v1/orders/${order.id}/history` });
    const types = body.items.map(({ type }: { type: string }) => type);
    expect(types).toEqual(expect.arrayContaining(["payment.received", "payment.captured", "order.paid"]));
  });
});

describe("what a change answers", () => {
  it("is what whoever reads the order then is shown, read no second time", async () => {
    const { ask, order, post, table } = await shopWithOrder();
    // The order, its content, and its card where a change means something to that.
    const changes = [
      { action: "payments", body: payment(), reads: 3 },
      { action: "stage", body: { stage: "shipped" }, reads: 2 },
      { action: "stage", body: { stage: "shipped" }, reads: 2 },
      { action: "refunds", body: refund(100_00), reads: 2 },
      { action: "stage", body: { stage: "cancelled" }, reads: 3 },
    ];
    for (const { action, body, reads } of changes) {
      const before = { ...table.counts };
      const answer = await post(action, body);
      const { gets, queries } = table.counts;
      expect(gets + queries - before.gets - before.queries).toBe(reads);
      const shown = await ask({ path: `/v1/orders/${order.id}`, as: "owner" });
      expect([answer.body, answer.headers.etag]).toEqual([shown.body, shown.headers.etag]);
    }
  });
});
