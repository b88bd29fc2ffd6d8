import type { FormReason } from "../../events/message.ts";
import type { Instant, Purpose } from "../../events/values.ts";
import type { MessageFacts, Verdict } from "./facts.ts";
import { gates } from "./gates/index.ts";
import type { Message, MessageRequest } from "./message.ts";
import { PLAIN } from "./template.ts";
import { templateOf } from "./templates/index.ts";

type Form = Pick<MessageRequest, "template" | "variant" | "passedOver">;

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

/** One form that a message may have. */
export interface VariantAnswer {
  variant: string;
  purpose: Purpose;
  chosen: boolean;
  /** Why it was not, where it came before the one that was. */
  reason?: FormReason;
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
  /** The forms of the template: which one it is, and why not one that came first. */
  variants: VariantAnswer[];
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

/** The forms in the order in which they are tried: the plain one is for whom no other fits. */
function variantsOf({ template, variant: chosen = PLAIN, passedOver = {} }: Form): VariantAnswer[] {
  const { [PLAIN]: plain, ...others } = templateOf(template).variants;
  return Object.entries({ ...others, ...(plain && { [PLAIN]: plain }) }).map(([variant, purpose]) => {
    const reason = passedOver[variant];
    return { variant, purpose, chosen: variant === chosen, ...(reason && { reason }) };
  });
}

/** Explains a message by its own state and by what the gates say now: the same ones that its sender asks. */
export function explain(state: Message, facts: MessageFacts): MessageExplanation {
  const { template } = facts.message;
  const gates = gateAnswers(facts);
  const variants = variantsOf(state.status === "absent" ? facts.message : state.request);
  if (state.status === "absent") {
    const { order } = facts;
    const orderId = order && order !== "gone" && { orderId: order.orderId };
    return { template, ...orderId, status: "never_requested", variants, gates };
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
    variants,
    gates,
  };
}
