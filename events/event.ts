import * as z from "zod";
import { CustomerId, fact, type Instant, id, StoreId } from "./values.ts";

/** Who caused something: a staff member or key by id, a provider's hook, or the system itself. */
export const Actor = z.strictObject({
  kind: fact(z.enum(["staff", "key", "hook", "system", "journey"])),
  id: id(z.string().max(100)).optional(),
});
export type Actor = z.infer<typeof Actor>;

/** What the shell stamps on every event: which one it is, where it belongs and what led to it. */
export const Envelope = z.strictObject({
  /** `<aggregate id>-<version>-<n>`: names the item that holds it. */
  eventId: id(z.string()),
  storeId: StoreId.optional(),
  customerId: CustomerId.optional(),
  correlationId: id(z.string()),
  causationId: id(z.string()).optional(),
  /** How many automations led here; a journey never reacts beyond a depth of 5. */
  depth: fact(z.int().min(0)),
  actor: Actor,
  test: fact(z.boolean()),
});
export type Envelope = z.infer<typeof Envelope>;

/** A past-tense fact as the domain decides it. */
export interface DomainEvent<Type extends string = string, Data = unknown> {
  type: Type;
  /** When it happened, from the input; never the time of recording. */
  at: Instant;
  data: Data;
}

/** A fact as it is stored and published. */
export type StoredEvent<E extends DomainEvent = DomainEvent> = E & Envelope;

/** The schema of one event type with what the stream does with it. */
export interface EventSchema<Type extends string, Data extends z.ZodObject> {
  type: Type;
  data: Data;
  /** One sentence for the catalog. */
  about: string;
  /** Kept in the history but not put on the bus: nobody outside the aggregate reacts to it. */
  internal: boolean;
  /** What a person reads on a timeline: all but the bookkeeping inside of an aggregate. */
  told: boolean;
}

/** Declares an event: its past-tense name, one sentence, and the schema of its data. */
export function event<Type extends string, Data extends z.ZodObject>(
  type: Type,
  about: string,
  data: Data,
  { internal = false, told = !internal }: { internal?: boolean; told?: boolean } = {},
): EventSchema<Type, Data> {
  return { type, about, data, internal, told };
}

/** The domain event type of a schema. */
export type EventOf<S> = S extends EventSchema<infer Type, infer Data> ? DomainEvent<Type, z.infer<Data>> : never;
