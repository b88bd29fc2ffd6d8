import { plusMs } from "../../domain/kernel/calendar.ts";
import { channelOf } from "../../domain/message/channels/index.ts";
import { judge } from "../../domain/message/gates/index.ts";
import { type Letter, letterOf } from "../../domain/message/letter.ts";
import type { MessageRequest, SendOutcome } from "../../domain/message/message.ts";
import { templateOf } from "../../domain/message/templates/index.ts";
import type { EventOf } from "../../events/event.ts";
import type { MessageRequested, MessageResumed } from "../../events/message.ts";
import type { Instant } from "../../events/values.ts";
import type { ChannelProvider } from "../adapters/channel-provider.ts";
import { channelProviders } from "../adapters/channels/index.ts";
import { consumer, eventIn, originOf } from "../shell/consumer.ts";
import { renderLetter } from "../shell/liquid.ts";
import { type Meter, meter } from "../shell/meter.ts";
import type { Runtime } from "../shell/port.ts";
import { messageFacts } from "../table/message-facts.ts";
import type { Recipient } from "../table/message-record.ts";
import { type HeldMessage, messages } from "../table/messages.ts";

/** How long a sender may hold a message; shorter than the queue's patience, so that the next one finds it free. */
export const CLAIM_MS = 120_000;
const RETRY_FIRST_MS = 10 * 60_000;
const RETRY_MAX_MS = 6 * 3_600_000;

/** When to try again after so many attempts: ten minutes, twice as long each time, six hours at most. */
const retryAt = (now: Instant, attempts: number): Instant =>
  plusMs(now, Math.min(RETRY_FIRST_MS * 2 ** Math.max(0, attempts - 1), RETRY_MAX_MS));

/** Sends a message: one last look, a claim that nobody else holds, one call to the provider, and what came of it. */
export const sendMessage = (runtimeOf?: () => Runtime) =>
  consumer(
    {
      needs: { messages, messageFacts, channelProviders, meter },
      async run({ body, now }, context) {
        const event = eventIn<EventOf<typeof MessageRequested> | EventOf<typeof MessageResumed>>(body);
        const { messageId } = event.data;
        const origin = originOf(event);
        const asked = await context.messages.find(messageId);
        if (!asked || isOver(asked)) return;
        const look = await context.messageFacts.look(asked.state.request, asked.state.requestedAt, now);
        const { facts, recipient, sources, request, reshaping } = look;
        const verdict = judge(facts);
        const letter = verdict.kind === "go" ? letterOf(sources) : undefined;
        const sending = letter && recipient && compose(request, letter, recipient, now);
        const fence = context.ids.next("fence");
        const claim = {
          type: "message.claim" as const,
          at: now,
          data: { verdict, ...(reshaping && { reshaping }), fence, until: plusMs(now, CLAIM_MS) },
        };
        const held = await context.messages.claim(asked, claim, recipient, origin);
        noteDoubt(asked, held, context.meter);
        const claimed = held.state;
        if (claimed.status !== "claimed" || !sending) return;
        // Somebody else has it: the queue asks again, and by then it is sent or free.
        if (claimed.fence !== fence) throw new Error(`The message ${messageId} is being sent.`);
        const outcome = await send(context.channelProviders.of(request.channel), messageId, sending);
        const data = { fence, outcome, retryAt: retryAt(now, claimed.attempts) };
        const recorded = await context.messages.record(held, { type: "message.record", at: now, data }, origin);
        noteDoubt(held, recorded, context.meter);
      },
    },
    runtimeOf,
  );

export const handler = sendMessage();

const isOver = ({ state }: HeldMessage) => ["sent", "skipped", "failed", "bounced"].includes(state.status);

/** Operators hear of each message of which nobody knows whether it left. */
function noteDoubt(before: HeldMessage, after: HeldMessage, counter: Meter): void {
  if (after.state.status === "unknown" && before.state.status !== "unknown") counter.count({ MessagesUnknown: 1 });
}

/** Renders before the claim, so that a broken template holds up nothing but itself. */
function compose(request: MessageRequest, letter: Letter, { address }: Recipient, now: Instant) {
  const { subject, html, text } = renderLetter(letter, templateOf(request.template).locales[letter.locale]);
  const tooLarge = Buffer.byteLength(html) + Buffer.byteLength(text) > channelOf(request.channel).sizeMaxBytes;
  const { purpose } = request;
  return { tooLarge, outgoing: { to: address, fromName: letter.store.name, subject, html, text, purpose, at: now } };
}

async function send(
  provider: ChannelProvider,
  key: string,
  { tooLarge, outgoing }: ReturnType<typeof compose>,
): Promise<SendOutcome> {
  return tooLarge ? { kind: "permanent", reason: "too_large" } : provider.send(key, outgoing);
}
