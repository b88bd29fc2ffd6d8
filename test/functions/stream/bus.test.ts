import { describe, expect, it } from "vitest";
import { type BusEntry, entryBytes, eventBridgeBus } from "../../../functions/shell/bus.ts";

const entry = (type: string): BusEntry => ({ type, detail: JSON.stringify({ type }) });

/** EventBridge with what it answers, and what it was asked. */
function eventBridge(answer: object) {
  const calls: { input: { Entries: object[] } }[] = [];
  const client = {
    async send(command: { input: { Entries: object[] } }) {
      calls.push(command);
      return answer;
    },
  };
  return { calls, bus: eventBridgeBus(client as never, "kolo-test") };
}

describe("the bus", () => {
  it("carries an event's name as detail type under the source kolo", async () => {
    const { bus, calls } = eventBridge({ FailedEntryCount: 0, Entries: [{ EventId: "1" }] });
    expect(await bus.put([entry("order.placed")])).toEqual([undefined]);
    expect(calls[0]?.input.Entries).toEqual([
      { EventBusName: "kolo-test", Source: "kolo", DetailType: "order.placed", Detail: '{"type":"order.placed"}' },
    ]);
  });

  it("says which events were not taken, and why", async () => {
    const entries = [{ EventId: "1" }, { ErrorCode: "ThrottlingException" }, {}];
    const { bus } = eventBridge({ FailedEntryCount: 2, Entries: entries });
    expect(await bus.put(["a", "b", "c"].map(entry))).toEqual([undefined, "ThrottlingException", "Unknown"]);
  });

  it("measures an event in bytes of its source, name and detail", () => {
    expect(entryBytes({ type: "a.b", detail: '"ї"' })).toBe(4 + 3 + 4);
  });
});
