import { describe, expect, it } from "vitest";
import { MERCHANT } from "../../../domain/analytics/contribution.ts";
import { contributionsOf } from "../../../domain/analytics/metrics/index.ts";
import type { KnownCustomer } from "../../../domain/customer/customer.ts";
import { valueIn } from "../../support/analytics.ts";
import { type CdnowPurchase, cdnow, cdnowStates, hasCdnow } from "../../support/cdnow.ts";

function contributed(purchases: readonly CdnowPurchase[]) {
  const { orders, customers } = cdnowStates(purchases);
  return [
    ...orders.map((order) => contributionsOf("order", order)),
    ...customers.map((versions) => contributionsOf("customer", versions.at(-1) as KnownCustomer)),
  ];
}

const sales = { scope: "sto_1" };
const people = { scope: MERCHANT };

describe.skipIf(!hasCdnow)("the CDNOW sample", () => {
  it("comes to its published numbers when every row is an order", () => {
    const all = contributed(cdnow());
    expect(valueIn("customers_new", all, people).value).toBe("2357");
    expect(valueIn("orders", all, sales).value).toBe("6919");
    expect(valueIn("revenue", all, sales, "USD").value).toBe("244091.94");
    expect(valueIn("average_order_value", all, sales, "USD").value).toBe("35.2785");
    expect(valueIn("repeat_purchase_rate", all, people)).toMatchObject({ value: "48.8757", numerator: "1152" });
    expect(valueIn("lifetime_value", all, people, "USD").value).toBe("103.5604");
    expect(valueIn("days_between_orders", all, people).value).toBe("67.3968");
  });

  it("comes to other averages when the rows of a day are one order", () => {
    const days = Map.groupBy(cdnow(), ({ customer, day }) => `${customer} ${day}`);
    const merged = [...days.values()].map((rows) => ({
      ...(rows[0] as CdnowPurchase),
      totalMinor: rows.reduce((sum, { totalMinor }) => sum + totalMinor, 0),
    }));
    const all = contributed(merged);
    expect(valueIn("orders", all, sales).value).toBe("6696");
    expect(valueIn("revenue", all, sales, "USD").value).toBe("244091.94");
    expect(valueIn("lifetime_value", all, people, "USD").value).toBe("103.5604");
    expect(valueIn("average_order_value", all, sales, "USD").value).toBe("36.4534");
    expect(valueIn("repeat_purchase_rate", all, people)).toMatchObject({ value: "48.3241", numerator: "1139" });
    expect(valueIn("days_between_orders", all, people).value).toBe("70.8606");
  });
});
