import * as z from "zod";
import { toInstant } from "../../../domain/kernel/calendar.ts";
import type { Receipt } from "../../../domain/message/message.ts";
import type { ReceiptReader } from "../channel-provider.ts";

/** The tag that carries a message's id through SES. */
export const MESSAGE_TAG = "messageId";

/** What we read of SES's event publishing; configuration sets say `eventType`, identities `notificationType`. */
const SesEvent = z.object({
  eventType: z.string().optional(),
  notificationType: z.string().optional(),
  mail: z.object({
    messageId: z.string(),
    timestamp: z.string(),
    tags: z.record(z.string(), z.array(z.string())).optional(),
  }),
  bounce: z.object({ bounceType: z.string(), timestamp: z.string().optional() }).optional(),
  complaint: z.object({ timestamp: z.string().optional() }).optional(),
  delivery: z.object({ timestamp: z.string().optional() }).optional(),
  reject: z.object({ reason: z.string().optional() }).optional(),
});
type SesEvent = z.infer<typeof SesEvent>;

/** SNS's envelope, where a subscription does not take it off. */
const Envelope = z.object({ Type: z.literal("Notification"), Message: z.string() });

function receiptOf({ eventType, notificationType, mail, bounce }: SesEvent): Receipt | undefined {
  switch (eventType ?? notificationType) {
    case "Send":
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
  const envelope = Envelope.safeParse(payload);
  const event = SesEvent.parse(envelope.success ? JSON.parse(envelope.data.Message) : payload);
  const messageId = event.mail.tags?.[MESSAGE_TAG]?.[0];
  const receipt = receiptOf(event);
  if (messageId === undefined || !receipt) return [];
  const { bounce, complaint, delivery, mail } = event;
  const told = (bounce ?? complaint ?? delivery)?.timestamp ?? mail.timestamp;
  return [{ messageId, receipt, at: toInstant(told) ?? told }];
};
