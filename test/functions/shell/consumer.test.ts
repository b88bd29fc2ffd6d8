import type { Context, SQSEvent } from "aws-lambda";
import { describe, expect, it } from "vitest";
import type { StoredEvent } from "../../../events/event.ts";
import { consumer, eventIn, originOf } from "../../../functions/shell/consumer.ts";
import { port, provide, runtimeOf, setting } from "../../../functions/shell/port.ts";
import { MINUTE_MS, NOW } from "../../support/clock.ts";
import { world } from "../../support/world.ts";

const batch = (...bodies: string[]) =>
  ({
    Records: bodies.map((body, index) => ({
      messageId: `m${index}`,
      body,
      attributes: { ApproximateReceiveCount: String(index + 1) },
    })),
  }) as unknown as SQSEvent;

const event: StoredEvent = {
  eventId: "ord_1-1-0",
  type: "order.paid",
  at: NOW,
  data: {},
  storeId: "sto_1",
  correlationId: "req-1",
  depth: 2,
  actor: { kind: "key", id: "k1" },
  test: true,
};

describe("a consumer", () => {
  it("reports each message that failed, alone, and logs why", async () => {
    const { runtime, logs } = world();
    const seen: unknown[] = [];
    const handler = consumer<{ n: number }>(
      {
        async run({ body, attempt }) {
          seen.push([body.n, attempt]);
          if (body.n === 2) throw new Error("Not today.");
        },
      },
      () => runtime,
    );
    const answer = await handler(batch('{"n":1}', '{"n":2}', "{", '{"n":4}'), {} as Context);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }, { itemIdentifier: "m2" }] });
    expect(seen).toEqual([
      [1, 1],
      [2, 2],
      [4, 4],
    ]);
    expect(logs.map(({ level, message }) => [level, message])).toEqual([
      ["error", "A message failed."],
      ["error", "A message failed."],
    ]);
  });

  it("judges each message by the clock at its turn, one after another", async () => {
    const { runtime, clock } = world();
    const times: string[] = [];
    const handler = consumer(
      {
        async run({ now }) {
          times.push(now);
          await Promise.resolve();
          clock.advance(MINUTE_MS);
        },
      },
      () => runtime,
    );
    await handler(batch("1", "2"), {} as Context);
    expect(times).toEqual([NOW, "2026-11-20T12:01:00.000Z"]);
  });

  it("acts for the system, one automation deeper, in the name of the event that led to it", () => {
    expect(eventIn({ "detail-type": event.type, detail: event })).toEqual(event);
    expect(originOf(event)).toEqual({
      actor: { kind: "system" },
      correlationId: "req-1",
      causationId: "ord_1-1-0",
      depth: 3,
      storeId: "sto_1",
      test: true,
    });
  });
});

describe("a port", () => {
  it("is made once in a process, when it is needed", () => {
    let made = 0;
    const counted = port("counted", () => ({ number: ++made }));
    const { runtime } = world();
    expect(made).toBe(0);
    expect(provide(runtime, { a: counted, b: counted })).toEqual({ a: { number: 1 }, b: { number: 1 } });
  });

  it("is stood in for by name", () => {
    const { runtime } = world();
    expect(runtimeOf(runtime, { mail: "a double" }).get(port("mail", () => "the real one"))).toBe("a double");
  });

  it("stops the process when a setting is missing", () => {
    expect(setting({ ...world().runtime, env: { STAGE: "dev" } }, "STAGE")).toBe("dev");
    expect(() => setting({ ...world().runtime, env: {} }, "TABLE_NAME")).toThrow("TABLE_NAME");
  });
});
