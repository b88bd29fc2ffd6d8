import type { SupportedChannel } from "../../../domain/message/channels/index.ts";
import { type Port, port } from "../../shell/port.ts";
import type { ChannelProvider, ReceiptReader } from "../channel-provider.ts";
import { ses } from "./ses.ts";
import { sesReceipts } from "./ses-receipts.ts";

/** Who sends the messages of each channel, and how their reports are read: the compiler names a missing line. */
export const providers: Readonly<
  Record<SupportedChannel, { provider: Port<ChannelProvider>; receipts: ReceiptReader }>
> = {
  email: { provider: ses, receipts: sesReceipts },
};

/** The providers of this deployment; each is made when its first message goes. */
export const channelProviders = port("channelProviders", (runtime) => ({
  of: (channel: string): ChannelProvider => {
    const line = providers[channel as SupportedChannel];
    if (!line) throw new Error(`Nobody sends messages by ${channel}.`);
    return runtime.get(line.provider);
  },
}));
