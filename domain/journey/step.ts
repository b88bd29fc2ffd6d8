import type * as z from "zod";
import type { FormReason } from "../../events/message.ts";
import type { Instant, MessageChannel } from "../../events/values.ts";
import type { JourneyFacts } from "./facts.ts";

/** Something that a journey does to the world. */
export interface Act {
  kind: "send";
  channel: MessageChannel;
  template: string;
  variant: string;
  params?: Readonly<Record<string, string>>;
  /** The forms that came first and were not it. */
  passedOver?: Readonly<Record<string, FormReason>>;
}

/** What a step comes to. Executors know these and no kind of step. */
export type Outcome =
  | { kind: "advance"; edge: string }
  | { kind: "wait"; until: Instant }
  | { kind: "act"; act: Act; edge: string }
  | { kind: "exit"; reason: string };

/** What a step is asked with: the world, and since when its subject waits here, if it does. */
export interface StepFacts extends JourneyFacts {
  /** When the wait at this very step ends; absent on arrival. */
  waitsUntil?: Instant | undefined;
}

/** One kind of step: its settings, its ways out, and what it comes to. */
export interface StepKind<Config = unknown> {
  kind: string;
  config: z.ZodType<Config>;
  edges: readonly string[];
  enter(config: Config, facts: StepFacts): Outcome;
}

/** A kind of step as the registry knows it: its `config` has parsed what its `enter` gets. */
export interface AnyStepKind extends Omit<StepKind, "config" | "enter"> {
  config: z.ZodType;
  enter(config: never, facts: StepFacts): Outcome;
}

/** Declares a kind of step. */
export const step = <Config>(kind: StepKind<Config>): StepKind<Config> => kind;
