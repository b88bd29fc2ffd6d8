import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StoredEvent } from "../../../events/event.ts";
import { eventIdOf, eventItemOf, eventsOf } from "../../../functions/table/event-item.ts";
import { NOW } from "../../support/clock.ts";
import { itemSize } from "../../support/item-size.ts";

const ORDER = "ord_6C909441EYRWT951MYA7XBN7QN";
const STORE = "sto_01M829W9HEAKS5EEWK34ZS61EY";
const CUSTOMER = "cus_01M829WBHGXVKVAFWT69DHVVQV";
const home = { pk: `order#${ORDER}`, id: ORDER, version: 3 };

const ids = fc.constantFrom(ORDER, STORE, CUSTOMER, "ord_other", "^");
const ours = fc.constantFrom(ORDER, STORE, CUSTOMER, "ord_other");
const data = fc.record(
  { orderId: ours, storeId: ours, customerId: ours, messageId: ours, externalId: ids, number: ids, units: fc.nat() },
  { requiredKeys: [] },
);
const time = fc.constantFrom(NOW, "2026-11-22T18:57:43.123Z");
const envelope = fc.record(
  {
    storeId: fc.constant(STORE),
    customerId: fc.constant(CUSTOMER),
    causationId: fc.constant("ord_x-1-0"),
    correlationId: fc.constant("request"),
    depth: fc.nat({ max: 3 }),
    actor: fc.constant({ kind: "key" as const, id: "k-1" }),
    test: fc.boolean(),
  },
  { requiredKeys: ["correlationId", "depth", "actor", "test"] },
);
const facts = fc.array(fc.record({ type: fc.constantFrom("order.placed", "order.paid"), at: time, data }), {
  minLength: 1,
  maxLength: 4,
});

describe("the item of a transaction's events", () => {
  it("gives them back word for word, whatever they say", () => {
    fc.assert(
      fc.property(envelope, facts, (around, told) => {
        const events = told.map((fact, index) => ({ ...around, ...fact, eventId: eventIdOf(home, index) }));
        expect(eventsOf(eventItemOf(home, events as StoredEvent[]))).toEqual(events);
      }),
    );
  });

  it("stands in its history behind the ones before, whatever time its facts are of", () => {
    const told = (version: number, at: string) =>
      eventItemOf({ ...home, version }, [{ type: "order.paid", at, data: {} } as unknown as StoredEvent]).sk;
    expect([told(10, "2026-11-20T10:00:00.000Z"), told(9, NOW)].sort()).toEqual(["event#000009", "event#000010"]);
  });

  it("is on its customer's timeline, and on none without a customer", () => {
    const event = { type: "order.paid", at: NOW, data: { orderId: ORDER }, eventId: eventIdOf(home, 0) };
    const around = { correlationId: "request", depth: 0, actor: { kind: "system" as const }, test: false };
    const item = (customerId?: string) =>
      eventItemOf(home, [{ ...around, ...(customerId && { customerId }), ...event } as unknown as StoredEvent]);
    expect(item(CUSTOMER)).toMatchObject({ gsi1pk: `timeline#${CUSTOMER}` });
    expect(item()).not.toHaveProperty("gsi1pk");
  });

  it("says no id twice: a fact that only repeats ids takes less than half of its bytes", () => {
    const around = { storeId: STORE, customerId: CUSTOMER, correlationId: "r", depth: 0, actor: { kind: "system" } };
    const one = { type: "order.placed", at: NOW, data: { orderId: ORDER, storeId: STORE, customerId: CUSTOMER } };
    const item = eventItemOf(home, [{ ...around, test: false, ...one, eventId: "" } as unknown as StoredEvent]);
    expect(itemSize(item.events as never)).toBeLessThan(itemSize([one] as never) / 2);
  });
});
