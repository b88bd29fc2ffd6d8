import { type Message, type MessageCommand, message } from "../../domain/message/message.ts";
import type { MessageEvent } from "../../events/message.ts";
import type { Loaded, RecordOf } from "./aggregates.ts";
import { byTime, list, stateKey } from "./keys.ts";

/** Where a message goes: the only personal data kept of it. What it said is not kept. */
export interface Recipient {
  address: string;
  /** The HMAC by which the address is suppressed. */
  addressKey: string;
}

export type LoadedMessage = Loaded<Message, MessageCommand, MessageEvent, Recipient>;

/** Messages: listed by customer, by order and by journey. A claim leaves no event: it is one plain write. */
export const messageRecord: RecordOf<Message, MessageCommand, MessageEvent> = {
  decider: message,
  key: stateKey.message,
  unrecorded: ["message.claimed"],
  internal: ["message.reshaped", "message.sent", "message.deferred"],
  attributes(state, id) {
    if (state.status === "absent") return {};
    const { customerId, orderId, journeyId } = state.request;
    const sk = byTime(state.requestedAt, id);
    return {
      gsi4pk: list.messagesOfCustomer(customerId),
      gsi4sk: sk,
      ...(orderId && { gsi2pk: list.messagesOfOrder(orderId), gsi2sk: sk }),
      ...(journeyId && { gsi3pk: list.messagesOfJourney(journeyId), gsi3sk: sk }),
    };
  },
};
