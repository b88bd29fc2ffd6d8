import { addresses, type Mail } from "./ses-mail.ts";

/** A receipt as SES publishes it: `eventType`, the mail, and a part named after the type. */
export interface Receipt {
  eventType: "Send" | "Delivery" | "Bounce" | "Complaint" | "Reject";
  document: Record<string, unknown>;
}

/** A sent mail, for its receipts. */
export interface Sent {
  mail: Mail;
  messageId: string;
  /** ISO 8601. */
  at: string;
  caller: string | undefined;
  /** The verified identity that sent it. */
  sourceArn: string;
}

const SIMULATOR = /^([a-z]+)(\+[^@]*)?@simulator\.amazonses\.com$/i;

/** Every receipt of a mail: sent, then delivered, bounced or complained about by the rules of the mailbox simulator. */
export function receiptsOf(sent: Sent, account: string): Receipt[] {
  const { recipients } = sent.mail;
  const simulated = (names: string[]) =>
    recipients.filter((address) => names.includes(SIMULATOR.exec(address)?.[1]?.toLowerCase() ?? ""));
  const bounced = simulated(["bounce", "suppressionlist"]);
  const complained = simulated(["complaint"]);
  const delivered = recipients.filter((address) => !bounced.includes(address));
  const receipt = (eventType: Receipt["eventType"], part: unknown): Receipt => {
    const mail = mailPart(sent, account, eventType === "Delivery");
    return { eventType, document: { eventType, mail, [eventType.toLowerCase()]: part } };
  };
  const { at, messageId } = sent;
  return [
    receipt("Send", {}),
    ...(delivered.length > 0 ? [receipt("Delivery", deliveryPart(at, delivered))] : []),
    ...(bounced.length > 0 ? [receipt("Bounce", bouncePart(at, messageId, bounced))] : []),
    ...(complained.length > 0 ? [receipt("Complaint", complaintPart(at, messageId, complained))] : []),
  ];
}

function mailPart({ mail, messageId, at, caller, sourceArn }: Sent, account: string, isDelivered: boolean): unknown {
  const domain = addresses(mail.from)[0]?.split("@")[1] ?? "";
  const tags = Object.entries(mail.tags).map(([name, value]) => [name, [value]]);
  return {
    timestamp: at,
    source: mail.from,
    sourceArn,
    sendingAccountId: account,
    messageId,
    destination: mail.recipients,
    headersTruncated: false,
    headers: mail.headers,
    commonHeaders: { from: [mail.from], to: mail.to, messageId, subject: mail.subject ?? "" },
    tags: {
      ...(mail.configurationSet && { "ses:configuration-set": [mail.configurationSet] }),
      "ses:source-ip": ["127.0.0.1"],
      "ses:from-domain": [domain],
      "ses:caller-identity": [caller?.split("/").at(-1) ?? "operator"],
      ...(isDelivered && { "ses:outgoing-ip": ["127.0.0.1"] }),
      ...Object.fromEntries(tags),
    },
  };
}

function deliveryPart(timestamp: string, recipients: string[]): unknown {
  const smtpResponse = "250 2.6.0 Message received";
  return { timestamp, processingTimeMillis: 1, recipients, smtpResponse, reportingMTA: "local.amazonses.com" };
}

function bouncePart(timestamp: string, messageId: string, recipients: string[]): unknown {
  const suppressed = recipients.every((address) => address.startsWith("suppressionlist"));
  return {
    bounceType: "Permanent",
    bounceSubType: suppressed ? "Suppressed" : "General",
    bouncedRecipients: recipients.map((emailAddress) => ({
      emailAddress,
      action: "failed",
      status: "5.1.1",
      diagnosticCode: "smtp; 550 5.1.1 user unknown",
    })),
    timestamp,
    feedbackId: `${messageId}-bounce`,
    reportingMTA: "dsn; local.amazonses.com",
  };
}

function complaintPart(timestamp: string, messageId: string, recipients: string[]): unknown {
  return {
    complainedRecipients: recipients.map((emailAddress) => ({ emailAddress })),
    timestamp,
    feedbackId: `${messageId}-complaint`,
    userAgent: "Amazon SES Mailbox Simulator",
    complaintFeedbackType: "abuse",
    arrivalDate: timestamp,
  };
}
