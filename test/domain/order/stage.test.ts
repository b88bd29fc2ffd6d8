import { describe, expect, it } from "vitest";
import { fold } from "../../../domain/kernel/decider.ts";
import type { PlacedOrder } from "../../../domain/order/facts.ts";
import { order } from "../../../domain/order/order.ts";
import { viewOf } from "../../../domain/order/view.ts";
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
  NEXT_DAY,
  orderAfter,
  report,
  viewAfter,
  WHOLE,
} from "../../support/order-facts.ts";

const placed = { header: header() };
const paid = { captures: [capture(WHOLE, "stripe:pi_1", minute(10))] };
const stageAfter = (...reports: Parameters<typeof viewAfter>) => viewAfter(placed, ...reports).stage;
const moved = (to: Parameters<typeof report>[0], at: string) => ({ stage: report(to, at, "staff") });
const said = (to: Parameters<typeof report>[0], at: string) => ({ stage: report(to, at) });

describe("the stage of an order", () => {
  it("is new at first", () => expect(stageAfter()).toBe("new"));

  it("moves to processing by itself when the order is paid, from new and from approval", () => {
    expect(stageAfter(paid)).toBe("processing");
    expect(stageAfter(moved("approval", minute(5)), paid)).toBe("processing");
  });

  it("stays where it is when money comes later than the goods moved", () => {
    for (const stage of ["shipped", "delivered", "completed", "cancelled"] as const) {
      expect(stageAfter(moved(stage, minute(5)), paid)).toBe(stage);
    }
  });

  it("is the last that was given, by time and not by arrival", () => {
    expect(stageAfter(said("shipped", minute(30)), said("processing", minute(20)))).toBe("shipped");
    expect(stageAfter(moved("completed", minute(40)), said("shipped", minute(30)))).toBe("completed");
    expect(stageAfter(moved("approval", minute(20)), said("processing", minute(30)))).toBe("processing");
  });

  it("is not moved by a platform that repeats what it said before a person moved the order", () => {
    const manager = moved("completed", minute(20));
    expect(stageAfter(said("processing", minute(10)), manager, said("processing", minute(30)))).toBe("completed");
    expect(stageAfter(moved("approval", minute(20)), said("new", minute(30)))).toBe("approval");
    expect(stageAfter(said("processing", minute(10)), manager, said("cancelled", minute(40)))).toBe("cancelled");
  });

  it("is what a person says when a platform speaks at the same instant", () => {
    expect(stageAfter(said("processing", minute(10)), moved("approval", minute(10)))).toBe("approval");
  });

  it("follows the goods: shipped and delivered when all of them are", () => {
    const half = fulfillment("shipped", minute(20), { units: 1 });
    const rest = fulfillment("shipped", minute(30), { units: 1, key: "f-2" });
    expect(stageAfter(paid, { fulfillments: [half] })).toBe("processing");
    expect(stageAfter(paid, { fulfillments: [half, rest] })).toBe("shipped");
    expect(stageAfter(paid, { fulfillments: [fulfillment("delivered", minute(40))] })).toBe("delivered");
  });

  it("comes back when a parcel was cancelled", () => {
    const sent = { fulfillments: [fulfillment("shipped", minute(20))] };
    const undone = { fulfillments: [fulfillment("cancelled", minute(30))] };
    expect(stageAfter(paid, sent)).toBe("shipped");
    expect(stageAfter(paid, sent, undone)).toBe("processing");
    expect(stageAfter(paid, undone, sent)).toBe("processing");
  });

  it("comes back to life when a platform reopens a cancelled order", () => {
    const cancelled = said("cancelled", minute(20));
    expect(stageAfter(paid, cancelled)).toBe("cancelled");
    expect(stageAfter(paid, cancelled, said("processing", minute(30)))).toBe("processing");
  });

  it("is moved by a person even when the platform's clock runs ahead of ours", () => {
    const ahead = eventsAfter(placed, said("processing", NEXT_DAY));
    given(order, ...ahead)
      .when(move("completed", minute(5)))
      .isDecided("order.stage_reported", { type: "order.stage_changed", data: { to: "completed" } })
      .when(move("delivered", minute(6)))
      .isDecided("order.stage_reported", { type: "order.stage_changed", data: { to: "delivered" } })
      .when(move("approval", minute(7)))
      .isDecided("order.stage_reported", { type: "order.stage_changed", data: { to: "approval" } });
  });

  it("is moved by the platform's next word after that", () => {
    const events = eventsAfter(placed, said("processing", NEXT_DAY));
    const { state } = given(order, ...events).when(move("completed", minute(5)));
    const next = order.decide(merge(said("cancelled", NEXT_DAY.replace(".000Z", ".500Z"))), state);
    expect(next.map(({ type }) => type)).toEqual(["order.stage_reported", "order.stage_changed", "order.cancelled"]);
  });
});

describe("an order whose goods came back", () => {
  const sent = fulfillment("shipped", minute(20));
  const arrived = fulfillment("delivered", minute(30));
  const back = fulfillment("returned", minute(40));
  const inAnyOrder = (...told: ReturnType<typeof fulfillment>[]) => {
    const orders = told.flatMap((_, nth) => {
      const turned = [...told.slice(nth), ...told.slice(0, nth)];
      return [turned, turned.toReversed(), [...turned, ...turned]];
    });
    const views = orders.map((order) => viewAfter(placed, ...order.map((one) => ({ fulfillments: [one] }))));
    const together = orders.map((order) => viewAfter(placed, { fulfillments: order }));
    return new Set([...views, ...together].map((view) => `${view.stage} ${view.fulfillmentStatus}`));
  };

  it("stays shipped when the buyer never had them, as where nobody fetched a parcel that is paid at the door", () => {
    expect(inAnyOrder(sent, back)).toEqual(new Set(["shipped returned"]));
    expect(inAnyOrder(back)).toEqual(new Set(["shipped returned"]));
  });

  it("stays where a person or the shop put it when the buyer never had them", () => {
    expect(stageAfter({ fulfillments: [sent] }, moved("cancelled", minute(35)), { fulfillments: [back] })).toBe(
      "cancelled",
    );
    expect(stageAfter({ fulfillments: [sent, back] }, said("completed", minute(50)))).toBe("completed");
  });

  it("stays delivered when the buyer had them, whichever word says so", () => {
    const delivered = new Set(["delivered returned"]);
    expect(inAnyOrder(sent, arrived, back)).toEqual(delivered);
    expect(inAnyOrder(sent, { ...back, deliveredAt: minute(30) })).toEqual(delivered);
    expect(inAnyOrder(arrived, back, fulfillment("returned", minute(50)))).toEqual(delivered);
  });

  it("was delivered at the time that is told, not when they came back", () => {
    const shippedAt = minute(20);
    const told = { fulfillments: [{ ...arrived, shippedAt }] };
    const returned = { fulfillments: [{ ...back, shippedAt }] };
    const manager = moved("approval", minute(35));
    expect(stageAfter(told, manager, returned)).toBe("approval");
    expect(stageAfter(returned, manager, told)).toBe("approval");
  });

  it("is as far as the parcel that was sent again", () => {
    const again = (status: "shipped" | "delivered" | "returned" | "cancelled", at: number) =>
      fulfillment(status, minute(at), { key: "f-2" });
    expect(inAnyOrder(sent, back, again("shipped", 60))).toEqual(new Set(["shipped shipped"]));
    expect(inAnyOrder(back, again("shipped", 60), again("delivered", 70))).toEqual(new Set(["delivered delivered"]));
    expect(inAnyOrder(back, again("shipped", 60), again("returned", 70))).toEqual(new Set(["shipped returned"]));
    expect(inAnyOrder(back, again("shipped", 60), again("cancelled", 70))).toEqual(new Set(["shipped returned"]));
    expect(inAnyOrder(arrived, back, again("shipped", 60))).toEqual(new Set(["delivered shipped"]));
  });

  it("is delivered once the buyer had all that was ordered", () => {
    const half = { units: 1 };
    const kept = fulfillment("delivered", minute(30), { ...half, key: "f-2" });
    const again = fulfillment("delivered", minute(60), { ...half, key: "f-3" });
    expect(inAnyOrder({ ...back, ...half }, kept)).toEqual(new Set(["shipped delivered"]));
    expect(inAnyOrder({ ...back, ...half }, kept, again)).toEqual(new Set(["delivered delivered"]));
  });

  it("tells nobody that it was delivered, and a repeated word changes nothing", () => {
    const state = orderAfter(placed, { fulfillments: [sent] });
    const events = order.decide(merge({ fulfillments: [back] }), state);
    expect(events.map(({ type }) => type)).toEqual(["fulfillment.reported"]);
    const after = fold(order, events, state);
    expect(order.decide(merge({ fulfillments: [back, sent] }), after)).toEqual([]);
    const late = order.decide(merge({ fulfillments: [arrived] }), after);
    expect(late).toMatchObject([{}, { type: "order.stage_changed", data: { from: "shipped", to: "delivered" } }]);
    expect(order.decide(merge({ fulfillments: [arrived] }), fold(order, late, after))).toEqual([]);
  });

  it("knows what an order knew that was stored with each delivery beside the parcel's newest word", () => {
    const known = orderAfter(placed, { fulfillments: [arrived] });
    const old = { ...known, deliveries: { [arrived.key]: { ...arrived } } };
    expect(order.decide(merge({ fulfillments: [arrived] }), old)).toEqual([]);
    const after = fold(order, order.decide(merge({ fulfillments: [back] }), old), old);
    expect(after).toEqual(fold(order, order.decide(merge({ fulfillments: [back] }), known), known));
    expect(viewOf(after as PlacedOrder)).toMatchObject({ stage: "delivered", fulfillmentStatus: "returned" });
  });
});

describe("a parcel whose newest word does not say when it left", () => {
  const sent = fulfillment("shipped", minute(20), { shippedAt: minute(10) });
  const silent = fulfillment("shipped", minute(40));
  const manager = moved("approval", minute(30));
  const told = (...fulfillments: ReturnType<typeof fulfillment>[]) =>
    fulfillments.map((one) => ({ fulfillments: [one] }));

  it("left when an older one says that it did", () => {
    expect(stageAfter(manager, ...told(sent, silent))).toBe("approval");
    expect(stageAfter(manager, ...told(silent, sent))).toBe("approval");
    expect(stageAfter(manager, { fulfillments: [silent, sent] })).toBe("approval");
  });

  it("left when the newest of them says that it did: a correction counts", () => {
    const corrected = fulfillment("shipped", minute(25), { shippedAt: minute(35) });
    for (const words of [told(sent, corrected, silent), told(silent, corrected, sent)]) {
      expect(stageAfter(manager, ...words)).toBe("shipped");
    }
  });

  it("left by the time of its word where none says", () => {
    expect(stageAfter(manager, ...told(silent))).toBe("shipped");
  });

  it("left by the first word of it where none says, whichever came first, also when it came back", () => {
    const first = fulfillment("shipped", minute(20));
    const [late, back] = [fulfillment("shipped", minute(45)), fulfillment("returned", minute(50))];
    for (const words of [[first, back], [first, silent, late], [first, silent, back], [first]]) {
      for (const turned of [words, words.toReversed(), [...words, ...words]]) {
        expect(stageAfter(manager, ...told(...turned))).toBe("approval");
        expect(stageAfter(manager, { fulfillments: turned })).toBe("approval");
        expect(orderAfter(manager, placed, ...told(...turned))).toEqual(orderAfter(manager, placed, ...told(...words)));
      }
    }
  });

  it("left no later than it arrived", () => {
    const arrived = fulfillment("delivered", minute(40), { deliveredAt: minute(25) });
    expect(stageAfter(manager, ...told(arrived))).toBe("approval");
    expect(stageAfter(manager, ...told(arrived, fulfillment("returned", minute(50))))).toBe("approval");
  });

  it("left by what is known of it in an order that was stored when only its newest word was kept", () => {
    const { departures: _, ...stored } = orderAfter(placed, ...told(silent));
    const before = stored as PlacedOrder;
    expect(order.decide(merge({ fulfillments: [silent] }), before)).toEqual([]);
    const words = [fulfillment("returned", minute(50)), fulfillment("shipped", minute(20))];
    const [back, all] = [words.slice(0, 1), words].map((fulfillments) =>
      fold(order, order.decide(merge({ fulfillments }), before), before),
    );
    expect(back).toMatchObject({ departures: { "f-1": silent } });
    expect(all).toEqual(orderAfter(placed, ...told(silent, ...words)));
    expect(order.decide(merge({ fulfillments: [silent, ...words] }), all as PlacedOrder)).toEqual([]);
  });

  it("is kept with no more than it needs, and says nothing new the second time", () => {
    const state = orderAfter(placed, ...told(silent, sent));
    expect(state).toMatchObject({ fulfillments: { "f-1": silent }, departures: { "f-1": sent } });
    expect(order.decide(merge({ fulfillments: [sent, silent] }), state)).toEqual([]);
    expect(orderAfter(placed, ...told(sent))).toMatchObject({ fulfillments: { "f-1": sent }, departures: {} });
  });
});

describe("the fulfillment of an order", () => {
  const statusAfter = (...fulfillments: ReturnType<typeof fulfillment>[]) =>
    viewAfter(placed, { fulfillments }).fulfillmentStatus;

  it("goes from unfulfilled over partly shipped and shipped to delivered and returned", () => {
    expect(statusAfter()).toBe("unfulfilled");
    expect(statusAfter(fulfillment("shipped", minute(1), { units: 1 }))).toBe("partially_shipped");
    expect(statusAfter(fulfillment("shipped", minute(1), { units: 2 }))).toBe("shipped");
    expect(statusAfter(fulfillment("shipped", minute(1)))).toBe("shipped");
    expect(statusAfter(fulfillment("delivered", minute(1)))).toBe("delivered");
    expect(statusAfter(fulfillment("returned", minute(1)))).toBe("returned");
  });

  it("is delivered while only a part came back", () => {
    const kept = fulfillment("delivered", minute(1), { units: 1 });
    const back = fulfillment("returned", minute(2), { units: 1, key: "f-2" });
    expect(statusAfter(kept, back)).toBe("delivered");
  });

  it("is that of the parcel that was sent again, and of every piece of it", () => {
    const back = fulfillment("returned", minute(2));
    const again = (status: "shipped" | "delivered", part = {}) =>
      fulfillment(status, minute(3), { key: "f-2", ...part });
    expect(statusAfter(back, again("shipped"))).toBe("shipped");
    expect(statusAfter(back, again("delivered"))).toBe("delivered");
    const rest = fulfillment("shipped", minute(4), { key: "f-3", units: 1 });
    expect(statusAfter(back, again("delivered", { units: 1 }), rest)).toBe("shipped");
    expect(statusAfter(back, again("delivered", { units: 1 }))).toBe("delivered");
  });

  it("is delivered when all that was ordered is there, whatever else is on its way", () => {
    const more = fulfillment("shipped", minute(2), { key: "f-2", units: 1 });
    expect(statusAfter(fulfillment("delivered", minute(1)), more)).toBe("delivered");
  });

  it("counts no cancelled parcel", () => {
    expect(statusAfter(fulfillment("cancelled", minute(1)))).toBe("unfulfilled");
  });

  it("says nothing of payment", () => {
    const view = viewAfter(placed, { fulfillments: [fulfillment("delivered", minute(1))] });
    expect(view).toMatchObject({ paymentStatus: "unpaid", stage: "delivered", cancelled: false });
  });
});

describe("a claim of payment", () => {
  it("moves the order to processing at the time it was first made", () => {
    const first = { header: header({ claim: claim(498_00) }, minute(10)) };
    const later = { header: header({ claim: claim(498_00) }, minute(50)) };
    const manager = moved("approval", minute(30));
    expect(viewAfter(first, manager, later)).toMatchObject({ stage: "approval", paidAt: minute(10) });
    expect(viewAfter(later, manager, first)).toMatchObject({ stage: "approval", paidAt: minute(10) });
  });
});
