import { ListTopicsCommand, PublishBatchCommand, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { sns } from "../../../infra/local/services/sns.ts";
import { sqs } from "../../../infra/local/services/sqs.ts";
import { arn, bodies, queue, resource, startServices } from "./service-harness.ts";

const topic = resource("AWS::SNS::Topic", arn("sns", "alarms"));
const inbox = queue("inbox");
const dead = queue("dead");
const urgent = { severity: { DataType: "String", StringValue: "urgent" } };

/** A topic with one subscription of the given settings. */
async function start(
  subscription: Record<string, unknown>,
  functions: Record<string, (event: unknown) => unknown> = {},
) {
  const properties = { TopicArn: topic.arn, Protocol: "sqs", Endpoint: inbox.arn, ...subscription };
  const resources = [topic, inbox, dead, resource("AWS::SNS::Subscription", `${topic.arn}:1`, properties)];
  const cloud = await startServices({ factories: [sns, sqs], resources, functions });
  const client = new SNSClient(cloud.options);
  return {
    ...cloud,
    publish: async (Message: string, more: Partial<PublishCommand["input"]> = {}) => {
      const sent = await client.send(new PublishCommand({ TopicArn: topic.arn, Message, ...more }));
      await cloud.engine.settle();
      return sent;
    },
    client,
    received: () => bodies(new SQSClient(cloud.options), inbox.ref),
  };
}

describe("a topic", () => {
  it("keeps every publish as an alert", async () => {
    await using cloud = await start({ Protocol: "email", Endpoint: "finance@example.com" });
    await cloud.publish("Money <is> missing", { Subject: "Short", MessageAttributes: urgent });
    await cloud.publish("Line one\nline two & more");
    const at = "2026-11-20T10:00:00.000Z";
    expect(cloud.view("alerts")).toEqual([
      { topic: "alarms", subject: "Short", message: "Money <is> missing", attributes: { severity: "urgent" }, at },
      { topic: "alarms", message: "Line one\nline two & more", attributes: {}, at },
    ]);
  });

  it("wraps messages for a queue in a notification", async () => {
    await using cloud = await start({});
    const { MessageId } = await cloud.publish("hello", { Subject: "Hi", MessageAttributes: urgent });
    expect((await cloud.received()).map((body) => JSON.parse(body))).toMatchObject([
      {
        Type: "Notification",
        MessageId,
        TopicArn: topic.arn,
        Subject: "Hi",
        Message: "hello",
        MessageAttributes: { severity: { Type: "String", Value: "urgent" } },
      },
    ]);
  });

  it("hands a queue the message as it is with raw delivery", async () => {
    await using cloud = await start({ RawMessageDelivery: true });
    await cloud.publish('{"id":12345678901234567890}');
    expect(await cloud.received()).toEqual(['{"id":12345678901234567890}']);
  });

  it("invokes a function with the event that Lambda documents", async () => {
    const events: unknown[] = [];
    const target = arn("lambda", "function:listen");
    await using cloud = await start(
      { Protocol: "lambda", Endpoint: target },
      { [target]: (event) => events.push(event) },
    );
    await cloud.publish("hello");
    const Sns = { Type: "Notification", TopicArn: topic.arn, Subject: null, Message: "hello", MessageAttributes: {} };
    expect(events).toMatchObject([
      { Records: [{ EventSource: "aws:sns", EventSubscriptionArn: `${topic.arn}:1`, Sns }] },
    ]);
  });

  it("filters by attributes", async () => {
    await using cloud = await start({ RawMessageDelivery: true, FilterPolicy: { severity: ["urgent"] } });
    await cloud.publish("wanted", { MessageAttributes: urgent });
    await cloud.publish("unwanted");
    expect(await cloud.received()).toEqual(["wanted"]);
  });

  it("filters by the body", async () => {
    const FilterPolicy = { mail: { kind: [{ prefix: "boun" }] } };
    await using cloud = await start({ RawMessageDelivery: true, FilterPolicyScope: "MessageBody", FilterPolicy });
    await cloud.publish('{"mail":{"kind":"bounce"}}');
    await cloud.publish('{"mail":{"kind":"open"}}');
    await cloud.publish("bounce");
    expect(await cloud.received()).toEqual(['{"mail":{"kind":"bounce"}}']);
  });

  it("gives up at once on a target that is gone and keeps the message in the dead letters", async () => {
    const RedrivePolicy = { deadLetterTargetArn: dead.arn };
    await using cloud = await start({ Endpoint: arn("sqs", "gone"), RedrivePolicy });
    await cloud.publish("lost?");
    const [body = ""] = await bodies(new SQSClient(cloud.options), dead.ref);
    expect(body).toContain("lost?");
  });

  it("publishes batches entry by entry", async () => {
    await using cloud = await start({});
    const PublishBatchRequestEntries = [
      { Id: "good", Message: "a" },
      { Id: "bad", Message: "b", Subject: "two\nlines" },
    ];
    const sent = await cloud.client.send(new PublishBatchCommand({ TopicArn: topic.arn, PublishBatchRequestEntries }));
    expect(sent.Successful).toMatchObject([{ Id: "good" }]);
    expect(sent.Failed).toMatchObject([{ Id: "bad", Code: "InvalidParameter", SenderFault: true }]);
  });

  it("is listed, and unknown ones are refused", async () => {
    await using cloud = await start({});
    expect((await cloud.client.send(new ListTopicsCommand())).Topics).toEqual([{ TopicArn: topic.arn }]);
    const unknown = cloud.client.send(new PublishCommand({ TopicArn: arn("sns", "none"), Message: "a" }));
    await expect(unknown).rejects.toMatchObject({ name: "NotFoundException" });
  });

  it("asks IAM for the topic, and for its key when it is encrypted", async () => {
    const key = arn("kms", "key/1");
    const sealed = resource("AWS::SNS::Topic", arn("sns", "sealed"), { KmsMasterKeyId: key });
    await using cloud = await startServices({ factories: [sns], resources: [sealed] });
    await new SNSClient(cloud.options).send(new PublishCommand({ TopicArn: sealed.arn, Message: "a" }));
    expect(cloud.permissions.map(({ action, resource: on }) => [action, on])).toEqual([
      ["sns:Publish", sealed.arn],
      ["kms:GenerateDataKey", key],
      ["kms:Decrypt", key],
    ]);
  });
});
