import { describe, expect, it } from "vitest";
import { fold } from "../../../domain/kernel/decider.ts";
import { explain } from "../../../domain/message/explain.ts";
import { judge } from "../../../domain/message/gates/index.ts";
import { message } from "../../../domain/message/message.ts";
import { NOW } from "../../support/clock.ts";
import { facts, orderFacts, request, requested } from "./samples.ts";

describe("why", () => {
  it("names what ended the message", () => {
    const state = fold(message, [
      requested(),
      {
        type: "message.skipped",
        at: NOW,
        data: { messageId: "msg_1", template: "order-confirmation", reason: "suppressed" },
      },
    ]);
    expect(explain(state, facts())).toMatchObject({ messageId: "msg_1", status: "skipped", reason: "suppressed" });
  });

  it("asks every gate, so that all reasons are seen at once", () => {
    const against = facts({ order: orderFacts({ messaging: "stale" }), address: undefined, suppressed: true });
    const failing = explain(message.initial, against).gates.filter(({ passes }) => !passes);
    expect(failing.map(({ gate, reason }) => [gate, reason])).toEqual([
      ["automations", "stale"],
      ["address", "no_address"],
      ["suppression", "suppressed"],
    ]);
  });

  it("tells the forms of the template, which one it has, and why not one that came first", () => {
    const promo = { template: "unpaid-reminder", variant: "with_promo", purpose: "marketing" } as const;
    const plain = { template: "unpaid-reminder", variant: "plain", passedOver: { with_promo: "no_consent" } } as const;
    const [with_promo, other] = [
      { variant: "with_promo", purpose: "marketing" },
      { variant: "plain", purpose: "transactional" },
    ];
    const told = (part: object) => explain(fold(message, [requested(part)]), facts()).variants;
    expect(told(promo)).toEqual([
      { ...with_promo, chosen: true },
      { ...other, chosen: false },
    ]);
    expect(told(plain)).toEqual([
      { ...with_promo, chosen: false, reason: "no_consent" },
      { ...other, chosen: true },
    ]);
    expect(explain(message.initial, facts({ message: { ...request(plain), requestedAt: NOW } })).variants).toEqual(
      told(plain),
    );
  });

  it("says the same as the sender", () => {
    const against = facts({ suppressed: true });
    const [first] = explain(message.initial, against).gates.filter(({ passes }) => !passes);
    expect(judge(against)).toMatchObject({ kind: "skip", reason: first?.reason });
  });

  it("tells of a message that nobody asked for", () => {
    expect(explain(message.initial, facts())).toMatchObject({ orderId: "ord_1", status: "never_requested" });
  });
});
