import type { Receipt, SendOutcome } from "../../domain/message/message.ts";
import type { Instant, Purpose } from "../../events/values.ts";

/** One message as a provider gets it. */
export interface OutgoingMessage {
  to: string;
  /** Who it is from, as the person sees it. */
  fromName: string;
  subject: string;
  html: string;
  text: string;
  purpose: Purpose;
  /** The time of sending. */
  at: Instant;
}

/** Sends messages of one channel. `send` never throws: what it does not know is `unknown`. */
export interface ChannelProvider {
  /** One call, never repeated here; `key` is the message's id, which comes back with each receipt. */
  send(key: string, message: OutgoingMessage): Promise<SendOutcome>;
}

/** What a provider reported about one of our messages. */
export interface ReceivedReceipt {
  messageId: string;
  at: Instant;
  receipt: Receipt;
}

/** Reads a provider's report; nothing when it is not about a message of ours or tells nothing that we keep. */
export type ReceiptReader = (payload: unknown) => ReceivedReceipt[];
