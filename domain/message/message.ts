import type { EventOf } from "../../events/event.ts";
import type { DeferReason, MessageEvent, MessageRequested, MessageReshaped, SkipReason } from "../../events/message.ts";
import type { Instant } from "../../events/values.ts";
import type { Command, Decider } from "../kernel/decider.ts";
import { reject, unreachable } from "../kernel/rejection.ts";
import type { Verdict } from "./facts.ts";

/** One piece to one person, as it was asked for. */
export type MessageRequest = EventOf<typeof MessageRequested>["data"];

/** A form that could not go, why, and the one that goes instead. */
export type Reshaping = Omit<EventOf<typeof MessageReshaped>["data"], "messageId">;

interface Known {
  request: MessageRequest;
  requestedAt: Instant;
  /** When it became what it is. */
  at: Instant;
  /** Claims so far. */
  attempts: number;
  /** True once an attempt ended without an answer: the person may have it already. */
  maybeSent?: true;
}

/** One message: asked for, on its way, waiting, or ended in one of five ways. */
export type Message =
  | { status: "absent" }
  | ({ status: "requested" } & Known)
  | ({ status: "claimed"; fence: string; until: Instant } & Known)
  | ({ status: "deferred"; until: Instant; reason: DeferReason } & Known)
  | ({ status: "unknown"; retryAt?: Instant } & Known)
  | ({ status: "sent"; providerId: string } & Known)
  | ({ status: "skipped"; reason: SkipReason } & Known)
  | ({ status: "failed"; reason: string } & Known)
  | ({ status: "bounced"; kind: "bounce" | "complaint"; permanent: boolean } & Known);

export type KnownMessage = Exclude<Message, { status: "absent" }>;

/** What the one call to the provider came to. */
export type SendOutcome =
  | { kind: "accepted"; providerId: string }
  /** The provider will never take it. */
  | { kind: "permanent"; reason: string }
  /** It surely did not go, and may go later. */
  | { kind: "transient"; reason: string }
  /** Nobody knows whether it went. */
  | { kind: "unknown"; reason: string };

/** What a provider tells later about a message. */
export type Receipt =
  | { kind: "accepted" | "delivered"; providerId: string }
  | { kind: "rejected"; reason: string }
  | { kind: "bounce" | "complaint"; permanent: boolean };

export type RequestMessage = Command<"message.request", MessageRequest>;
/** A sender wants the message, after one last look, perhaps in another form; `until` ends its claim should it die. */
export type ClaimMessage = Command<
  "message.claim",
  { verdict: Verdict; reshaping?: Reshaping; fence: string; until: Instant }
>;
/** The sender tells what came of its call; `retryAt` is when a retry would be due. */
export type RecordOutcome = Command<"message.record", { fence: string; outcome: SendOutcome; retryAt: Instant }>;
/** The provider tells what came of it. */
export type RecordReceipt = Command<"message.receive", Receipt>;
/** The wait may be over. */
export type ResumeMessage = Command<"message.resume", Record<never, never>>;
export type MessageCommand = RequestMessage | ClaimMessage | RecordOutcome | RecordReceipt | ResumeMessage;

/** Claims of one message at most; then it has failed. */
export const ATTEMPTS_MAX = 12;

/** One message to one person: sent effectively once, and always explained. */
export const message: Decider<Message, MessageCommand, MessageEvent> = {
  initial: { status: "absent" },
  decide(command, state) {
    if (command.type === "message.request") {
      return state.status === "absent" ? [{ ...command, type: "message.requested" }] : [];
    }
    if (state.status === "absent") reject("message_not_found", "There is no such message.");
    switch (command.type) {
      case "message.claim":
        return claim(command, state);
      case "message.record":
        return record(command, state);
      case "message.receive":
        return receive(command, state);
      case "message.resume": {
        const dueAt = dueAtOf(state);
        if (dueAt === undefined || command.at < dueAt) return [];
        return [{ type: "message.resumed", at: command.at, data: { messageId: state.request.messageId } }];
      }
      default:
        return unreachable(command);
    }
  },
  evolve,
};

/** When somebody must look at the message again; `undefined` when nobody has to. */
export function dueAtOf(state: Message): Instant | undefined {
  if (state.status === "deferred") return state.until;
  return state.status === "unknown" ? state.retryAt : undefined;
}

/** The same message in another form, without what only the other one showed. */
export function reshaped({ params: _, ...request }: MessageRequest, { from, reason, ...form }: Reshaping) {
  return { ...request, ...form, passedOver: { ...request.passedOver, [from]: reason } } satisfies MessageRequest;
}

/** True while a sender may take the message at an instant. */
function isFree(state: KnownMessage, at: Instant): boolean {
  switch (state.status) {
    case "requested":
      return true;
    case "claimed":
    case "deferred":
      return at >= state.until;
    case "unknown":
      return state.retryAt !== undefined && at >= state.retryAt;
    default:
      return false;
  }
}

function claim({ at, data }: ClaimMessage, state: KnownMessage): MessageEvent[] {
  if (!isFree(state, at)) return [];
  const { verdict, reshaping, fence, until } = data;
  const { messageId, template, delivery } = state.request;
  const maybeSent = state.maybeSent || state.status === "claimed";
  // A sender died with the message in its hands: for some classes twice is worse than never.
  if (maybeSent && (delivery === "at_most_once" || verdict.kind === "skip")) {
    return [{ type: "message.unknown", at, data: { messageId, template } }];
  }
  if (verdict.kind === "skip") {
    return [{ type: "message.skipped", at, data: { messageId, template, reason: verdict.reason } }];
  }
  if (verdict.kind === "defer") {
    return [{ type: "message.deferred", at, data: { messageId, until: verdict.until, reason: verdict.reason } }];
  }
  if (state.attempts >= ATTEMPTS_MAX) {
    return [{ type: "message.failed", at, data: { messageId, template, reason: "attempts_exhausted" } }];
  }
  const claimed: MessageEvent = { type: "message.claimed", at, data: { messageId, fence, until } };
  return reshaping ? [{ type: "message.reshaped", at, data: { messageId, ...reshaping } }, claimed] : [claimed];
}

function record({ at, data: { fence, outcome, retryAt } }: RecordOutcome, state: KnownMessage): MessageEvent[] {
  if (outcome.kind === "accepted") return accepted(at, state, outcome.providerId);
  if (state.status !== "claimed" || state.fence !== fence) return [];
  const { messageId, template, delivery } = state.request;
  switch (outcome.kind) {
    case "permanent":
      return [{ type: "message.failed", at, data: { messageId, template, reason: outcome.reason } }];
    case "transient":
      return [{ type: "message.deferred", at, data: { messageId, until: retryAt, reason: "throttled" } }];
    case "unknown": {
      const again = delivery === "at_least_once" && { retryAt };
      return [{ type: "message.unknown", at, data: { messageId, template, ...again } }];
    }
    default:
      return unreachable(outcome);
  }
}

/** It went, whoever holds it now. */
function accepted(at: Instant, state: KnownMessage, providerId: string): MessageEvent[] {
  const { messageId, channel, template } = state.request;
  const open = ["requested", "claimed", "deferred", "unknown"].includes(state.status);
  return open ? [{ type: "message.sent", at, data: { messageId, channel, template, providerId } }] : [];
}

function receive({ at, data }: RecordReceipt, state: KnownMessage): MessageEvent[] {
  const { messageId, template } = state.request;
  switch (data.kind) {
    case "accepted":
    case "delivered":
      return accepted(at, state, data.providerId);
    case "rejected": {
      if (state.status === "failed" || state.status === "bounced") return [];
      return [{ type: "message.failed", at, data: { messageId, template, reason: data.reason } }];
    }
    default: {
      const { kind, permanent } = data;
      const worse = state.status !== "bounced" || (kind === "complaint" && state.kind === "bounce");
      const final = state.status === "bounced" && kind === state.kind && permanent && !state.permanent;
      return worse || final ? [{ type: "message.bounced", at, data: { messageId, kind, permanent } }] : [];
    }
  }
}

const MAYBE_SENT = { maybeSent: true } as const;

function evolve(state: Message, event: MessageEvent): Message {
  const { at } = event;
  if (event.type === "message.requested") {
    return { status: "requested", request: event.data, requestedAt: at, at, attempts: 0 };
  }
  if (state.status === "absent") return state;
  const { request, requestedAt, attempts } = state;
  const known: Known = { request, requestedAt, at, attempts, ...(state.maybeSent && MAYBE_SENT) };
  switch (event.type) {
    case "message.claimed": {
      const { fence, until } = event.data;
      const died = state.status === "claimed" && MAYBE_SENT;
      return { ...known, ...died, status: "claimed", fence, until, attempts: attempts + 1 };
    }
    case "message.reshaped": {
      const { messageId: _, ...reshaping } = event.data;
      return { ...state, request: reshaped(request, reshaping) };
    }
    case "message.deferred":
      return { ...known, status: "deferred", until: event.data.until, reason: event.data.reason };
    case "message.resumed":
      return { ...known, status: "requested" };
    case "message.unknown": {
      const { retryAt } = event.data;
      return { ...known, ...MAYBE_SENT, status: "unknown", ...(retryAt && { retryAt }) };
    }
    case "message.sent":
      return { ...known, status: "sent", providerId: event.data.providerId };
    case "message.skipped":
      return { ...known, status: "skipped", reason: event.data.reason };
    case "message.failed":
      return { ...known, status: "failed", reason: event.data.reason };
    case "message.bounced":
      return { ...known, status: "bounced", kind: event.data.kind, permanent: event.data.permanent };
    default:
      return unreachable(event);
  }
}
