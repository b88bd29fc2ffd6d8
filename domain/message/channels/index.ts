import type { MessageChannel } from "../../../events/values.ts";
import type { Channel } from "../channel.ts";
import { email } from "./email.ts";

/** The channels that messages can go by. */
export const channels = { email } satisfies Partial<Record<MessageChannel, Channel>>;

/** A channel that has a line here; each needs a provider in functions/adapters/channels. */
export type SupportedChannel = keyof typeof channels;

/** A channel by its name. */
export function channelOf(name: MessageChannel): Channel {
  const found = (channels as Partial<Record<MessageChannel, Channel>>)[name];
  if (!found) throw new Error(`There is no channel ${name}.`);
  return found;
}
