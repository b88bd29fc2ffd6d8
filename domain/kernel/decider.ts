import type { DomainEvent } from "../../events/event.ts";
import type { Instant } from "../../events/values.ts";

/** Something that somebody wants: `noun.verb`, with its own time and its own new ids. */
export interface Command<Type extends string = string, Data = unknown> {
  type: Type;
  at: Instant;
  data: Data;
}

/**
 * The one way to change anything. `decide` returns what happened (nothing = no change, so that every retry is safe) or
 * rejects; `evolve` folds one event into the state and never rejects. Both are pure.
 */
export interface Decider<State, C extends Command, E extends DomainEvent> {
  initial: State;
  decide(command: C, state: State): E[];
  evolve(state: State, event: E): State;
}

/** Folds events into a state, in order. */
export const fold = <State, C extends Command, E extends DomainEvent>(
  decider: Decider<State, C, E>,
  events: readonly E[],
  state: State = decider.initial,
): State => events.reduce(decider.evolve, state);
