import { afterAll, beforeAll, describe, expect } from "vitest";
import { uah } from "../support/samples.ts";
import { aStore, it, kolo, mailsTo, ok } from "./support/kolo.ts";
import { aBuyer } from "./support/store.ts";
import { aPayment, aShopifyOrder } from "./support/words.ts";

const DAY = 86_400;

describe("a shop whose every message inside of AWS is delivered twice", () => {
  const twice = async (duplicate: boolean) => {
    if (kolo.capabilities.has("faults")) await ok("/_local/faults", { body: { duplicate } });
  };
  beforeAll(() => twice(true));
  afterAll(() => twice(false));

  it(
    "mails once, counts once and opens one mismatch",
    async () => {
      const store = await aStore({ platform: "shopify" });
      const [shop, bank] = [await store.connect("shopify"), await store.connect("stripe")];
      const now = await kolo.now();
      const [paid, short] = [aShopifyOrder(now), aShopifyOrder(now)];
      const buyer = aBuyer();
      for (const sold of [paid, short]) await shop.deliver(sold.said("orders/create"));
      await bank.deliver(aPayment(now, { order: paid.externalId, amountMinor: 528_00 }).succeeded());
      await bank.deliver(aPayment(now, { order: short.externalId, amountMinor: 500_00 }).succeeded());
      const unpaid = await store.places({ customer: buyer, total: uah(300_00) });
      await kolo.advance(20 * 60);
      const [mismatch, ...others] = await store.mismatches();
      expect(others).toEqual([]);
      expect(mismatch).toMatchObject({ kind: "amount_short", status: "open" });
      // A topic may be told twice; it is told of the same one.
      const told = (await store.alerts()).map(({ attributes }) => attributes.mismatchId);
      expect(new Set(told)).toEqual(new Set([mismatch.id]));
      await kolo.advance(DAY);
      for (const { email } of [paid.buyer, short.buyer])
        expect(await mailsTo(email)).toHaveLength(short.buyer.email === email ? 2 : 1);
      expect(await mailsTo(buyer.email)).toHaveLength(2);
      expect(await store.metrics("orders", "revenue", "paid_revenue", "customers_new")).toEqual({
        ...{ orders: "3", revenue: "1356.00", paid_revenue: "1028.00", customers_new: "3" },
      });
      const history = await ok(`/v1/orders/${unpaid.id}/history`, { as: "manager" });
      expect(history.items).toHaveLength(1);
    },
    { needs: ["faults", "clock"] },
  );
});
