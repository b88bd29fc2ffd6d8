import { describe, expect, it } from "vitest";
import { type EnterJourney, enrollment, isWaitingAt } from "../../../domain/journey/enrollment.ts";
import type { Next } from "../../../domain/journey/interpreter.ts";
import { DAY_MS, instantAfter, NOW } from "../../support/clock.ts";
import { given } from "../../support/given.ts";

const subject = {
  enrollmentId: "enr_1",
  journeyId: "jrn_sample",
  version: 1,
  customerId: "cus_1",
  orderId: "ord_1",
  storeId: "sto_1",
  cause: "ord_1-1-0",
  depth: 1,
  start: "pause",
  test: false,
};
const enter = (part: Partial<EnterJourney["data"]> = {}): EnterJourney => ({
  type: "enrollment.enter",
  at: NOW,
  data: { ...subject, reentry: "never", ...part },
});
const follow = (next: Next, messageId?: string) => ({
  type: "enrollment.follow" as const,
  at: NOW,
  data: { next, ...(messageId && { messageId }) },
});
const leave = { type: "enrollment.exit" as const, at: NOW, data: { reason: "order.paid" } };
const wait = (until = instantAfter(DAY_MS)): Next => ({ kind: "wait", until });
const on: Next = { kind: "advance", edge: "done", from: "pause", to: "tell" };
const act: Next = {
  kind: "act",
  act: { kind: "send", channel: "email", template: "unpaid-reminder", variant: "plain" },
  edge: "done",
  from: "tell",
  to: "end",
};
const entered = { type: "journey.entered" as const, at: NOW, data: subject };
const waiting = (visit: number) => ({
  type: "journey.waiting" as const,
  at: NOW,
  data: { enrollmentId: "enr_1", step: "pause", visit, dueAt: instantAfter(DAY_MS) },
});
const exited = {
  type: "journey.exited" as const,
  at: NOW,
  data: { enrollmentId: "enr_1", journeyId: "jrn_sample", step: "pause", reason: "done" },
};

describe("an enrollment", () => {
  it("begins once", () => given(enrollment).when(enter()).isDecided("journey.entered").leaves({ step: "pause" }));

  it("walks, waits, acts and leaves as it is told", () =>
    given(enrollment)
      .when(enter())
      .when(follow(wait()))
      .isDecided({ type: "journey.waiting", data: { visit: 1, step: "pause" } })
      .when(follow(on))
      .isDecided("journey.advanced")
      .when(follow(act, "msg_1"))
      .isDecided({ type: "journey.acted", data: { step: "tell", messageId: "msg_1" } }, "journey.advanced")
      .when(follow({ kind: "exit", reason: "done" }))
      .isDecided({ type: "journey.exited", data: { step: "end", reason: "done" } })
      .when(follow(wait()))
      .changesNothing());

  it("fences its waits: each has a number of its own", () => {
    const { state } = given(enrollment, entered, waiting(1));
    expect([0, 1, 2].map((visit) => isWaitingAt(state, visit))).toEqual([false, true, false]);
    expect(isWaitingAt(given(enrollment, entered, waiting(1), exited).state, 1)).toBe(false);
  });

  it("is left once", () =>
    given(enrollment, entered, waiting(1))
      .when(leave)
      .isDecided({ type: "journey.ended", data: { reason: "order.paid", step: "pause" } })
      .when(leave)
      .changesNothing());

  it("that nobody began cannot be left", () => given(enrollment).when(leave).isRejected("enrollment_not_found"));

  it("begins again where the journey allows it, for another cause, and counts its waits on", () => {
    const again = enter({ reentry: "after_exit", cause: "ord_1-5-0" });
    given(enrollment, entered, waiting(1), exited)
      .when(again)
      .isDecided("journey.entered")
      .when(follow(wait()))
      .leaves({ visit: 2 });
    given(enrollment, entered, waiting(1), exited)
      .when(enter({ reentry: "after_exit" }))
      .changesNothing();
    given(enrollment, entered, exited)
      .when(enter({ cause: "ord_1-5-0" }))
      .changesNothing();
    given(enrollment, entered, waiting(1)).when(again).changesNothing();
  });
});
