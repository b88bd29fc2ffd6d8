import { describe, expect, it } from "vitest";
import { fallbackOf } from "../../../domain/message/fallback.ts";
import { DAY_MS, HOUR_MS, instantAfter, NOW } from "../../support/clock.ts";
import { facts, orderFacts, person, request } from "./samples.ts";

const DEADLINE_MS = 72 * HOUR_MS;
const promo = request({ template: "unpaid-reminder", variant: "with_promo", purpose: "marketing" });
/** A reminder with a promo code about an order of a day ago, the oldest of three letters ending its week after `ms`. */
const capped = (ms: number, part = {}) =>
  facts({
    message: { ...promo, requestedAt: NOW },
    customer: person(true),
    order: orderFacts({ placedAt: instantAfter(-DAY_MS) }),
    recent: [instantAfter(ms - 7 * DAY_MS), instantAfter(-DAY_MS), instantAfter(-HOUR_MS)],
    ...part,
  });
const left = DEADLINE_MS - DAY_MS;

describe("a message that the cap holds up", () => {
  it("goes in its plain form when its time would be over before it may go, with an hour to be looked at again", () => {
    const plain = { from: "with_promo", reason: "capped", variant: "plain", purpose: "transactional" };
    expect(fallbackOf(capped(6 * DAY_MS))).toEqual(plain);
    expect(fallbackOf(capped(left - HOUR_MS + 1))).toEqual(plain);
  });

  it("waits when it can go in time", () => {
    expect(fallbackOf(capped(left - HOUR_MS))).toBeUndefined();
    expect(fallbackOf(capped(1))).toBeUndefined();
  });

  it("keeps its form when anything else is against it, or nothing is", () => {
    expect(fallbackOf(capped(6 * DAY_MS, { customer: person() }))).toBeUndefined();
    expect(fallbackOf(capped(6 * DAY_MS, { order: orderFacts({ paid: true }) }))).toBeUndefined();
    expect(fallbackOf(capped(6 * DAY_MS, { recent: [] }))).toBeUndefined();
  });
});
