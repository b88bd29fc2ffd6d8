import { describe, expect, it } from "vitest";
import { Rejection } from "../../../domain/kernel/rejection.ts";
import { order } from "../../../domain/order/order.ts";
import { type RecordRefund, refundableMinor, startRefund } from "../../../domain/order/refund.ts";
import type { Money } from "../../../events/values.ts";
import { NOW } from "../../support/clock.ts";
import { given } from "../../support/given.ts";
import {
  capture,
  claim,
  eventsAfter,
  header,
  minute,
  orderAfter,
  refund,
  report,
  WHOLE,
} from "../../support/order-facts.ts";
import { eur, uah } from "../../support/samples.ts";

const paid = eventsAfter({ header: header(), captures: [capture(WHOLE)] });
const record = (amount: Money, key = "manual:r-1"): RecordRefund => ({
  type: "order.record_refund",
  at: NOW,
  data: { orderId: "ord_1", refund: refund(amount, key) },
});

describe("a refund that a person records", () => {
  it("goes up to what came in, once", () =>
    given(order, ...paid)
      .when(record(uah(400_00)))
      .isDecided({ type: "payment.refunded", data: { amount: uah(400_00), basis: "evidence" } })
      .when(record(uah(98_00), "manual:r-2"))
      .isDecided("payment.refunded")
      .when(record(uah(1), "manual:r-3"))
      .isRejected("refund_exceeds_captured", { leftMinor: 0 }));

  it("is refused beyond what is left, in another currency, and where nothing came in", () => {
    given(order, ...paid)
      .when(record(uah(498_01)))
      .isRejected("refund_exceeds_captured", { leftMinor: 498_00 });
    given(order, ...paid)
      .when(record(eur(1)))
      .isRejected("refund_currency_differs", { currency: "UAH" });
    const unpaid = eventsAfter({ header: header() });
    given(order, ...unpaid)
      .when(record(uah(1)))
      .isRejected("refund_exceeds_captured", { leftMinor: 0 });
    given(order)
      .when(record(uah(1)))
      .isRejected("order_not_found");
  });

  it("is one refund by its id: another amount under the same id is refused", () => {
    const refunded = given(order, ...paid).when(record(uah(10_00)));
    refunded.when(record(uah(10_00))).changesNothing();
    refunded.when(record(uah(11_00))).isRejected("refund_differs", { recorded: uah(10_00) });
  });

  it("settles money on a cancelled order", () => {
    const cancelled = eventsAfter(
      { header: header(), captures: [capture(WHOLE)] },
      { stage: report("cancelled", minute(30)) },
    );
    given(order, ...cancelled)
      .when(record(WHOLE))
      .isDecided("payment.refunded", { type: "order.agreed", data: { kind: "paid_after_cancel" } });
  });

  it("proves a platform's claim of the same money, which does not lower what is left to prove", () => {
    const claimed = { refunds: [refund(uah(100_00), "shopify:r-1", "claim")] };
    const state = orderAfter({ header: header(), captures: [capture(WHOLE)] }, claimed);
    expect(refundableMinor(state)).toBe(498_00);
  });

  it("may go back of money that only a platform claims, while claims count", () => {
    const claimed = { header: header({ claim: claim(498_00) }) };
    expect(refundableMinor(orderAfter(claimed))).toBe(498_00);
    expect(refundableMinor(orderAfter({ ...claimed, evidenceExpected: true }))).toBe(0);
  });
});

describe("a refund that is to be started", () => {
  it("is refused with the providers that hold the money, while none can be asked", () => {
    const state = orderAfter({ header: header(), captures: [capture(WHOLE)] });
    const codeOf = (amount: Money) => {
      try {
        return startRefund(state, amount);
      } catch (error) {
        return error instanceof Rejection ? [error.code, error.facts] : error;
      }
    };
    expect(codeOf(uah(1))).toEqual(["refund_not_supported", { providers: ["stripe"] }]);
    expect(codeOf(uah(498_01))).toEqual(["refund_exceeds_captured", { leftMinor: 498_00 }]);
  });
});
