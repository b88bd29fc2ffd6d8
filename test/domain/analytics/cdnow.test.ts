import { describe, expect, it } from "vitest";
import { MERCHANT } from "../../../domain/analytics/contribution.ts";
import { contributionsOf } from "../../../domain/analytics/metrics/index.ts";
import { viewOf } from "../../../domain/order/view.ts";
import { customerWith, valueIn } from "../../support/analytics.ts";
import { type CdnowPurchase, cdnow, hasCdnow } from "../../support/cdnow.ts";
import { header, orderAfter } from "../../support/order-facts.ts";

/** The purchases as orders and customers of the real domain, as what they contribute. */
function contributed(purchases: readonly CdnowPurchase[]) {
  const orders = purchases.map(({ customer, day, totalMinor }, index) => {
    const placedAt = `${day}T12:00:00.000Z`;
    const order = orderAfter({ header: header({ day, placedAt, totalMinor, currency: "USD", timeZone: "UTC" }) });
    return { customer, order: { ...order, orderId: `ord_${index}` } };
  });
  const customers = [...Map.groupBy(orders, ({ customer }) => customer).values()].map((own) =>
    customerWith(
      ...own.map(({ order: { orderId, storeId, header: known, ...order } }) => {
        const { day, placedAt, totalMinor, currency } = known;
        const counted = !viewOf({ orderId, storeId, header: known, ...order }).cancelled;
        return { orderId, storeId, day, placedAt, totalMinor, currency, counted };
      }),
    ),
  );
  return [
    ...orders.map(({ order }) => contributionsOf("order", order)),
    ...customers.map((customer) => contributionsOf("customer", customer)),
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
