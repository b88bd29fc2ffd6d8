import * as z from "zod";
import { channelOf } from "../../../domain/message/channels/index.ts";
import {
  Code,
  CustomerId,
  fact,
  Instant,
  JourneyId,
  MessageChannel,
  MessageId,
  OrderId,
  Purpose,
  personal,
  StoreId,
} from "../../../events/values.ts";
import type { StoredMessage } from "../../table/message-lists.ts";

const STATUSES = ["requested", "claimed", "deferred", "unknown", "sent", "skipped", "failed", "bounced"] as const;

/** A message as every route answers it. What it said is not kept. */
export const MessageAnswer = z
  .strictObject({
    id: MessageId,
    channel: MessageChannel,
    purpose: Purpose,
    template: Code,
    variant: Code.optional(),
    /** Enough to recognise the address; null while nobody took the message. */
    to: personal(z.string()).nullable(),
    status: fact(z.enum(STATUSES)),
    /** Why it was skipped, waits, failed or bounced. */
    reason: fact(z.string()).optional(),
    /** When it became what it is. */
    at: Instant,
    requestedAt: Instant,
    storeId: StoreId,
    customerId: CustomerId,
    orderId: OrderId.optional(),
    journeyId: JourneyId.optional(),
    test: fact(z.boolean()),
  })
  .meta({ id: "Message" });

/** The message as the contract shows it. */
export function presentMessage({ state, address }: StoredMessage) {
  const { messageId, channel, purpose, template, variant, storeId, customerId, orderId, journeyId, test } =
    state.request;
  const reason = state.status === "bounced" ? state.kind : "reason" in state ? state.reason : undefined;
  return {
    id: messageId,
    channel,
    purpose,
    template,
    ...(variant && { variant }),
    to: address === undefined ? null : channelOf(channel).mask(address),
    status: state.status,
    ...(reason && { reason }),
    at: state.at,
    requestedAt: state.requestedAt,
    storeId,
    customerId,
    ...(orderId && { orderId }),
    ...(journeyId && { journeyId }),
    test,
  };
}
