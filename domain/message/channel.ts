import type { MessageChannel, Purpose } from "../../events/values.ts";

/** A stretch of the day, in minutes since midnight of the recipient's clock; it may cross midnight. */
export interface QuietHours {
  fromMinute: number;
  toMinute: number;
  /** What waits for the morning. */
  purposes: readonly Purpose[];
}

/** How many messages of a purpose one person gets within a time. */
export interface Cap {
  messages: number;
  withinMs: number;
}

/** One way to reach a person. */
export interface Channel {
  name: MessageChannel;
  /** Which identity of the card is its address. */
  addressKind: "email" | "phone";
  /** The purposes that need the person's consent. */
  consent: readonly Purpose[];
  caps: Partial<Record<Purpose, Cap>>;
  /** When it may not ring; absent where nothing rings. */
  quietHours?: QuietHours;
  sizeMaxBytes: number;
  /** An address as it may be shown: enough to recognise, not enough to use. */
  mask(address: string): string;
}
