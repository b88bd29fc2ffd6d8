import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fold } from "../../../domain/kernel/decider.ts";
import type { PlacedOrder } from "../../../domain/order/facts.ts";
import { moneyOf } from "../../../domain/order/money-view.ts";
import { order } from "../../../domain/order/order.ts";
import {
  captureOf,
  type KnownPayment,
  type Payment,
  payment,
  REFERENCES_MAX,
  type ReportPayment,
  refundsOf,
} from "../../../domain/payment/payment.ts";
import { NOW } from "../../support/clock.ts";
import { converges, holdsFor } from "../../support/convergence.ts";
import { checkEvents, given } from "../../support/given.ts";
import { capture, header, merge, minute, orderAfter, WHOLE } from "../../support/order-facts.ts";
import { uah } from "../../support/samples.ts";

type Told = Omit<ReportPayment["data"], "paymentId" | "storeId" | "hookId" | "provider" | "externalId">;

const source = { paymentId: "pay_1", storeId: "sto_1", hookId: "hok_1", provider: "stripe", externalId: "pi_1" };
const version = (at: string, hash = "h") => ({ at, rank: 0, hash });
const told = (data: Told): ReportPayment => ({ type: "payment.report", at: NOW, data: { ...source, ...data } });
const captured = (at = minute(1), amount = WHOLE) => ({ received: { amount, capturedAt: at, version: version(at) } });

type Returned = NonNullable<Told["refunds"]>[number];
const single = (refundKey: string, amountMinor: number, at = minute(20)): Returned => ({
  refundKey,
  amount: uah(amountMinor),
  cumulative: false,
  refundedAt: at,
  version: version(at),
});
const level = (amountMinor: number, at = minute(20)): Returned => ({
  ...single(`total:${amountMinor}`, amountMinor, at),
  cumulative: true,
});

const paymentAfter = (...reports: Told[]): Payment =>
  reports.reduce<Payment>((state, one) => {
    const events = payment.decide(told(one), state);
    checkEvents(events);
    return fold(payment, events, state);
  }, payment.initial);

/** What the order holds after each report was merged into it, as the table does. */
function orderOf(reports: readonly Told[]): PlacedOrder {
  let known: Payment = payment.initial;
  let state = orderAfter({ header: header(), captures: [capture(WHOLE)] });
  for (const one of reports) {
    known = fold(payment, payment.decide(told(one), known), known);
    if (known.status === "absent") continue;
    const facts = { captures: captureOf(known), refunds: refundsOf(known) };
    state = fold(order, order.decide(merge(facts), state), state) as PlacedOrder;
  }
  return state;
}

const refundedBy = (...refunds: Returned[]) =>
  moneyOf(orderOf(refunds.map((one) => ({ refunds: [one] })))).refundedMinor;

describe("a provider's payment", () => {
  it("is received, names its order, and waits for it", () =>
    given(payment)
      .when(told({ ...captured(), references: ["1001"] }))
      .isDecided("payment.referenced", { type: "payment.received", at: minute(1) }, "payment.unmatched")
      .leaves({ status: "known", references: ["1001"], received: { amount: WHOLE } }));

  it("is matched to one order, once", () => {
    const match = { type: "payment.match", at: NOW, data: { orderId: "ord_1" } } as const;
    given(payment)
      .when(told(captured()))
      .when(match)
      .isDecided({ type: "payment.matched", data: { orderId: "ord_1" } })
      .when({ ...match, data: { orderId: "ord_2" } })
      .changesNothing();
    given(payment).when(match).isRejected("payment_not_found");
  });

  it("is not looked for again when its order is known before the capture", () =>
    given(payment)
      .when(told({ refunds: [single("re_1", 1_00)] }))
      .when({ type: "payment.match", at: NOW, data: { orderId: "ord_1" } })
      .when(told(captured()))
      .isDecided("payment.received"));

  it("takes a newer word on the capture and no older one", () => {
    const known = given(payment).when(told(captured(minute(5))));
    known.when(told(captured(minute(4), uah(1)))).changesNothing();
    known
      .when(told(captured(minute(6), uah(400_00))))
      .isDecided("payment.received")
      .leaves({ received: { amount: uah(400_00) } });
  });

  it("keeps the first names of its order that fit, and no retry of others changes it", () => {
    const names = Array.from({ length: REFERENCES_MAX + 3 }, (_, index) => `name-${index}`);
    given(payment)
      .when(told({ references: [...names, ...names] }))
      .isDecided("payment.referenced")
      .leaves({ references: names.slice(0, REFERENCES_MAX) })
      .when(told({ references: names }))
      .changesNothing();
  });

  it("is evidence for its order under the provider's own id, signed", () => {
    expect(captureOf(paymentAfter(captured()) as KnownPayment)).toMatchObject([
      { key: "stripe:pi_1", provider: "stripe", amount: WHOLE, version: { signed: true } },
    ]);
    expect(captureOf(paymentAfter({ references: ["1"] }) as KnownPayment)).toEqual([]);
  });
});

describe("refunds of a provider's payment", () => {
  it("are told one by one", () => {
    expect(refundedBy(single("re_1", 100_00), single("re_2", 50_00))).toBe(150_00);
    expect(refundedBy(single("re_1", 100_00), single("re_1", 100_00))).toBe(100_00);
  });

  it("are told as the sum so far, in any order", () => {
    expect(refundedBy(level(100_00, minute(20)), level(300_00, minute(30)))).toBe(300_00);
    expect(refundedBy(level(300_00, minute(30)), level(100_00, minute(20)))).toBe(300_00);
    expect(refundedBy(level(300_00, minute(30)), level(200_00, minute(25)), level(100_00, minute(20)))).toBe(300_00);
  });

  it("are dated by the report that told each part", () => {
    const known = paymentAfter({ refunds: [level(300_00, minute(30))] }, { refunds: [level(100_00, minute(20))] });
    expect(refundsOf(known as KnownPayment).map(({ amount, refundedAt }) => [amount.amountMinor, refundedAt])).toEqual([
      [100_00, minute(20)],
      [200_00, minute(30)],
    ]);
  });

  it("are the same money when told both ways, in any order", () => {
    expect(refundedBy(level(100_00), single("re_1", 100_00))).toBe(100_00);
    expect(refundedBy(single("re_1", 100_00), level(100_00))).toBe(100_00);
    expect(refundedBy(level(100_00), single("re_1", 100_00), level(150_00))).toBe(150_00);
    expect(refundedBy(level(150_00), level(100_00), single("re_1", 100_00))).toBe(150_00);
  });
});

const time = fc.nat(9).map(minute);
const minor = fc.constantFrom(50_00, 100_00, 150_00, 498_00);
const hashed = <T extends { version: { at: string } }>(fact: T): T => ({
  ...fact,
  version: { ...fact.version, hash: JSON.stringify(fact) },
});
const anyReport: fc.Arbitrary<Told> = fc.oneof(
  fc.record({ received: fc.tuple(time, minor).map(([at, amount]) => hashed(captured(at, uah(amount)).received)) }),
  fc.record({ references: fc.subarray(["1001", "#1001", "cart-7"], { minLength: 1 }) }),
  // A provider's refund has one amount for ever; a level is told at its own time.
  fc.record({ refunds: fc.subarray([single("re_1", 50_00), single("re_2", 100_00)], { minLength: 1 }) }),
  fc.record({ refunds: fc.subarray([50_00, 100_00, 150_00, 498_00].map((one) => level(one, minute(one / 50_00)))) }),
);

describe("the facts of a payment", () => {
  const asSet = (state: Payment) =>
    state.status === "known" ? { ...state, references: [...state.references].sort() } : state;

  it("give one state whatever the order of arrival and however often they come", () => {
    converges(anyReport, (reports) => asSet(paymentAfter(...reports)), 500);
  });

  it("give the order one view whatever the order of arrival and however often they come", () => {
    converges(
      anyReport,
      (reports) => {
        const { captures, refunds } = orderOf(reports);
        return { captures, refunds, money: moneyOf(orderOf(reports)) };
      },
      500,
    );
  });

  it("say nothing new the second time", () => {
    holdsFor(fc.array(anyReport, { minLength: 1, maxLength: 8 }), (reports) => {
      const state = paymentAfter(...reports);
      for (const one of reports) expect(payment.decide(told(one), state)).toEqual([]);
    });
  });
});
