import { expect } from "vitest";
import type { Command, Decider } from "../../domain/kernel/decider.ts";
import { fold } from "../../domain/kernel/decider.ts";
import { Rejection } from "../../domain/kernel/rejection.ts";
import { catalog } from "../../events/catalog.ts";
import type { DomainEvent } from "../../events/event.ts";
import { Instant } from "../../events/values.ts";

/** An event that is expected: its type alone, or with a part of its data. */
export type Expected = string | { type: string; at?: string; data?: Record<string, unknown> };

/** Every event that a test sees is one that the catalog knows, with exactly the data its schema allows. */
export function checkEvents(events: readonly DomainEvent[]): void {
  for (const { type, at, data } of events) {
    const schema = catalog.get(type);
    if (!schema) throw new Error(`The catalog has no event ${type}.`);
    expect(Instant.safeParse(at), `the time of ${type}`).toMatchObject({ success: true });
    expect(schema.data.safeParse(data).error?.issues ?? [], `the data of ${type}`).toEqual([]);
  }
}

/** What came of a command. */
export interface Outcome<State, C extends Command> {
  /** Exactly these events, in this order; deciding once more on the new state changes nothing. */
  isDecided(...expected: Expected[]): Outcome<State, C>;
  isRejected(code: string, facts?: Record<string, unknown>): void;
  changesNothing(): Outcome<State, C>;
  /** The state after it holds at least this. */
  leaves(part: object): Outcome<State, C>;
  /** Decides the next command on the state after it. */
  when(command: C): Outcome<State, C>;
  readonly state: State;
}

function outcomeOf<State, C extends Command, E extends DomainEvent>(
  decider: Decider<State, C, E>,
  before: State,
  command: C,
): Outcome<State, C> {
  let rejection: Rejection | undefined;
  let events: E[] = [];
  try {
    events = decider.decide(command, before);
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    rejection = error;
  }
  checkEvents(events);
  const state = fold(decider, events, before);
  const outcome: Outcome<State, C> = {
    state,
    isDecided(...expected) {
      if (rejection) throw rejection;
      expect(events).toMatchObject(expected.map((one) => (typeof one === "string" ? { type: one } : one)));
      expect(decider.decide(command, state), "a repeated command").toEqual([]);
      return outcome;
    },
    isRejected(code, facts) {
      expect(rejection?.code ?? events).toBe(code);
      if (facts) expect(rejection?.facts).toEqual(facts);
    },
    changesNothing() {
      if (rejection) throw rejection;
      expect(events).toEqual([]);
      return outcome;
    },
    leaves(part) {
      if (rejection) throw rejection;
      expect(state).toMatchObject(part);
      return outcome;
    },
    when: (next) => outcomeOf(decider, state, next),
  };
  return outcome;
}

/** A rule of a decider, told as a story: what had happened, what is wanted, what comes of it. */
export function given<State, C extends Command, E extends DomainEvent>(decider: Decider<State, C, E>, ...events: E[]) {
  checkEvents(events);
  const state = fold(decider, events);
  return { when: (command: C): Outcome<State, C> => outcomeOf(decider, state, command), state };
}
