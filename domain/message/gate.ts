import type { MessageFacts, Verdict } from "./facts.ts";

/** One reason not to send, or not now: a pure function that the sender and the "why" answer share. */
export interface Gate {
  name: string;
  /** What it asks, in one sentence. */
  asks: string;
  /** `undefined` = nothing against it. */
  judge(facts: MessageFacts): Exclude<Verdict, { kind: "go" }> | undefined;
}
