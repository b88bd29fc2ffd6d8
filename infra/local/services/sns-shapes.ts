import { compilePattern, type Matcher } from "../pattern.ts";
import { type Cloud, document } from "./cloud.ts";
import { AwsError } from "./errors.ts";
import type { MessageAttribute } from "./md5.ts";

/** A message as it was published. */
export interface Published {
  id: string;
  topicArn: string;
  subject: string | undefined;
  message: string;
  attributes: Record<string, MessageAttribute>;
  at: string;
}

/** A subscription of the templates. */
export interface Subscription {
  arn: string;
  topicArn: string;
  protocol: string;
  endpoint: string;
  raw: boolean;
  filter: Matcher | undefined;
  filterScope: string;
  deadLetterArn: string | undefined;
}

/** Every subscription of the templates, those written inside a topic included. */
export function readSubscriptions(topology: Cloud["topology"]): Subscription[] {
  const own = topology
    .all("AWS::SNS::Subscription")
    .map(({ arn, properties }) => readSubscription(arn, String(properties.TopicArn), properties));
  const inline = topology
    .all("AWS::SNS::Topic")
    .flatMap(({ arn, properties }) =>
      ((properties.Subscription ?? []) as Record<string, unknown>[]).map((subscription, index) =>
        readSubscription(`${arn}:inline-${index}`, arn, subscription),
      ),
    );
  return [...own, ...inline];
}

function readSubscription(arn: string, topicArn: string, properties: Record<string, unknown>): Subscription {
  const policy = document(properties.FilterPolicy);
  return {
    arn,
    topicArn,
    protocol: String(properties.Protocol),
    endpoint: String(properties.Endpoint),
    raw: String(properties.RawMessageDelivery) === "true",
    filter: policy === undefined ? undefined : compilePattern(policy),
    filterScope: String(properties.FilterPolicyScope ?? "MessageAttributes"),
    deadLetterArn: document<{ deadLetterTargetArn: string }>(properties.RedrivePolicy)?.deadLetterTargetArn,
  };
}

/** Whether a subscription's filter policy lets a message through. */
export function passes({ filter, filterScope }: Subscription, { attributes, message }: Published): boolean {
  if (!filter) return true;
  const subject = filterScope === "MessageBody" ? parsed(message) : attributeValues(attributes);
  return subject !== undefined && filter(subject);
}

function parsed(message: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(message);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Message attributes as plain values: numbers as numbers, `String.Array` as lists. */
export function attributeValues(attributes: Record<string, MessageAttribute>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => {
      if (DataType === "Number") return [name, Number(StringValue)];
      return [name, DataType === "String.Array" ? JSON.parse(StringValue ?? "[]") : (StringValue ?? BinaryValue)];
    }),
  );
}

/** The text of one protocol out of a message with `MessageStructure: json`. */
export function structured(message: string, protocol: string): string {
  const texts = parsed(message);
  if (typeof texts?.default !== "string")
    throw new AwsError(
      "InvalidParameter",
      "Invalid parameter: Message Structure - No default entry in JSON message body",
    );
  return String(texts[protocol] ?? texts.default);
}

/** The JSON document that a queue gets without raw delivery. */
export function envelope(published: Published, subscription: Subscription): Record<string, unknown> {
  const { id, topicArn, subject, message, at } = published;
  const unsigned = "the-local-cloud-does-not-sign";
  return {
    Type: "Notification",
    MessageId: id,
    TopicArn: topicArn,
    ...(subject !== undefined && { Subject: subject }),
    Message: message,
    Timestamp: at,
    SignatureVersion: "1",
    Signature: unsigned,
    SigningCertURL: `https://sns.invalid/${unsigned}.pem`,
    UnsubscribeURL: `https://sns.invalid/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`,
    ...(Object.keys(published.attributes).length > 0 && { MessageAttributes: typedAttributes(published) }),
  };
}

/** The event that a function gets. */
export function lambdaEvent(published: Published, subscription: Subscription): Record<string, unknown> {
  const { SigningCertURL, UnsubscribeURL, ...sns } = envelope(published, subscription);
  const Sns = {
    Subject: null,
    MessageAttributes: {},
    ...sns,
    SigningCertUrl: SigningCertURL,
    UnsubscribeUrl: UnsubscribeURL,
  };
  const record = { EventSource: "aws:sns", EventVersion: "1.0", EventSubscriptionArn: subscription.arn, Sns };
  return { Records: [record] };
}

function typedAttributes({ attributes }: Published): Record<string, { Type: string; Value: string }> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType = "String", StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? BinaryValue ?? "" },
    ]),
  );
}
