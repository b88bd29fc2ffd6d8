import { describe, expect, it } from "vitest";
import { viewOf } from "../../../domain/order/view.ts";
import { orderIdOf } from "../../../functions/table/order-ids.ts";
import { paymentIdOf } from "../../../functions/table/payment-ids.ts";
import type { IncomingPayment } from "../../../functions/table/payments.ts";
import { NOW } from "../../support/clock.ts";
import type { MemoryTable } from "../../support/memory-table.ts";
import { memoryTable } from "../../support/memory-table.ts";
import { claim, minute } from "../../support/order-facts.ts";
import { held } from "../../support/rendezvous.ts";
import { aStore, uah } from "../../support/samples.ts";
import { Shop } from "../../support/shop.ts";
import { origin } from "../../support/world.ts";

const HOOKED = aStore("sto_1", {}, ["hok_1"]);
const HOOK = { hookId: "hok_1", storeId: "sto_1" };
const WHOLE = uah(498_00);

const captured = (references: string[], amount = WHOLE, externalId = "pi_1"): IncomingPayment => ({
  provider: "stripe",
  externalId,
  received: { amount, capturedAt: minute(2), version: { at: minute(2), rank: 0, hash: "h" } },
  references,
});

const refunded = (totalMinor: number, at: string): IncomingPayment => ({
  provider: "stripe",
  externalId: "pi_1",
  refunds: [
    {
      refundKey: `total:${totalMinor}`,
      amount: uah(totalMinor),
      cumulative: true,
      refundedAt: at,
      version: { at, rank: 0, hash: "h" },
    },
  ],
});

const shopOver = (table: MemoryTable = memoryTable()) => new Shop(table);
const report = (shop: Shop, payment: IncomingPayment, hook = HOOK) =>
  shop.payments.report(hook, payment, origin(), NOW);
const place = async (shop: Shop, part: Record<string, unknown> = {}, names = ["1001"]) => {
  const { orderId } = await shop.accept(part, { store: HOOKED });
  await shop.payments.joinWaiting({ orderId, storeId: "sto_1" }, names, origin(), NOW);
  return orderId;
};
const viewIn = async (shop: Shop, orderId: string) => viewOf(await shop.order(orderId));
const paid = { paymentStatus: "paid", paidMinor: 498_00, stage: "processing" };

describe("a payment of a provider", () => {
  it("pays the order that it names: by the store's id, by its number, or by ours", async () => {
    for (const name of ["1001", "#1001", "ours"]) {
      const shop = shopOver();
      const orderId = await place(shop, { number: "#1001" });
      await report(shop, captured([name === "ours" ? orderId : name]));
      expect(await viewIn(shop, orderId), name).toMatchObject(paid);
      expect((await shop.buyer(orderId)).purchases).toMatchObject([{ paid: true }]);
    }
  });

  it("pays an order whose store's id looks like one of ours", async () => {
    const shop = shopOver();
    const orderId = await place(shop, { externalId: "ord_77" }, []);
    await report(shop, captured(["ord_77"]));
    expect(await viewIn(shop, orderId)).toMatchObject(paid);
  });

  it("joins its order when it is delivered again after a crash that kept them apart", async () => {
    const shop = shopOver();
    await report(shop, captured(["1001"]));
    const { orderId } = await shop.accept({}, { store: HOOKED });
    await report(shop, captured(["1001"]));
    expect(await viewIn(shop, orderId)).toMatchObject(paid);
  });

  it("is never told as unmatched when its order is there", async () => {
    const shop = shopOver();
    const orderId = await place(shop);
    await report(shop, captured(["1001"]));
    const types = (await shop.history(`order#${orderId}`)).map(({ type }) => type);
    expect(types).toContain("payment.matched");
    expect(types).not.toContain("payment.unmatched");
  });

  it("waits for its order when it comes first, and joins it", async () => {
    const table = memoryTable();
    const shop = shopOver(table);
    await report(shop, captured(["#1001", "unknown"]));
    const orderId = await place(shop, { number: "#1001" }, ["1001", "#1001"]);
    expect(await viewIn(shop, orderId)).toMatchObject(paid);
    expect(table.items().filter(({ pk }) => pk.startsWith("reference#"))).toEqual([]);
  });

  it("finds its order when either is saved while the other looks for it", async () => {
    const pays = (shop: Shop) => report(shop, captured(["1001"]));
    for (const [slow, quick] of [
      [pays, place],
      [place, pays],
    ] as const) {
      const memory = memoryTable();
      const { table, arrived, release } = held(memory);
      const saved = slow(shopOver(table));
      await arrived;
      await quick(shopOver(memory));
      release();
      await saved;
      expect(await viewIn(shopOver(memory), orderIdOf("sto_1", "1001", false)), slow.name).toMatchObject(paid);
    }
  });

  it("never pays an order of another store", async () => {
    const shop = shopOver();
    const orderId = await place(shop);
    await report(shop, captured([orderId, "1001"]), { hookId: "hok_2", storeId: "sto_2" });
    expect(await viewIn(shop, orderId)).toMatchObject({ paymentStatus: "unpaid" });
  });

  it("never pays a test order by a name that a live one may have", async () => {
    const shop = shopOver();
    const { orderId } = await shop.accept({ number: "#1001" }, { store: HOOKED, test: true });
    for (const [index, name] of ["1001", "#1001"].entries()) await report(shop, captured([name], WHOLE, `pi_${index}`));
    expect(await viewIn(shop, orderId)).toMatchObject({ paymentStatus: "unpaid" });
  });

  it("writes nothing the second time, before and after its order", async () => {
    const table = memoryTable();
    const shop = shopOver(table);
    const again = async () => {
      const { writes } = table.counts;
      await report(shop, captured(["1001"]));
      expect(table.counts.writes).toBe(writes);
    };
    await report(shop, captured(["1001"]));
    await again();
    await place(shop);
    await again();
  });

  it("and the platform's claim of it are one payment", async () => {
    const shop = shopOver();
    const told = { claim: { ...claim(498_00), at: minute(1) } };
    const { orderId } = await shop.accept({}, { store: HOOKED, more: told });
    expect(await viewIn(shop, orderId)).toMatchObject({ paymentStatus: "unpaid", paidMinor: 0 });
    await report(shop, captured(["1001"]));
    expect(await viewIn(shop, orderId)).toMatchObject(paid);
  });

  it("is one item, whichever of its deliveries comes", () =>
    expect(paymentIdOf("sto_1", "stripe", "pi_1")).not.toBe(paymentIdOf("sto_2", "stripe", "pi_1")));

  it("is looked for again only when it is known", async () =>
    expect(shopOver().payments.match("pay_none", origin(), NOW)).rejects.toMatchObject({ code: "payment_not_found" }));
});

describe("refunds of a provider's payment", () => {
  it("reach the order whichever of capture, order and refund levels comes first", async () => {
    const deliveries: [string, (shop: Shop) => Promise<unknown>][] = [
      ["order", (shop) => place(shop)],
      ["capture", (shop) => report(shop, captured(["1001"]))],
      ["first refund", (shop) => report(shop, refunded(100_00, minute(20)))],
      ["second refund", (shop) => report(shop, refunded(300_00, minute(30)))],
    ];
    const rotations = deliveries.map((_, start) => [...deliveries.slice(start), ...deliveries.slice(0, start)]);
    for (const order of [...rotations, ...rotations.map((one) => [...one].reverse())]) {
      const shop = shopOver();
      for (const [, deliver] of order) await deliver(shop);
      const orderId = await place(shop);
      const view = await viewIn(shop, orderId);
      const told = order.map(([name]) => name).join(", ");
      expect(view, told).toMatchObject({
        paidMinor: 498_00,
        refundedMinor: 300_00,
        paymentStatus: "partially_refunded",
      });
      expect(
        view.refunds.map(({ amountMinor, at }) => [amountMinor, at]),
        told,
      ).toEqual([
        [100_00, minute(20)],
        [200_00, minute(30)],
      ]);
    }
  });
});
