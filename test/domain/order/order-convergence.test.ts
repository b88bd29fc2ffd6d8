import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fold } from "../../../domain/kernel/decider.ts";
import { type Order, STAGE_REPORTS_MAX } from "../../../domain/order/facts.ts";
import { type OrderReport, order } from "../../../domain/order/order.ts";
import { viewOf } from "../../../domain/order/view.ts";
import type { Stage } from "../../../events/values.ts";
import { converges, holdsFor } from "../../support/convergence.ts";
import { checkEvents } from "../../support/given.ts";
import {
  capture,
  claim,
  fulfillment,
  header,
  merge,
  minute,
  orderAfter,
  refund,
  report,
  signed,
} from "../../support/order-facts.ts";
import { eur, uah } from "../../support/samples.ts";

const time = fc.nat(12).map(minute);
const amount = fc.constantFrom(uah(100_00), uah(398_00), uah(498_00), eur(10_00));
const stage = fc.constantFrom<Stage>("new", "approval", "processing", "shipped", "completed", "cancelled");
const basis = fc.constantFrom("claim" as const, "evidence" as const);

/** Two payloads of one version differ in their hash, as real ones do. */
const hashed = <T extends { version: { at: string } }>(fact: T): T => ({
  ...fact,
  version: { ...fact.version, hash: JSON.stringify(fact) },
});

const anyHeader = fc
  .record({
    toldAt: time,
    totalMinor: fc.constantFrom(0, 398_00, 498_00),
    claimed: fc.option(fc.constantFrom(0, 100_00, 498_00)),
    paymentTiming: fc.constantFrom("prepaid" as const, "on_delivery" as const),
  })
  .map(({ toldAt, totalMinor, claimed, paymentTiming }) =>
    hashed(header({ totalMinor, paymentTiming, ...(claimed !== null && { claim: claim(claimed) }) }, toldAt)),
  );
const anyCapture = fc
  .tuple(amount, fc.constantFrom("stripe:pi_1", "stripe:pi_2", "manual:p-1"), time, fc.boolean())
  .map(([money, key, at, isSigned]) => {
    const one = capture(money, key, at);
    return hashed(isSigned ? signed(one) : one);
  });
const anyRefund = fc
  .tuple(amount, fc.constantFrom("stripe:re_1", "shopify:r-1"), basis, time)
  .map(([money, key, told, at]) => hashed({ ...refund(money, key, told), version: { at, rank: 0, hash: "" } }));
const anyFulfillment = fc
  .record({
    status: fc.constantFrom("shipped" as const, "delivered" as const, "returned" as const, "cancelled" as const),
    at: time,
    key: fc.constantFrom("f-1", "f-2"),
    units: fc.constantFrom(undefined, 1, 2),
    shippedAt: fc.option(time, { nil: undefined }),
    deliveredAt: fc.option(time, { nil: undefined }),
  })
  .map(({ status, at, key, units, shippedAt, deliveredAt }) => {
    const times = { ...(shippedAt && { shippedAt }), ...(deliveredAt && { deliveredAt }) };
    return hashed(fulfillment(status, at, { key, ...(units && { units }), ...times }));
  });
const anyReport = fc
  .tuple(stage, time, fc.constantFrom("platform" as const, "staff" as const))
  .map(([to, at, by]) => report(to, at, by));

/** A store has a payment provider's hook or not; that is no fact of an order. */
const deliveryIn = (store: { evidenceExpected: boolean }): fc.Arbitrary<Partial<OrderReport>> =>
  fc.oneof(
    anyHeader.map((one) => ({ header: one, ...store })),
    fc.record({ header: anyHeader, stage: anyReport }).map((one) => ({ ...one, ...store })),
    fc.record({ captures: fc.array(anyCapture, { minLength: 1, maxLength: 2 }) }),
    fc.record({ refunds: fc.array(anyRefund, { minLength: 1, maxLength: 2 }) }),
    anyFulfillment.map((one) => ({ fulfillments: [one] })),
    anyReport.map((one) => ({ stage: one })),
  );

const delivery = deliveryIn({ evidenceExpected: false });

/** Delivers everything, checking every event on the way. */
function deliver(deliveries: readonly Partial<OrderReport>[], before: Order = { status: "absent" }): Order {
  return deliveries.reduce<Order>((state, one) => {
    const events = order.decide(merge(one), state);
    checkEvents(events);
    return fold(order, events, state);
  }, before);
}

const outcome = (deliveries: readonly Partial<OrderReport>[]) => {
  const state = deliver(deliveries);
  return { state, view: state.status === "placed" ? viewOf(state) : undefined };
};

describe("the facts of an order", () => {
  it("give one state and one view whatever the order of arrival and however often they come", () => {
    converges(delivery, outcome, 500);
    converges(deliveryIn({ evidenceExpected: true }), outcome, 500);
  });

  it("give the same whether they come one by one or together", () => {
    const facts = fc.record({
      captures: fc.uniqueArray(anyCapture, { selector: ({ key }) => key }),
      fulfillments: fc.uniqueArray(anyFulfillment, { selector: ({ key }) => key }),
      refunds: fc.uniqueArray(anyRefund, { selector: ({ key }) => key }),
      header: anyHeader,
    });
    holdsFor(facts, (all) => {
      const apart = [
        { refunds: all.refunds },
        ...all.captures.map((one) => ({ captures: [one] })),
        { header: all.header },
        { fulfillments: all.fulfillments },
      ];
      expect(outcome(apart)).toEqual(outcome([all]));
    });
  });

  it("say nothing new the second time", () => {
    holdsFor(fc.array(delivery, { minLength: 1, maxLength: 8 }), (all) => {
      const state = deliver(all);
      for (const one of all) expect(order.decide(merge(one), state)).toEqual([]);
    });
  });

  it("stay few when a platform repeats its status all year, and tell the same in any order", () => {
    const way: Stage[] = ["new", "processing", "shipped", "completed"];
    const reports = Array.from({ length: 80 }, (_, at) => report(way[Math.floor(at / 20)] as Stage, minute(at)));
    const told = reports.map((one) => ({ stage: one }));
    const first = { header: header() };
    holdsFor(
      fc.shuffledSubarray(told, { minLength: told.length }),
      (shuffled) => {
        const state = orderAfter(first, ...shuffled);
        expect(state.stages.length).toBeLessThanOrEqual(STAGE_REPORTS_MAX);
        expect(viewOf(state).stage).toBe("completed");
      },
      30,
    );
  });
});
