import type { Gate } from "../gate.ts";
import { templateOf } from "../templates/index.ts";

/** The world may have moved on since the message was asked for. */
export const subject: Gate = {
  name: "subject",
  asks: "Does the message still make sense for what it is about?",
  judge(facts) {
    const reason = templateOf(facts.message.template).outdated(facts);
    return reason && { kind: "skip", reason };
  },
};
