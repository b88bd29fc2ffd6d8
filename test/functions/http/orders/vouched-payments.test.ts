import { describe, expect, it } from "vitest";
import { type IncomingPayment, payments } from "../../../../functions/table/payments.ts";
import { uah } from "../../../support/samples.ts";
import { origin } from "../../../support/world.ts";
import { merchant, pushed } from "./orders.ts";

const AT = "2026-11-20T10:16:00.000Z";
const version = { at: AT, rank: 0, hash: "a" };
const vouched = { externalId: "pi_1", provider: "stripe", amount: uah(498_00), capturedAt: AT };
/** What Stripe tells of a payment that names no order: itself and its charge. */
const captured = { received: { amount: uah(498_00), capturedAt: AT, version }, references: ["pi_1", "ch_1"] };
const refunded = {
  refunds: [{ refundKey: "re_1", amount: uah(98_00), cumulative: false, refundedAt: AT, version }],
  references: ["pi_1", "ch_1"],
};

/** A shop of one order, to which Stripe tells of a payment that names none. */
async function shop() {
  const made = await merchant();
  const { runtime, clock } = made;
  const tell = (told: Partial<IncomingPayment>, externalId = "pi_1") =>
    runtime
      .get(payments)
      .report(
        { hookId: "hok_1", storeId: "sto_1" },
        { provider: "stripe", externalId, ...told },
        origin(),
        clock.now(),
      );
  const order = async () => (await made.ask({ path: "/v1/orders/ext:1001" })).body;
  return { ...made, tell, order };
}

describe("a payment that a store vouches for by its provider's id", () => {
  it.each([
    ["with the order, before the provider tells", ["order", "captured"]],
    ["with the order, after the provider told", ["captured", "order"]],
    ["afterwards, before the provider tells", ["bare", "payment", "captured"]],
    ["afterwards, after the provider told", ["bare", "captured", "payment"]],
  ])("is the provider's, when vouched for %s", async (_, steps) => {
    const { ask, place, tell, order } = await shop();
    for (const step of steps) {
      if (step === "order") await place({ payments: [vouched] });
      if (step === "bare") await place();
      if (step === "captured") await tell(captured);
      if (step === "payment") await ask({ path: "/v1/orders/ext:1001/payments", body: vouched });
    }
    await tell(refunded);
    expect(await order()).toMatchObject({
      paid: uah(498_00),
      refunded: uah(98_00),
      payments: [{ provider: "stripe" }],
    });
    expect((await order()).payments).toHaveLength(1);
  });

  it("is not another provider's of the same id, nor one that was paid by hand", async () => {
    const { place, tell, order } = await shop();
    const others = [
      { ...vouched, provider: "manual" },
      { ...vouched, externalId: "7", provider: "till" },
    ];
    await place({ payments: others });
    await tell(captured);
    await tell({ ...captured, references: ["7"] }, "pi_7");
    expect((await order()).payments.map(({ provider }: { provider: string }) => provider)).toEqual(["manual", "till"]);
  });

  it.each(["2026-11-20T10:15:00.000Z", AT, "2026-11-20T10:17:00.000Z"])(
    "is of the amount that its provider says, though the store says another of %s",
    async (capturedAt) => {
      const { ask, place, tell, order } = await shop();
      const other = { ...vouched, capturedAt, amount: uah(400_00) };
      await place();
      await ask({ path: "/v1/orders/ext:1001/payments", body: other });
      await tell(captured);
      expect(await order()).toMatchObject({ paid: uah(498_00) });
      const { paid, warnings } = await place({ payments: [other] });
      expect(paid).toEqual(uah(498_00));
      expect(warnings).toMatchObject([{ pointer: "/payments/0/amount", code: "payment_differs" }]);
      expect(warnings[0].message).toContain("Its provider says so");
      expect(warnings[0].message).not.toContain("capturedAt");
    },
  );

  it("fits one transaction with the longest order and the most payments", async () => {
    const { ask, order, table } = await shop();
    const lines = Array.from({ length: 2_000 }, () => ({ name: "Coffee", unitPrice: uah(1_00) }));
    const payments = Array.from({ length: 50 }, (_, nth) => ({ ...vouched, externalId: `pi_${nth}` }));
    const named = { firstName: "Olena", lastName: "Koval", company: { name: "Kvitka", taxId: "12345678" } };
    const customer = { externalId: "c-7", email: "olena@example.com", phone: "067 111 22 33", ...named };
    const body = pushed({ lines, payments, customer });
    const placed = await ask({ path: "/v1/orders", body, headers: { "idempotency-key": "one" } });
    expect(placed.status).toBe(201);
    expect((await order()).payments).toHaveLength(50);
    expect(table.items().filter(({ pk }) => pk.startsWith("reference#"))).toHaveLength(50);
  });

  it("costs no write of an order that nobody vouches for a payment of", async () => {
    const { place, table } = await shop();
    const before = table.changes.length;
    await place({ payments: [{ ...vouched, provider: "manual" }] });
    const written = table.changes.slice(before).map((change) => change.new?.pk ?? "");
    expect(written.filter((pk) => pk.startsWith("reference#"))).toEqual([]);
  });

  it("names its provider without a colon: with one, two payments might be taken for one", async () => {
    const { ask, place } = await shop();
    await place();
    const colon = { ...vouched, provider: "stripe:eu" };
    const refund = { mode: "record", reason: "returned", ...colon, capturedAt: undefined };
    const refused = [
      await ask({ path: "/v1/orders", body: pushed({ payments: [colon] }) }),
      await ask({ path: "/v1/orders/ext:1001/payments", body: colon }),
      await ask({ path: "/v1/orders/ext:1001/refunds", as: "owner", body: refund }),
    ];
    for (const { status, body } of refused) {
      expect([status, body.errors.map(({ message }: { message: string }) => message)]).toMatchObject([
        400,
        [expect.stringContaining("no colon")],
      ]);
    }
  });

  it("is none of a test order's", async () => {
    const { place, tell, ask } = await shop();
    const as = { testKey: "sto_1" };
    const { id } = await place({ payments: [vouched] }, as);
    await tell(refunded);
    expect((await ask({ path: `/v1/orders/${id}`, as })).body).toMatchObject({ refunded: uah(0) });
  });
});
