import type { Command, Decider } from "../../domain/kernel/decider.ts";
import { reject } from "../../domain/kernel/rejection.ts";
import type { Actor, DomainEvent, StoredEvent } from "../../events/event.ts";
import { eventIdOf, eventItemOf } from "./event-item.ts";
import { Conflict, type Item, type Key, type Table, WRITES_MAX, type Write } from "./table.ts";

/** Who wants a change and what led to it; the shell makes it, every event carries it. */
export interface Origin {
  actor: Actor;
  correlationId: string;
  causationId?: string;
  /** How many automations led here. */
  depth: number;
  storeId?: string;
  test?: boolean;
  /** The mark of an Idempotency-Key: written in the transaction that does what the request asked for. */
  mark?: (answer: Answer) => Write;
}

/** What a marked request is answered with. */
export interface Answer {
  status: number;
  resource: string;
}

/** How one kind of aggregate is stored. */
export interface RecordOf<State, C extends Command, E extends DomainEvent> {
  decider: Decider<State, C, E>;
  key(id: string): Key;
  /**
   * Events that move the state and say nothing worth keeping, such as a lease: they are left out of the event item, and
   * a transaction of nothing else is one plain conditional write.
   */
  unrecorded?: readonly E["type"][];
  /** Recorded events that stay off the bus, as the catalog says: the publisher is not woken for nothing else. */
  internal?: readonly E["type"][];
  /** What is kept of a state, and a state by its item, where that is not the state itself. */
  stored?: { kept(state: State): unknown; state(item: Item): State };
  /** Attributes beside the state: index keys and `f`, from the state alone. */
  attributes?(state: State, id: string): Record<string, unknown>;
}

/** An aggregate as it was read or saved. */
export interface Held<State, Card = unknown> {
  id: string;
  state: State;
  /** 0 = not stored yet. */
  version: number;
  /** What is stored beside the state and is not folded from events: the personal part of a card. */
  card: Card | undefined;
}

/** An aggregate in memory while one transaction is prepared. */
export interface Loaded<State, C extends Command, E extends DomainEvent, Card = unknown> extends Held<State, Card> {
  record: RecordOf<State, C, E>;
  /** The state as it was loaded. */
  before: State;
  cardChanged: boolean;
  events: E[];
}

/** Another request with the same Idempotency-Key was faster; what it did is the answer. */
export class MarkTaken extends Error {
  constructor() {
    super("The Idempotency-Key was used by a request that was faster.");
    this.name = "MarkTaken";
  }
}

/** Attempts to save before a lost race becomes a fault. */
export const SAVE_ATTEMPTS_MAX = 10;

type AnyLoaded = Loaded<unknown, Command, DomainEvent>;

/** Where the events of a transaction are kept: with the first aggregate that has any. */
const homeOf = ({ record, id, version }: AnyLoaded) => ({ pk: record.key(id).pk, id, version: version + 1 });

const recordedOf = ({ record, events }: AnyLoaded) => events.filter(({ type }) => !record.unrecorded?.includes(type));

const isInternal = (loaded: AnyLoaded) =>
  recordedOf(loaded).every(({ type }) => loaded.record.internal?.includes(type));

const stateOf = <S, C extends Command, E extends DomainEvent>(record: RecordOf<S, C, E>, item: Item): S =>
  record.stored ? record.stored.state(item) : (item.state as S);

/** What an item holds of an aggregate; without an item it is absent. */
export function heldIn<S, C extends Command, E extends DomainEvent, Card = unknown>(
  record: RecordOf<S, C, E>,
  id: string,
  item: Item | undefined,
): Held<S, Card> {
  const { version = 0, card } = (item ?? {}) as { version?: number; card?: Card };
  return { id, state: item ? stateOf(record, item) : record.decider.initial, version, card };
}

/** An aggregate as the transaction that is prepared leaves it. */
export function heldAfter<S, Card>(loaded: Loaded<S, Command, DomainEvent, Card>): Held<S, Card> {
  const { id, state, version, card } = loaded;
  return { id, state, version: isChanged(loaded) ? version + 1 : version, card };
}

const isChanged = ({ events, cardChanged }: Pick<AnyLoaded, "events" | "cardChanged">) =>
  events.length > 0 || cardChanged;

/** Everything that one transaction changes: aggregates, their events, and what else must be true with them. */
export class Unit {
  readonly #table: Table;
  readonly #attempt: number;
  #origin: Origin;
  readonly #loaded: AnyLoaded[] = [];
  readonly #also: Write[] = [];
  #answer: Answer | undefined;
  #customerId: string | undefined;
  #home: unknown;

  constructor(table: Table, origin: Origin, attempt: number) {
    this.#table = table;
    this.#origin = origin;
    this.#attempt = attempt;
  }

  /** Reads an aggregate consistently. */
  async load<S, C extends Command, E extends DomainEvent, Card = unknown>(
    record: RecordOf<S, C, E>,
    id: string,
  ): Promise<Loaded<S, C, E, Card>> {
    return this.adopt<S, C, E, Card>(record, id, await this.#table.get(record.key(id)));
  }

  /** Takes an aggregate that the caller read (or knows to be absent). */
  adopt<S, C extends Command, E extends DomainEvent, Card = unknown>(
    record: RecordOf<S, C, E>,
    id: string,
    item: Item | undefined,
  ): Loaded<S, C, E, Card> {
    return this.#take(record, heldIn<S, C, E, Card>(record, id, item));
  }

  /** Takes an aggregate as the caller holds it: it is read only after a race was lost. */
  async resume<S, C extends Command, E extends DomainEvent, Card = unknown>(
    record: RecordOf<S, C, E>,
    held: Held<S, Card>,
  ): Promise<Loaded<S, C, E, Card>> {
    return this.#attempt === 1 ? this.#take(record, held) : this.load(record, held.id);
  }

  #take<S, C extends Command, E extends DomainEvent, Card>(
    record: RecordOf<S, C, E>,
    held: Held<S, Card>,
  ): Loaded<S, C, E, Card> {
    const loaded = { ...held, record, before: held.state, cardChanged: false, events: [] };
    this.#loaded.push(loaded as unknown as AnyLoaded);
    return loaded;
  }

  /** Decides and folds; what is returned will be saved by `commit`. */
  decide<S, C extends Command, E extends DomainEvent>(loaded: Loaded<S, C, E>, command: C): E[] {
    const events = loaded.record.decider.decide(command, loaded.state);
    loaded.state = events.reduce(loaded.record.decider.evolve, loaded.state);
    loaded.events.push(...events);
    return events;
  }

  /** Refuses a change that was made for another version (If-Match). */
  expect(loaded: { version: number }, version: number | undefined): void {
    expectVersion(loaded, version);
  }

  /** Adds writes that must be true together with the change. */
  also(...writes: Write[]): void {
    this.#also.push(...writes);
  }

  /** Names the store (and the test mode) of what is changed, where the request did not. */
  stamp(belongs: Pick<Origin, "storeId" | "test">): void {
    this.#origin = { ...this.#origin, ...belongs };
  }

  /** Names the aggregate whose history holds the events, if it changes; else it is the first one that does. */
  home(loaded: { events: readonly unknown[] }): void {
    this.#home = loaded;
  }

  /** Puts the events on a customer's timeline. */
  about(customerId: string | undefined): void {
    this.#customerId = customerId;
  }

  /** What the request will be answered with, for its idempotency mark. */
  answers(status: number, resource: string): void {
    this.#answer = { status, resource };
  }

  /** Saves all in one transaction; nothing decided = nothing written. Throws `Conflict` when a race was lost. */
  async commit(): Promise<StoredEvent[]> {
    const changed = this.#loaded.filter(isChanged);
    const writes = changed.map((loaded) => this.#stateWrite(loaded));
    const told = changed.filter((one) => recordedOf(one).length > 0);
    const first = told.find((one) => one === this.#home) ?? told[0];
    const events = first ? this.#stamp(first, told) : [];
    if (first) writes.push({ put: eventItemOf(homeOf(first), events, told.every(isInternal)), when: { absent: true } });
    writes.push(...this.#also);
    const marked = this.#origin.mark && this.#answer && this.#origin.mark(this.#answer);
    if (marked) writes.push(marked);
    if (writes.length > WRITES_MAX) throw new Error(`A transaction of ${writes.length} writes is too large.`);
    await this.#table.write(writes).catch((error: unknown) => {
      const taken = marked && error instanceof Conflict && error.failed.includes(writes.length - 1);
      throw taken ? new MarkTaken() : error;
    });
    return events;
  }

  #stateWrite({ record, id, state, version, card }: AnyLoaded): Write {
    const attributes = record.attributes?.(state, id) ?? {};
    const put: Item = {
      ...record.key(id),
      ...attributes,
      version: version + 1,
      state: record.stored ? record.stored.kept(state) : state,
      ...(card !== undefined && { card }),
    };
    return { put, when: version === 0 ? { absent: true } : { equals: { version } } };
  }

  #stamp(first: AnyLoaded, told: readonly AnyLoaded[]): StoredEvent[] {
    const { actor, correlationId, causationId, depth, storeId, test } = this.#origin;
    const all = [first, ...told.filter((one) => one !== first)].flatMap(recordedOf);
    return all.map((event, index) => ({
      ...event,
      eventId: eventIdOf(homeOf(first), index),
      ...(storeId && { storeId }),
      ...(this.#customerId && { customerId: this.#customerId }),
      correlationId,
      ...(causationId && { causationId }),
      depth,
      actor,
      test: test ?? false,
    }));
  }
}

/** Replaces what is stored beside an aggregate's state. */
export function setCard<Card>(loaded: { card: Card | undefined; cardChanged: boolean }, card: Card): void {
  loaded.card = card;
  loaded.cardChanged = true;
}

/** Refuses what was asked for another version (If-Match). */
export function expectVersion(loaded: { version: number }, version: number | undefined): void {
  if (version === undefined || version === loaded.version) return;
  reject("stale_version", "The resource has changed since it was read.", { version: loaded.version });
}

/** Prepares and commits until no race is lost; each attempt loads and decides again. */
export async function saving<T>(table: Table, origin: Origin, prepare: (unit: Unit) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const unit = new Unit(table, origin, attempt);
    const result = await prepare(unit);
    try {
      await unit.commit();
      return result;
    } catch (error) {
      if (!(error instanceof Conflict) || attempt >= SAVE_ATTEMPTS_MAX) throw error;
      await pause(attempt);
    }
  }
}

/** Waits a little longer after each lost race; the version decides who wins, so no randomness is needed for safety. */
const pause = (attempt: number) => new Promise((done) => setTimeout(done, 5 * attempt * attempt));
