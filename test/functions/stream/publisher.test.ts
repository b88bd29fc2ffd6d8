import type { Context, DynamoDBBatchResponse } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { internalEvents } from "../../../events/catalog.ts";
import type { Bus, BusEntry } from "../../../functions/shell/bus.ts";
import { publisher } from "../../../functions/stream/publisher.ts";
import { enrollmentRecord } from "../../../functions/table/enrollment-record.ts";
import { eventsOf } from "../../../functions/table/event-item.ts";
import { messageRecord } from "../../../functions/table/message-record.ts";
import { orders } from "../../../functions/table/orders.ts";
import type { Item } from "../../../functions/table/table.ts";
import { compilePattern } from "../../../infra/local/pattern.ts";
import { streams } from "../../../infra/wiring.ts";
import { DAY_MS } from "../../support/clock.ts";
import type { Change } from "../../support/memory-table.ts";
import { noPause } from "../../support/projecting.ts";
import { aStore, incoming } from "../../support/samples.ts";
import { streamEvent, streamRecord } from "../../support/stream.ts";
import { origin, world } from "../../support/world.ts";
import { mailroom } from "../consumers/mailroom.ts";

/** A bus that keeps what it took; `refuse` says of each call which entries it does not take. */
function keptBus(refuse: (entries: readonly BusEntry[], call: number) => (string | undefined)[] = () => []) {
  const taken: BusEntry[] = [];
  const calls: number[] = [];
  const bus: Bus = {
    async put(entries) {
      calls.push(entries.length);
      const refusals = refuse(entries, calls.length);
      taken.push(...entries.filter((_, index) => refusals[index] === undefined));
      return entries.map((_, index) => refusals[index]);
    },
  };
  const types = () => taken.map(({ type }) => type);
  const made = world({ replaced: () => ({ bus, pause: noPause }) });
  const handler = publisher(() => made.runtime);
  const publish = async (changes: readonly Change[]) =>
    (await handler(streamEvent(changes), {} as Context)) as DynamoDBBatchResponse;
  return { ...made, taken, calls, types, publish };
}

const ENVELOPE = { correlationId: "c", depth: 0, actor: { kind: "system" }, test: false };

/** An event item of a transaction, as the stream has it. */
function recorded(number: number, ...types: string[]): Change {
  const key = { pk: "order#ord_1", sk: `event#${String(number).padStart(6, "0")}` };
  const events = types.map((type) => ({ type, at: "2026-11-20T10:15:00.000Z", data: { orderId: "ord_1" } }));
  return { key, new: { ...key, first: `ord_1-${number}`, envelope: ENVELOPE, events } };
}

const done = { batchItemFailures: [] };
const failedAt = (sequence: number) => ({
  batchItemFailures: [{ itemIdentifier: String(sequence).padStart(21, "0") }],
});

describe("the publisher", () => {
  it("publishes what a transaction recorded, each event whole", async () => {
    const { runtime, table, taken, publish } = keptBus();
    await runtime.get(orders).accept(aStore(), incoming(), origin(), runtime.clock.now());
    expect(await publish(table.changes)).toEqual(done);
    const item = table.items().find(({ sk }) => sk.startsWith("event#")) as Item;
    const expected = eventsOf(item).filter(({ type }) => !internalEvents.has(type));
    expect(expected.map(({ type }) => type)).toEqual(["order.placed", "customer.created"]);
    expect(taken.map(({ detail }) => JSON.parse(detail))).toEqual(expected);
    expect(taken.map(({ type }) => type)).toEqual(expected.map(({ type }) => type));
  });

  it("keeps internal events off the bus", async () => {
    const { types, calls, publish } = keptBus();
    await publish([recorded(1, "customer.purchase_recorded"), recorded(2, "order.stage_reported", "order.paid")]);
    expect(types()).toEqual(["order.paid"]);
    expect(calls).toEqual([1]);
  });

  it("publishes in sequence, at most ten at a time", async () => {
    const { taken, calls, publish } = keptBus();
    const batch = Array.from({ length: 12 }, (_, index) => recorded(index + 1, "order.placed", "order.paid"));
    expect(await publish(batch)).toEqual(done);
    expect(calls).toEqual([10, 10, 4]);
    const ids = taken.map(({ detail }) => JSON.parse(detail).eventId);
    expect(ids).toEqual(batch.flatMap((_, index) => [`ord_1-${index + 1}-0`, `ord_1-${index + 1}-1`]));
  });

  it("keeps a call within its bytes", async () => {
    const { calls, publish } = keptBus();
    const { key, new: item } = recorded(1, "order.placed");
    const large = { key, new: { ...(item as Item), envelope: { ...ENVELOPE, correlationId: "x".repeat(120_000) } } };
    expect(await publish([large, large, large])).toEqual(done);
    expect(calls).toEqual([2, 1]);
  });

  it("leaves changed and removed items alone", async () => {
    const { taken, publish } = keptBus();
    const { key, new: item } = recorded(1, "order.placed");
    await publish([
      { key, old: item, new: item } as Change,
      { key, old: item } as Change,
      { key: { pk: "order#ord_1", sk: "state" }, new: { pk: "order#ord_1", sk: "state" } },
    ]);
    expect(taken).toEqual([]);
  });
});

describe("an event that the bus does not take", () => {
  const batch = [recorded(1, "order.placed"), recorded(2, "order.paid"), recorded(3, "order.cancelled")];
  const throttled = (types: readonly string[], calls: number) => (entries: readonly BusEntry[], call: number) =>
    entries.map(({ type }) => (types.includes(type) && call <= calls ? "ThrottlingException" : undefined));

  it("is put again alone, within the same batch", async () => {
    const { types, calls, publish } = keptBus(throttled(["order.paid"], 2));
    expect(await publish(batch)).toEqual(done);
    expect(calls).toEqual([3, 1, 1]);
    expect(types()).toEqual(["order.placed", "order.cancelled", "order.paid"]);
  });

  it("is reported by its record after bounded attempts", async () => {
    const { calls, publish } = keptBus(throttled(["order.paid", "order.cancelled"], 99));
    expect(await publish(batch)).toEqual(failedAt(2));
    expect(calls).toEqual([3, 2, 2]);
  });

  it("holds back what comes after its call", async () => {
    const { types, publish } = keptBus(throttled(["order.placed"], 99));
    const more = Array.from({ length: 12 }, (_, index) => recorded(index + 4, "order.paid"));
    await expect(publish([...batch, ...more])).rejects.toThrow("The first record of the batch failed.");
    expect(types()).toHaveLength(9);
  });

  it("because the bus is away is reported by the first record of the call", async () => {
    const { publish } = keptBus((entries) => {
      if (entries[0]?.type !== "order.placed") throw new Error("The bus is away.");
      return [];
    });
    const calls = Array.from({ length: 10 }, (_, index) => recorded(index + 1, "order.placed"));
    expect(await publish([...calls, recorded(11, "order.paid")])).toEqual(failedAt(11));
  });
});

describe("a record that cannot be read", () => {
  const rubbish: Change = { ...recorded(2), new: { pk: "order#ord_1", sk: recorded(2).key.sk } };

  it("is reported after everything before it is published", async () => {
    const { types, publish } = keptBus();
    expect(await publish([recorded(1, "order.placed"), rubbish, recorded(3, "order.paid")])).toEqual(failedAt(2));
    expect(types()).toEqual(["order.placed"]);
  });

  it("is thrown at the head of a batch, so that Lambda halves the batch until it is alone", async () => {
    const { types, publish } = keptBus();
    await expect(publish([rubbish, recorded(3, "order.paid")])).rejects.toThrow(
      "The first record of the batch failed.",
    );
    expect(types()).toEqual([]);
  });
});

describe("the filter before the publisher", () => {
  const matchers = streams
    .filter(({ name }) => name === "publisher")
    .flatMap(({ filters }) => filters.map(compilePattern));
  const isHanded = (change: Change) => matchers.some((matches) => matches(streamRecord(change, 1)));

  it("passes all that goes on the bus, and does not wake it for a mail that went or a journey begun", async () => {
    const room = await mailroom();
    await room.order();
    await room.carry();
    await room.after(DAY_MS);
    expect(room.mailbox).toHaveLength(2);
    const recorded = room.table.changes.filter(({ key }) => key.sk.startsWith("event#"));
    const typesOf = ({ new: item }: Change) => eventsOf(item as Item).map(({ type }) => type);
    const handed = recorded.filter(isHanded).map(typesOf);
    const kept = recorded.filter((change) => !isHanded(change)).map(typesOf);
    expect(handed.filter((types) => types.every((type) => internalEvents.has(type)))).toEqual([]);
    expect(kept.filter((types) => types.some((type) => !internalEvents.has(type)))).toEqual([]);
    expect(new Set(kept.flat())).toEqual(new Set(["journey.entered", "journey.waiting", "message.sent"]));
  });

  it("knows as internal only what the catalog calls so", () => {
    const known = [...(messageRecord.internal ?? []), ...(enrollmentRecord.internal ?? [])];
    expect(known.filter((type) => !internalEvents.has(type))).toEqual([]);
  });
});
