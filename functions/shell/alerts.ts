import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { port, setting } from "./port.ts";

/** What finance is told. */
export interface Alert {
  /** A line of an e-mail: ASCII, at most 100 characters. */
  subject: string;
  message: string;
  /** What subscriptions filter by. */
  attributes: Readonly<Record<string, string>>;
}

/** The way to finance; an alert may arrive twice. */
export interface Alerts {
  publish(alert: Alert): Promise<void>;
}

/** The topic `finance-alerts`. */
export const alerts = port("alerts", (runtime): Alerts => {
  const client = new SNSClient({});
  const TopicArn = setting(runtime, "FINANCE_TOPIC_ARN");
  return {
    async publish({ subject, message, attributes }) {
      const MessageAttributes = Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [name, { DataType: "String", StringValue: value }]),
      );
      await client.send(new PublishCommand({ TopicArn, Subject: subject, Message: message, MessageAttributes }));
    },
  };
});
