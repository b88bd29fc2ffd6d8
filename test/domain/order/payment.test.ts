import { describe, it } from "vitest";
import { order } from "../../../domain/order/order.ts";
import type { RecordPayment } from "../../../domain/order/payment.ts";
import type { Money } from "../../../events/values.ts";
import { NOW } from "../../support/clock.ts";
import { given } from "../../support/given.ts";
import { capture, eventsAfter, header, minute, WHOLE } from "../../support/order-facts.ts";
import { eur, uah } from "../../support/samples.ts";

const placed = eventsAfter({ header: header() });
const record = (amount: Money, key = "manual:p-1", capturedAt = minute(1)): RecordPayment => ({
  type: "order.record_payment",
  at: NOW,
  data: { orderId: "ord_1", capture: capture(amount, key, capturedAt) },
});

describe("a payment that a person or key records", () => {
  it("pays the order, once", () =>
    given(order, ...placed)
      .when(record(WHOLE))
      .isDecided("payment.captured", "order.paid", "order.stage_changed")
      .when(record(WHOLE, "manual:p-1", minute(9)))
      .changesNothing());

  it("is one payment by its id: another amount or currency under the same id is refused", () => {
    const paid = given(order, ...placed).when(record(WHOLE));
    paid.when(record(uah(498_01), "manual:p-1", minute(9))).isRejected("payment_differs", { recorded: WHOLE });
    paid.when(record(eur(498_00))).isRejected("payment_differs", { recorded: WHOLE });
    paid.when(record(uah(1), "manual:p-2")).isDecided("payment.captured", "order.disagreed");
  });

  it("needs its order", () => given(order).when(record(WHOLE)).isRejected("order_not_found"));
});
