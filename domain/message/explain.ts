import type { Instant } from "../../events/values.ts";
import type { MessageFacts, Verdict } from "./facts.ts";
import { gates } from "./gates/index.ts";
import type { Message } from "./message.ts";

/** What one gate says now. */
export interface GateAnswer {
  gate: string;
  asks: string;
  passes: boolean;
  /** Why not, when it does not pass. */
  reason?: string;
  /** Until when, when it only makes the message wait. */
  until?: Instant;
}

/** Why a customer did, or did not, get a message. */
export interface MessageExplanation {
  template: string;
  variant?: string;
  messageId?: string;
  orderId?: string;
  /** Where the message stands; `never_requested` when nobody asked for it. */
  status: Exclude<Message["status"], "absent"> | "never_requested";
  /** What ended it or makes it wait. */
  reason?: string;
  at?: Instant;
  until?: Instant;
  /** What each gate would say if it were sent now. */
  gates: GateAnswer[];
}

const answerOf = (verdict: Verdict | undefined): Omit<GateAnswer, "gate" | "asks"> => {
  if (!verdict || verdict.kind === "go") return { passes: true };
  if (verdict.kind === "skip") return { passes: false, reason: verdict.reason };
  return { passes: false, reason: verdict.reason, until: verdict.until };
};

/** Asks every gate, also behind the first that has something against it. */
export const gateAnswers = (facts: MessageFacts): GateAnswer[] =>
  gates.map((gate) => ({ gate: gate.name, asks: gate.asks, ...answerOf(gate.judge(facts)) }));

/** Explains a message by its own state and by what the gates say now: the same ones that its sender asks. */
export function explain(state: Message, facts: MessageFacts): MessageExplanation {
  const { template } = facts.message;
  const gates = gateAnswers(facts);
  if (state.status === "absent") {
    const { order } = facts;
    const orderId = order && order !== "gone" && { orderId: order.orderId };
    return { template, ...orderId, status: "never_requested", gates };
  }
  const { messageId, orderId, variant } = state.request;
  return {
    template,
    ...(variant && { variant }),
    messageId,
    ...(orderId && { orderId }),
    status: state.status,
    ...("reason" in state && { reason: state.reason }),
    ...(state.status === "bounced" && { reason: state.kind }),
    at: state.at,
    ...("until" in state && { until: state.until }),
    ...(state.status === "unknown" && state.retryAt && { until: state.retryAt }),
    gates,
  };
}
