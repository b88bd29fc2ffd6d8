import { toInstant } from "../../../domain/kernel/calendar.ts";
import type { Receipt } from "../../../domain/message/message.ts";
import type { ReceiptReader } from "../channel-provider.ts";

/** The tag that carries a message's id through SES. */
export const MESSAGE_TAG = "messageId";

interface Told {
  timestamp?: string;
}

/** What we read of SES's event publishing; configuration sets say `eventType`, identities `notificationType`. */
interface SesEvent {
  eventType?: string;
  notificationType?: string;
  mail: { messageId: string; timestamp: string; tags?: Readonly<Record<string, readonly string[] | undefined>> };
  bounce?: Told & { bounceType?: string };
  complaint?: Told;
  delivery?: Told;
  deliveryDelay?: Told;
}

/** Takes SNS's envelope off, where a subscription left it on; what is no report of SES goes back to its queue. */
function eventIn(payload: unknown): SesEvent {
  const { Type, Message } = payload as { Type?: unknown; Message?: unknown };
  if (Type === "Notification" && typeof Message === "string") return eventIn(JSON.parse(Message));
  const event = payload as SesEvent;
  if (typeof event.mail?.messageId !== "string") throw new Error("This is no report of SES.");
  return event;
}

function receiptOf({ eventType, notificationType, mail, bounce }: SesEvent): Receipt | undefined {
  switch (eventType ?? notificationType) {
    case "Send":
    // It is with SES, which goes on trying.
    case "DeliveryDelay":
      return { kind: "accepted", providerId: mail.messageId };
    case "Delivery":
      return { kind: "delivered", providerId: mail.messageId };
    case "Bounce":
      return { kind: "bounce", permanent: bounce?.bounceType === "Permanent" };
    case "Complaint":
      return { kind: "complaint", permanent: true };
    case "Reject":
      return { kind: "rejected", reason: "ses:reject" };
    default:
      return undefined;
  }
}

/** Reads what SES publishes about a mail; opens and clicks are not kept. */
export const sesReceipts: ReceiptReader = (payload) => {
  const event = eventIn(payload);
  const { bounce, complaint, delivery, deliveryDelay, mail } = event;
  const messageId = mail.tags?.[MESSAGE_TAG]?.[0];
  const receipt = receiptOf(event);
  if (messageId === undefined || !receipt) return [];
  const at = toInstant((bounce ?? complaint ?? delivery ?? deliveryDelay)?.timestamp ?? mail.timestamp);
  if (at === undefined) throw new Error("This report of SES has no time.");
  return [{ messageId, receipt, at }];
};
