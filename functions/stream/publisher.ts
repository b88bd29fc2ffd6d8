import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBRecord } from "aws-lambda";
import { internalEvents } from "../../events/catalog.ts";
import { type Bus, type BusEntry, bus, CALL_BYTES_MAX, ENTRIES_MAX, entryBytes } from "../shell/bus.ts";
import { type Pause, pause } from "../shell/pause.ts";
import type { Runtime } from "../shell/port.ts";
import { type Failure, stream } from "../shell/stream.ts";
import { eventsOf } from "../table/event-item.ts";
import { EVENT_PREFIX } from "../table/keys.ts";
import type { Item } from "../table/table.ts";

/** Calls for one chunk of events at most, before its first failed record is left to Lambda's own retries. */
const ATTEMPTS_MAX = 3;
const PAUSE_MS = 50;

interface Outgoing extends BusEntry {
  /** The record that the event came in. */
  index: number;
}

interface Ports {
  bus: Bus;
  pause: Pause;
}

type Image = Parameters<typeof unmarshall>[0];

/** Table stream -> bus: what each transaction recorded, in sequence, except what nobody outside reacts to. */
export const publisher = (runtimeOf?: () => Runtime) =>
  stream(
    {
      needs: { bus, pause },
      async run(records, context) {
        const { outgoing, unreadable } = unpack(records);
        for (const chunk of chunksOf(outgoing)) {
          const failure = await publish(chunk, context);
          if (failure) return failure;
        }
        return unreadable;
      },
    },
    runtimeOf,
  );

export const handler = publisher();

/** The events of a batch up to the first record that cannot be read. */
function unpack(records: readonly DynamoDBRecord[]): { outgoing: Outgoing[]; unreadable?: Failure } {
  const outgoing: Outgoing[] = [];
  for (const [index, record] of records.entries()) {
    try {
      outgoing.push(...entriesOf(record).map((entry) => ({ ...entry, index })));
    } catch (error) {
      return { outgoing, unreadable: { index, error } };
    }
  }
  return { outgoing };
}

function entriesOf({ eventName, dynamodb }: DynamoDBRecord): BusEntry[] {
  if (eventName !== "INSERT" || !dynamodb?.Keys?.sk?.S?.startsWith(EVENT_PREFIX)) return [];
  const item = unmarshall(dynamodb.NewImage as Image) as Item;
  const published = eventsOf(item).filter(({ type }) => !internalEvents.has(type));
  return published.map((event) => ({ type: event.type, detail: JSON.stringify(event) }));
}

function chunksOf(outgoing: readonly Outgoing[]): Outgoing[][] {
  const chunks: Outgoing[][] = [];
  let bytes = 0;
  for (const entry of outgoing) {
    const size = entryBytes(entry);
    const last = chunks.at(-1);
    if (last && last.length < ENTRIES_MAX && bytes + size <= CALL_BYTES_MAX) {
      last.push(entry);
      bytes += size;
    } else {
      chunks.push([entry]);
      bytes = size;
    }
  }
  return chunks;
}

async function publish(chunk: readonly Outgoing[], ports: Ports): Promise<Failure | undefined> {
  let left = await attempt(chunk, ports);
  for (let attempts = 1; left.length > 0 && attempts < ATTEMPTS_MAX; attempts += 1) {
    await ports.pause(PAUSE_MS * attempts);
    left = await attempt(
      left.map(({ entry }) => entry),
      ports,
    );
  }
  const [first] = left;
  return first && { index: first.entry.index, error: first.error };
}

/** Puts a chunk and returns what was not taken, in order. */
async function attempt(chunk: readonly Outgoing[], ports: Ports): Promise<{ entry: Outgoing; error: unknown }[]> {
  try {
    const refusals = await ports.bus.put(chunk);
    return chunk.flatMap((entry, index) => {
      const code = refusals[index];
      return code === undefined ? [] : [{ entry, error: new Error(`The bus did not take an event: ${code}`) }];
    });
  } catch (error) {
    return chunk.map((entry) => ({ entry, error }));
  }
}
