import { SESClient, SendRawEmailCommand } from "@aws-sdk/client-ses";
import MimeNode from "nodemailer/lib/mime-node";
import type { SendOutcome } from "../../../domain/message/message.ts";
import { pacer } from "../../shell/pace.ts";
import { pause } from "../../shell/pause.ts";
import { port, setting } from "../../shell/port.ts";
import type { ChannelProvider, OutgoingMessage } from "../channel-provider.ts";
import { MESSAGE_TAG } from "./ses-receipts.ts";

/** SES answers in well under a second; a longer wait is an answer that was lost. */
const ANSWER_MS = 10_000;

/** SES looked at the message itself and will never take it. */
const PERMANENT = new Set(["MessageRejected", "InvalidParameterValue", "ValidationError", "MalformedInput"]);
/** The call never left: nobody was there to hear it, or we had no credentials to make it with. */
const UNSENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "CredentialsProviderError"]);

interface AwsFailure {
  name?: string;
  code?: string;
  $metadata?: { httpStatusCode?: number };
}

/** What a failed call means. A refusal of ours (throttled, not allowed) is sure not to have sent anything. */
export function outcomeOf(error: unknown): SendOutcome {
  const { name = "Error", code, $metadata } = error as AwsFailure;
  const reason = `ses:${(code ?? name).replaceAll(/\W/g, "")}`;
  const status = $metadata?.httpStatusCode;
  if (PERMANENT.has(name)) return { kind: "permanent", reason };
  if (UNSENT.has(code ?? name)) return { kind: "transient", reason };
  return { kind: status !== undefined && status >= 400 && status < 500 ? "transient" : "unknown", reason };
}

/** The message as MIME: plain text for those who want it, HTML for the rest. */
export function mimeOf(key: string, message: OutgoingMessage, sender: string): Promise<Buffer> {
  const root = new MimeNode("multipart/alternative");
  root.setHeader("From", { name: message.fromName, address: sender });
  root.setHeader("To", message.to);
  root.setHeader("Subject", message.subject);
  root.setHeader("Date", new Date(Date.parse(message.at)).toUTCString().replace("GMT", "+0000"));
  root.setHeader("Message-ID", `<${key}@${sender.slice(sender.lastIndexOf("@") + 1)}>`);
  if (message.purpose === "marketing") root.setHeader("List-Unsubscribe", `<mailto:${sender}?subject=unsubscribe>`);
  root.createChild("text/plain; charset=utf-8").setContent(message.text);
  root.createChild("text/html; charset=utf-8").setContent(message.html);
  return root.build();
}

/** E-mail by Amazon SES: one call without the SDK's retries, because a repeated call is a second e-mail. */
export const ses = port("ses", (runtime): ChannelProvider => {
  const client = new SESClient({ maxAttempts: 1 });
  const sender = setting(runtime, "MAIL_SENDER");
  const ConfigurationSetName = setting(runtime, "MAIL_CONFIGURATION_SET");
  const pace = pacer(Number(setting(runtime, "MAIL_PER_SECOND")), runtime.get(pause));
  return {
    async send(key, message) {
      const command = new SendRawEmailCommand({
        RawMessage: { Data: await mimeOf(key, message, sender) },
        Source: sender,
        Destinations: [message.to],
        ConfigurationSetName,
        Tags: [{ Name: MESSAGE_TAG, Value: key }],
      });
      await pace.turn();
      return client.send(command, { abortSignal: AbortSignal.timeout(ANSWER_MS) }).then(
        ({ MessageId }): SendOutcome => ({ kind: "accepted", providerId: MessageId ?? "" }),
        (error: unknown) => {
          const outcome = outcomeOf(error);
          runtime.logger.warn("SES did not accept a message.", { messageId: key, ...outcome });
          return outcome;
        },
      );
    },
  };
});
