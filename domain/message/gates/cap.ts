import { plusMs } from "../../kernel/calendar.ts";
import { channelOf } from "../channels/index.ts";
import type { Gate } from "../gate.ts";

/** Too many of one kind wait until the oldest of them is forgotten. */
export const cap: Gate = {
  name: "cap",
  asks: "Did the customer get few enough messages of this purpose of late?",
  judge({ now, message: { channel, purpose }, recent }) {
    const limit = channelOf(channel).caps[purpose];
    if (!limit) return undefined;
    const counted = recent.filter((at) => plusMs(at, limit.withinMs) > now).sort();
    const oldest = counted[counted.length - limit.messages];
    return oldest ? { kind: "defer", reason: "capped", until: plusMs(oldest, limit.withinMs) } : undefined;
  },
};
