import { describe, expect, it } from "vitest";
import { disagreementsOf } from "../../../domain/order/disagreement.ts";
import type { OrderReport } from "../../../domain/order/order.ts";
import { viewOf } from "../../../domain/order/view.ts";
import { capture, claim, header, minute, orderAfter, refund, report, WHOLE } from "../../support/order-facts.ts";
import { eur, uah } from "../../support/samples.ts";

type Reports = Partial<OrderReport>[];

/** The kinds of disagreement after deliveries, each with what is expected and what is there. */
const disagreements = (...reports: Reports) => {
  const placed = orderAfter({ header: header() }, ...reports);
  return disagreementsOf(placed, viewOf(placed));
};
const kinds = (...reports: Reports) => disagreements(...reports).map(({ kind }) => kind);

const paid = (amount = WHOLE, key = "stripe:pi_1") => ({ captures: [capture(amount, key)] });
const back = (amount = WHOLE, key = "stripe:re_1") => ({ refunds: [refund(amount, key)] });
const timing = (paymentTiming: "on_delivery" | "invoice") => ({ header: header({ paymentTiming }, minute(1)) });
const claims = (amountMinor: number) => ({ header: header({ claim: claim(amountMinor) }, minute(1)) });
const expecting = { evidenceExpected: true };
const cancelled = { stage: report("cancelled", minute(20)) };

describe("money that comes in short", () => {
  it("disagrees for a prepaid order that got a capture", () =>
    expect(disagreements(paid(uah(400_00)))).toEqual([{ kind: "amount_short", expected: WHOLE, actual: uah(400_00) }]));

  it("disagrees where the platform counts the order as paid", () =>
    expect(kinds(expecting, claims(498_00), paid(uah(400_00)))).toEqual(["amount_short"]));

  it("agrees when the rest comes or the total falls", () => {
    expect(kinds(paid(uah(400_00)), paid(uah(98_00), "stripe:pi_2"))).toEqual([]);
    expect(kinds(paid(uah(400_00)), { header: header({ totalMinor: 400_00 }, minute(3)) })).toEqual([]);
  });

  it("is nothing to tell while nothing came, at the door, or by invoice", () => {
    expect(kinds()).toEqual([]);
    expect(kinds(timing("on_delivery"), paid(uah(400_00)))).toEqual([]);
    expect(kinds(timing("invoice"), paid(uah(400_00)))).toEqual([]);
  });

  it("is no matter of refunds", () => expect(kinds(paid(), back(uah(100_00)))).toEqual([]));
});

describe("money that comes in twice or too much", () => {
  it("is an amount over, until it goes back", () => {
    const over = paid(uah(500_00));
    expect(disagreements(over)).toEqual([{ kind: "amount_over", expected: WHOLE, actual: uah(500_00) }]);
    expect(kinds(over, back(uah(2_00)))).toEqual([]);
    expect(kinds(timing("on_delivery"), over)).toEqual(["amount_over"]);
  });

  it("is a duplicate when two captures by evidence each cover the whole, until one goes back", () => {
    const twice = [paid(), paid(WHOLE, "stripe:pi_2")];
    expect(disagreements(...twice)).toEqual([{ kind: "duplicate_capture", expected: WHOLE, actual: uah(996_00) }]);
    expect(kinds(...twice, back(uah(100_00)))).toEqual(["duplicate_capture"]);
    expect(kinds(...twice, back())).toEqual([]);
  });

  it("is no duplicate any more when one of them went back, though what is left is too much", () => {
    const twice = [paid(), paid(uah(700_00), "stripe:pi_2")];
    expect(kinds(...twice)).toEqual(["duplicate_capture"]);
    expect(disagreements(...twice, back())).toEqual([{ kind: "amount_over", expected: WHOLE, actual: uah(700_00) }]);
    expect(kinds(...twice, paid(WHOLE, "stripe:pi_3"), back())).toEqual(["duplicate_capture"]);
  });

  it("is no duplicate when parts came, or when one of two is a claim", () => {
    expect(kinds(paid(), paid(uah(98_00), "stripe:pi_2"))).toEqual(["amount_over"]);
    expect(kinds(claims(498_00), paid())).toEqual([]);
  });

  it("is one payment that is told twice", () => expect(kinds(paid(), paid())).toEqual([]));

  it("is an amount over where nothing is owed", () =>
    expect(kinds({ header: header({ totalMinor: 0 }, minute(1)) }, paid(), paid(WHOLE, "stripe:pi_2"))).toEqual([
      "amount_over",
    ]));
});

describe("money in another currency", () => {
  it("is told by the first of it, in whatever order the table keeps captures", () => {
    const captures = [capture(eur(12_00), "stripe:pi_1"), capture(eur(7_00), "stripe:pi_2")];
    for (const told of [captures, captures.toReversed()]) {
      expect(disagreements({ captures: told })).toMatchObject([{ kind: "currency", actual: eur(12_00) }]);
    }
  });

  it("disagrees at once and is told beside nothing else", () =>
    expect(disagreements(paid(eur(12_00)))).toEqual([{ kind: "currency", expected: WHOLE, actual: eur(12_00) }]));

  it("is a capture: the payment is not missing", () =>
    expect(kinds(expecting, claims(498_00), paid(eur(12_00)))).toEqual(["currency"]));

  it("disagrees still when the whole came in the right one", () =>
    expect(kinds(paid(eur(12_00)), paid(WHOLE, "stripe:pi_2"))).toEqual(["currency"]));
});

describe("a payment that the platform claims", () => {
  it("is missing while a hook is connected and no capture came", () =>
    expect(disagreements(expecting, claims(498_00))).toEqual([
      { kind: "missing_payment", expected: WHOLE, actual: uah(0) },
    ]));

  it("is there when the capture arrives", () => expect(kinds(expecting, claims(498_00), paid())).toEqual([]));

  it("is believed where no hook is connected, and not missed at the door", () => {
    expect(kinds(claims(498_00))).toEqual([]);
    const atTheDoor = { header: header({ claim: claim(498_00), paymentTiming: "on_delivery" }, minute(1)) };
    expect(kinds(expecting, atTheDoor)).toEqual([]);
  });

  it("is not missing while the platform claims a part only", () =>
    expect(kinds(expecting, claims(100_00))).toEqual([]));
});

describe("refunds", () => {
  it("that exceed captures disagree until they agree", () => {
    expect(disagreements(paid(), back(), back(uah(1_00), "stripe:re_2"))).toEqual([
      { kind: "refund_exceeds_paid", expected: WHOLE, actual: uah(499_00) },
    ]);
    expect(kinds(back())).toEqual(["refund_exceeds_paid"]);
    expect(kinds(back(), paid())).toEqual([]);
  });
});

describe("money on a cancelled order", () => {
  it("disagrees whether it came before or after, until all of it went back", () => {
    expect(disagreements(cancelled, paid())).toEqual([{ kind: "paid_after_cancel", expected: uah(0), actual: WHOLE }]);
    expect(kinds(paid(), cancelled)).toEqual(["paid_after_cancel"]);
    expect(kinds(paid(), cancelled, back(uah(100_00)))).toEqual(["paid_after_cancel"]);
    expect(kinds(paid(), cancelled, back())).toEqual([]);
  });

  it("is the only thing that is told of it: nothing is owed any more", () => {
    expect(kinds(cancelled)).toEqual([]);
    expect(kinds(cancelled, paid(uah(1_00)))).toEqual(["paid_after_cancel"]);
    expect(kinds(expecting, claims(498_00), cancelled)).toEqual([]);
  });

  it("agrees when the order comes back to life", () =>
    expect(kinds(paid(), cancelled, { stage: report("processing", minute(30)) })).toEqual([]));
});

describe("a test order", () => {
  it("never disagrees", () => {
    const placed = orderAfter({ header: header(), test: true }, paid(uah(1_00)));
    expect(disagreementsOf(placed, viewOf(placed))).toEqual([]);
  });
});
