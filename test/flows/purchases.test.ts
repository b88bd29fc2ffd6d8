import { describe, expect } from "vitest";
import { cdnow, hasCdnow } from "../support/cdnow.ts";
import { aStore, eventually, it, kolo } from "./support/kolo.ts";
import { MUSIC_SHOP, metricsOf, numbersOf, sell } from "./support/purchases.ts";

const CUSTOMERS = 100;

describe.skipIf(!hasCdnow)("the purchases of CDNOW", () => {
  it("come to the published numbers when they are counted plainly", async () => {
    expect(numbersOf(cdnow())).toEqual({
      ...{ customers_new: "2357", orders: "6919", revenue: "244091.94", repeat_purchase_rate: "48.8757" },
      ...{ average_order_value: "35.2785", lifetime_value: "103.5604", days_between_orders: "67.3968" },
    });
  });

  it(
    `of the first ${CUSTOMERS} customers come to exactly those numbers, and nobody is mailed about 1997`,
    async () => {
      const purchases = cdnow().filter(({ customer }) => Number(customer) <= CUSTOMERS);
      const store = await aStore(MUSIC_SHOP);
      const before = (await kolo.outbox()).length;
      await sell(store, purchases);
      await eventually(async () => expect(await metricsOf(store)).toEqual(numbersOf(purchases)));
      expect((await kolo.outbox()).length).toBe(before);
    },
    { timeoutMs: 120_000 },
  );
});
