import type { DomainEvent, StoredEvent } from "../../events/event.ts";
import { byTime, EVENT_PREFIX, eventKey, list } from "./keys.ts";
import type { Item } from "./table.ts";

/** Whose history an item belongs to: its partition, its id, and the version that the events led to. */
export interface EventHome {
  pk: string;
  id: string;
  version: number;
}

type Envelope = Omit<StoredEvent, "eventId" | "type" | "at" | "data">;
type Fact = Pick<DomainEvent, "type" | "data"> & { at?: string };

/** Stands for an id that the item's key or envelope says already; no id of ours is this. */
const SAME = "^";
/** The ids that events carry again and again. (Ids of others may be any text, and are kept as they are.) */
const IDS: ReadonlySet<string> = new Set(
  ["store", "customer", "order", "payment", "mismatch", "message", "enrollment"].map((noun) => `${noun}Id`),
);

/** The id of an event: its home, the version that it led to, and its place in the transaction. */
export const eventIdOf = ({ id, version }: Omit<EventHome, "pk">, index: number): string => `${id}-${version}-${index}`;

/**
 * The item that holds the events of one transaction. Nothing is said twice: the envelope stands once, a time that is
 * the item's own is left out, and so is an id that its key or envelope has. (Each kilobyte costs.) Where all events are
 * internal, the stream's publisher is not handed the item. (What does not go on the bus says so: a filter for what is
 * not there is read in different ways.)
 */
export function eventItemOf(home: EventHome, events: readonly StoredEvent[], internal = false): Item {
  const [{ eventId: _, type: __, at: first, data: ___, ...envelope }] = events as readonly [StoredEvent];
  const { customerId, ...kept } = envelope;
  const timeline = customerId && {
    gsi1pk: list.timeline(customerId),
    gsi1sk: byTime(first, `${home.id}-${home.version}`),
  };
  const facts = events.map(
    ({ type, at, data }): Fact => ({
      type,
      ...(at !== first && { at }),
      data: exchanged(data, (name, value) => (value === idSaid(name, envelope, home.id) ? SAME : value)),
    }),
  );
  const item = { ...eventKey(home.pk, home.version), ...timeline, at: first, envelope: kept, events: facts };
  return { ...item, bus: !internal };
}

/** The events of one stored item, each with its envelope. */
export function eventsOf(item: Item): StoredEvent[] {
  const { pk, sk, gsi1pk, at: first } = item as { pk: string; sk: string; gsi1pk?: string; at: string };
  const { envelope: kept, events } = item as unknown as { envelope: Envelope; events: Fact[] };
  const home = { id: pk.slice(pk.indexOf("#") + 1), version: Number(sk.slice(EVENT_PREFIX.length)) };
  const envelope = gsi1pk ? { ...kept, customerId: gsi1pk.slice(list.timeline("").length) } : kept;
  return events.map(({ type, at = first, data }, index) => ({
    ...envelope,
    type,
    at,
    data: exchanged(data, (name, value) => (value === SAME ? idSaid(name, envelope, home.id) : value)),
    eventId: eventIdOf(home, index),
  })) as StoredEvent[];
}

/** What the key or the envelope says of an attribute. */
function idSaid(name: string, { storeId, customerId }: Envelope, id: string): string {
  if (name === "storeId") return storeId ?? id;
  return name === "customerId" ? (customerId ?? id) : id;
}

/** An event's data with its ids exchanged. */
const exchanged = (data: DomainEvent["data"], exchange: (name: string, value: unknown) => unknown) =>
  Object.fromEntries(
    Object.entries(data as object).map(([name, value]) => [name, IDS.has(name) ? exchange(name, value) : value]),
  );
