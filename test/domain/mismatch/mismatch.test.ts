import { describe, expect, it } from "vitest";
import { GRACE_MS, type MismatchCommand, mismatch, SEVERITY } from "../../../domain/mismatch/mismatch.ts";
import { MismatchKind } from "../../../events/values.ts";
import { HOUR_MS, instantAfter, MINUTE_MS, NOW } from "../../support/clock.ts";
import { given } from "../../support/given.ts";
import { uah } from "../../support/samples.ts";

const DUE = instantAfter(15 * MINUTE_MS);
const subject = { mismatchId: "mis_1", kind: "amount_short" as const, orderId: "ord_1" };
const suspect = (at = NOW, dueAt = DUE): MismatchCommand => ({
  type: "mismatch.suspect",
  at,
  data: { ...subject, dueAt },
});
const short = { expected: uah(498_00), actual: uah(400_00) };
const check = (at: string, disagreement?: typeof short): MismatchCommand => ({
  type: "mismatch.check",
  at,
  data: { ...(disagreement && { disagreement }) },
});
const close = (at: string): MismatchCommand => ({ type: "mismatch.close", at, data: {} });
const resolve = (booking: string, at = instantAfter(HOUR_MS)): MismatchCommand => ({
  type: "mismatch.resolve",
  at,
  data: { booking },
});

const suspected = given(mismatch).when(suspect());
const open = suspected.when(check(DUE, short));

describe("a mismatch", () => {
  it("is suspected once while its grace runs", () => {
    suspected.isDecided({ type: "mismatch.suspected", data: { dueAt: DUE } }).leaves({ status: "suspected" });
    suspected.when(suspect(instantAfter(1), instantAfter(HOUR_MS))).changesNothing();
  });

  it("opens when its grace has run out and the money still disagrees, once", () =>
    suspected
      .when(check(instantAfter(15 * MINUTE_MS - 1), short))
      .changesNothing()
      .when(check(DUE, short))
      .isDecided({ type: "mismatch.opened", at: DUE, data: { severity: "normal", ...short } })
      .leaves({ status: "open", openedAt: DUE, ...short })
      .when(check(instantAfter(HOUR_MS), short))
      .changesNothing());

  it("closes unseen when the money agrees within its grace", () => {
    suspected.when(close(instantAfter(1))).isDecided({ type: "mismatch.closed", data: { wasOpen: false } });
    suspected.when(check(DUE)).isDecided({ type: "mismatch.closed", data: { wasOpen: false } });
  });

  it("closes by itself after it opened, once", () =>
    open
      .when(close(instantAfter(HOUR_MS)))
      .isDecided({ type: "mismatch.closed", data: { wasOpen: true } })
      .leaves({ status: "closed", openedAt: DUE })
      .when(close(instantAfter(2 * HOUR_MS)))
      .changesNothing());

  it("begins again when the money stops agreeing once more", () => {
    const again = instantAfter(3 * HOUR_MS);
    open
      .when(close(instantAfter(HOUR_MS)))
      .when(suspect(again, instantAfter(4 * HOUR_MS)))
      .isDecided("mismatch.suspected")
      .when(check(instantAfter(4 * HOUR_MS), short))
      .isDecided("mismatch.opened");
  });

  it("that is open is not suspected again", () =>
    open.when(suspect(instantAfter(HOUR_MS), instantAfter(2 * HOUR_MS))).changesNothing());

  it("is resolved by a booking, once", () => {
    const resolved = open.when(resolve("correction-7"));
    resolved.isDecided({ type: "mismatch.resolved", data: { booking: "correction-7" } }).leaves({ status: "resolved" });
    resolved.when(resolve("correction-8")).isRejected("mismatch_not_open");
  });

  it("is resolved only when finance was told of it", () => {
    given(mismatch).when(resolve("b")).isRejected("mismatch_not_found");
    suspected.when(resolve("b")).isRejected("mismatch_not_found");
    open
      .when(close(instantAfter(HOUR_MS)))
      .when(resolve("b"))
      .isRejected("mismatch_not_open");
  });

  it("stays resolved for what was seen before, and begins again for what comes after", () => {
    const resolved = open.when(resolve("correction-7", instantAfter(HOUR_MS)));
    resolved.when(suspect(instantAfter(HOUR_MS))).changesNothing();
    resolved.when(close(instantAfter(2 * HOUR_MS))).changesNothing();
    resolved.when(suspect(instantAfter(HOUR_MS + 1), instantAfter(2 * HOUR_MS))).isDecided("mismatch.suspected");
  });
});

describe("the kinds of mismatch", () => {
  it("have the graces of the contract, in minutes", () => {
    const minutes = Object.fromEntries(Object.entries(GRACE_MS).map(([kind, ms]) => [kind, ms / MINUTE_MS]));
    expect(minutes).toEqual({
      amount_short: 15,
      amount_over: 15,
      currency: 0,
      unknown_order: 15,
      duplicate_capture: 0,
      refund_exceeds_paid: 0,
      paid_after_cancel: 15,
      missing_payment: 60,
    });
  });

  it("each have a severity", () => expect(Object.keys(SEVERITY).sort()).toEqual([...MismatchKind.options].sort()));

  it("open with the severity of their kind", () =>
    given(mismatch)
      .when({ type: "mismatch.suspect", at: NOW, data: { ...subject, kind: "duplicate_capture", dueAt: NOW } })
      .when(check(NOW, short))
      .isDecided({ type: "mismatch.opened", data: { kind: "duplicate_capture", severity: "urgent" } }));
});
