import { describe, expect, it } from "vitest";
import { nothingKnown, type Order } from "../../../domain/order/facts.ts";
import { keptOf, orderIn } from "../../../functions/table/order-item.ts";
import { capture, claim, fulfillment, header, orderAfter, refund, report } from "../../support/order-facts.ts";
import { uah } from "../../support/samples.ts";

const itemOf = (order: Order) => ({
  pk: `order#${order.status === "absent" ? "" : order.orderId}`,
  sk: "state",
  state: keptOf(order),
});

const PLACED = { header: header() };
const MONEY = { ...PLACED, captures: [capture(uah(498_00))], refunds: [refund(uah(10_00))] };
const ORDERS: readonly [string, Order][] = [
  ["that waits for its snapshot", { ...nothingKnown("ord_1"), captures: orderAfter(MONEY).captures }],
  ["that was just placed", orderAfter(PLACED)],
  ["with money and parcels", orderAfter(MONEY, { fulfillments: [fulfillment("shipped", "2026-11-21T10:00:00.000Z")] })],
  [
    "with claims and stages",
    orderAfter({ header: header({ claim: claim(498_00) }), stage: report("approval", "2026") }),
  ],
  ["of a test key that evidence is expected for", { ...orderAfter(PLACED), test: true, evidenceExpected: true }],
];

describe("the item of an order", () => {
  it.each(ORDERS)("keeps an order %s", (_, order) => expect(orderIn(itemOf(order))).toEqual(order));

  it("says nothing of what the order has none of, nor its id twice", () => {
    const kept = keptOf(orderAfter(PLACED));
    const unsaid = ["orderId", "test", "evidenceExpected", "captures", "refunds", "fulfillments", "claimedSince"];
    expect(Object.keys(kept).filter((name) => unsaid.includes(name))).toEqual([]);
    expect(kept).toMatchObject({ status: "placed", header: header() });
  });

  it("is read as well where it says everything", () => {
    const order = orderAfter(MONEY);
    expect(orderIn({ ...itemOf(order), state: order })).toEqual(order);
  });

  it("that is not there is no order", () => expect(orderIn(undefined)).toEqual({ status: "absent" }));
});
