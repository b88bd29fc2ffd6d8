import { describe, expect, it } from "vitest";
import { moneyOf } from "../../../domain/order/money-view.ts";
import { order } from "../../../domain/order/order.ts";
import { instantAfter, NOW } from "../../support/clock.ts";
import { given } from "../../support/given.ts";
import {
  capture,
  claim,
  eventsAfter,
  fulfillment,
  header,
  merge,
  minute,
  move,
  orderAfter,
  report,
  signed,
  WHOLE,
} from "../../support/order-facts.ts";
import { PLACED_AT, uah } from "../../support/samples.ts";

const placed = eventsAfter({ header: header() });

describe("an order", () => {
  it("is placed by its first snapshot, when it happened and not when we heard of it", () =>
    given(order)
      .when(merge({ header: header() }))
      .isDecided({ type: "order.placed", at: PLACED_AT, data: { customerId: "cus_1", paymentStatus: "unpaid" } })
      .leaves({ status: "placed", header: { totalMinor: 498_00 } }));

  it("keeps facts that come before it and waits", () =>
    given(order)
      .when(merge({ captures: [capture(WHOLE)] }))
      .isDecided("payment.captured")
      .leaves({ status: "awaited", captures: { "stripe:pi_1": { amount: WHOLE } } })
      .when(merge({ header: header() }))
      .isDecided({ type: "order.placed", data: { paymentStatus: "paid" } }, "order.paid", "order.stage_changed"));

  it("takes a newer snapshot, and no older one", () => {
    const newer = merge({ header: header({ totalMinor: 600_00 }, minute(5)) });
    given(order, ...placed)
      .when(newer)
      .isDecided("order.updated")
      .leaves({ header: { totalMinor: 600_00 } });
    const known = eventsAfter({ header: header() }, { header: header({ totalMinor: 600_00 }, minute(5)) });
    given(order, ...known)
      .when(merge({ header: header({ totalMinor: 1_00 }, minute(4)) }))
      .changesNothing();
  });

  it("takes of two snapshots of one time always the same, and one that was read again before both", () => {
    const one = header({ totalMinor: 100_00, version: { at: minute(1), rank: 0, hash: "a" } });
    const two = header({ totalMinor: 200_00, version: { at: minute(1), rank: 0, hash: "b" } });
    const read = header({ totalMinor: 300_00, version: { at: minute(1), rank: 1, hash: "0" } });
    for (const headers of [
      [one, two],
      [two, one],
    ]) {
      expect(orderAfter(...headers.map((told) => ({ header: told }))).header.totalMinor).toBe(200_00);
    }
    expect(orderAfter({ header: read }, { header: two }).header.totalMinor).toBe(300_00);
  });

  it("is paid when captures cover what is owed, at the time of the one that did", () =>
    given(order, ...placed)
      .when(merge({ captures: [capture(uah(400_00), "stripe:pi_1", minute(3))] }))
      .isDecided("payment.captured", "order.disagreed")
      .when(merge({ captures: [capture(uah(98_00), "stripe:pi_2", minute(9))] }))
      .isDecided(
        { type: "payment.captured", at: minute(9) },
        { type: "order.paid", at: minute(9), data: { paid: WHOLE } },
        { type: "order.stage_changed", at: NOW, data: { from: "new", to: "processing" } },
        "order.agreed",
      ));

  it("is paid again after its total grew and the rest came", () => {
    const grown = eventsAfter(
      { header: header(), captures: [capture(WHOLE)] },
      { header: header({ totalMinor: 600_00 }, minute(20)) },
    );
    given(order, ...grown)
      .when(merge({ captures: [capture(uah(102_00), "stripe:pi_2", minute(30))] }))
      .isDecided(
        "payment.captured",
        { type: "order.paid", at: minute(30), data: { paid: uah(600_00) } },
        "order.stage_changed",
        "order.agreed",
      );
  });

  it("is cancelled once, by the platform or by a person", () => {
    given(order, ...placed)
      .when(merge({ stage: report("cancelled", minute(7)) }))
      .isDecided("order.stage_reported", "order.stage_changed", "order.cancelled")
      .when(move("cancelled", NOW))
      .changesNothing();
    given(order, ...placed)
      .when(move("cancelled", NOW))
      .isDecided("order.stage_reported", { type: "order.stage_changed", data: { to: "cancelled" } }, "order.cancelled");
  });

  it("takes the newest of two facts of one key in one delivery, whichever stands first", () => {
    const old = fulfillment("shipped", minute(5));
    const recent = fulfillment("delivered", minute(6), { shippedAt: minute(5) });
    for (const fulfillments of [
      [old, recent],
      [recent, old],
    ]) {
      given(order, ...placed)
        .when(merge({ fulfillments }))
        .isDecided("fulfillment.reported", "order.stage_changed")
        .leaves({ fulfillments: { "f-1": { status: "delivered" } } });
    }
  });

  it("believes the payment's provider before the shop, whichever is newer and came first", () => {
    const theirs = { captures: [signed(capture(uah(400_00), "stripe:pi_1", minute(5)))] };
    for (const at of [minute(4), minute(5), minute(6)]) {
      const shops = { captures: [capture(WHOLE, "stripe:pi_1", at)] };
      const both = { captures: [...theirs.captures, ...shops.captures] };
      for (const told of [[theirs, shops], [shops, theirs], [both]]) {
        expect(moneyOf(orderAfter({ header: header() }, ...told))).toMatchObject({ paidMinor: 400_00 });
      }
    }
  });

  it("takes a newer word of the payment's provider, and no older one", () => {
    const told = (at: string) => merge({ captures: [signed(capture(WHOLE, "stripe:pi_1", at))] });
    given(order, ...placed)
      .when(told(minute(5)))
      .when(told(minute(6)))
      .isDecided("payment.captured")
      .when(told(minute(5)))
      .changesNothing();
  });

  it("remembers when an amount was first claimed, however late that is heard", () => {
    const late = { header: header({ claim: claim(498_00) }, minute(30)) };
    const first = merge({ header: header({ claim: claim(498_00) }, minute(10)) });
    given(order, ...eventsAfter(late))
      .when(first)
      .isDecided({ type: "payment.claimed", data: { claimedAt: minute(10) } });
  });

  it("moves to another customer's card when newer facts name the buyer", () => {
    const reassign = { type: "order.reassign", at: NOW, data: { orderId: "ord_1", customerId: "cus_2" } } as const;
    given(order, ...placed)
      .when(reassign)
      .isDecided({ type: "order.reassigned", data: { previousCustomerId: "cus_1" } })
      .leaves({ customerId: "cus_2" })
      .when({ ...reassign, at: instantAfter(1) })
      .changesNothing();
    given(order).when(reassign).isRejected("order_not_found");
  });

  it("has no stage before it is placed", () => {
    given(order).when(move("processing", NOW)).isRejected("order_not_found");
    given(order, ...eventsAfter({ captures: [capture(WHOLE)] }))
      .when(move("processing", NOW))
      .isRejected("order_not_found");
  });
});
