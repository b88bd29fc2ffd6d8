import type { ReceiveMessageRequest } from "@aws-sdk/client-sqs";
import type { QueueMessage } from "../ports.ts";
import { md5, md5OfAttributes } from "./md5.ts";
import type { Message, Queue } from "./sqs-queues.ts";

/** A message as ReceiveMessage answers it: only the attributes that were asked for. */
export function answerMessage(message: Message, asked: ReceiveMessageRequest): Record<string, unknown> {
  const wanted = [...(asked.AttributeNames ?? []), ...(asked.MessageSystemAttributeNames ?? [])] as string[];
  const Attributes = pick(systemAttributes(message), wanted);
  const MessageAttributes = pick(message.attributes, asked.MessageAttributeNames ?? []);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(Attributes && { Attributes }),
    ...(MessageAttributes && { MessageAttributes, MD5OfMessageAttributes: md5OfAttributes(MessageAttributes) }),
  };
}

/** A message as it stands in a Lambda event. */
export function lambdaMessage(message: Message): QueueMessage {
  const typed = Object.entries(message.attributes).map(([name, { DataType, StringValue, BinaryValue }]) => {
    const value = BinaryValue === undefined ? { stringValue: StringValue ?? "" } : { binaryValue: BinaryValue };
    return [name, { ...value, dataType: DataType ?? "String" }] as const;
  });
  return {
    messageId: message.id,
    receiptHandle: message.receiptHandle,
    body: message.body,
    md5OfBody: md5(message.body),
    attributes: systemAttributes(message),
    messageAttributes: Object.fromEntries(typed),
  };
}

function systemAttributes(message: Message): Record<string, string> {
  return {
    SenderId: message.sender,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    ...message.system,
  };
}

/** The members whose names were asked for: exactly, by `prefix.*`, or all of them by `All`. */
function pick<T>(members: Record<string, T>, asked: string[]): Record<string, T> | undefined {
  const matches = (name: string) =>
    asked.some(
      (want) =>
        want === name || /^(All|\.\*)$/.test(want) || (want.endsWith(".*") && name.startsWith(want.slice(0, -2))),
    );
  const kept = Object.entries(members).filter(([name]) => matches(name));
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

/** A queue's attributes as GetQueueAttributes answers them. */
export function queueAttributes(
  queue: Queue,
  counts: { visible: number; inFlight: number; delayed: number },
  asked: string[],
): Record<string, string> | undefined {
  const all: Record<string, string> = {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    VisibilityTimeout: String(queue.visibilityMs / 1000),
    DelaySeconds: String(queue.delayMs / 1000),
    MessageRetentionPeriod: String(queue.retentionMs / 1000),
    MaximumMessageSize: String(queue.sizeMax),
    ReceiveMessageWaitTimeSeconds: String(queue.waitMs / 1000),
    ...(queue.redrive && { RedrivePolicy: JSON.stringify(queue.redrive) }),
    ...(queue.keyId && { KmsMasterKeyId: queue.keyId }),
  };
  return pick(all, asked);
}
