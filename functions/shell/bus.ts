import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { port, setting } from "./port.ts";

/** An event on its way to the bus. */
export interface BusEntry {
  /** The detail type: the event's name. */
  type: string;
  /** JSON. */
  detail: string;
}

/** The merchant's event bus. Only the publisher puts events on it. */
export interface Bus {
  /** Puts at most `ENTRIES_MAX` events; says for each why it was not taken, `undefined` when it was. */
  put(entries: readonly BusEntry[]): Promise<(string | undefined)[]>;
}

/** Events of one call at most. */
export const ENTRIES_MAX = 10;
/** Bytes of one call at most, by EventBridge's own count; what it takes everywhere. */
export const CALL_BYTES_MAX = 250_000;

const SOURCE = "kolo";
const ATTEMPTS_MAX = 3;

/** The size of an entry as EventBridge counts it: the UTF-8 of its source, type and detail. */
export const entryBytes = ({ type, detail }: BusEntry): number =>
  SOURCE.length + Buffer.byteLength(type) + Buffer.byteLength(detail);

/** The bus of EventBridge with this name. */
export function eventBridgeBus(client: Pick<EventBridgeClient, "send">, EventBusName: string): Bus {
  return {
    async put(entries) {
      const { Entries = [], FailedEntryCount = 0 } = await client.send(
        new PutEventsCommand({
          Entries: entries.map(({ type, detail }) => ({
            EventBusName,
            Source: SOURCE,
            DetailType: type,
            Detail: detail,
          })),
        }),
      );
      if (FailedEntryCount === 0) return entries.map(() => undefined);
      return entries.map((_, index) => Entries[index]?.ErrorCode ?? (Entries[index]?.EventId ? undefined : "Unknown"));
    },
  };
}

/** The bus of this deployment. */
export const bus = port("bus", (runtime) =>
  eventBridgeBus(new EventBridgeClient({ maxAttempts: ATTEMPTS_MAX }), setting(runtime, "EVENT_BUS_NAME")),
);
