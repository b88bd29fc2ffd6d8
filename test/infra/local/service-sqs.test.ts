import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { sqs } from "../../../infra/local/services/sqs.ts";
import type { EngineDouble } from "./service-engine.ts";
import { ACCOUNT, arn, queue, startServices } from "./service-harness.ts";

const jobs = queue("jobs", {
  VisibilityTimeout: 60,
  RedrivePolicy: { deadLetterTargetArn: arn("sqs", "dead"), maxReceiveCount: 2 },
});
const QueueUrl = jobs.ref;
const dead = queue("dead");

async function start(engine?: EngineDouble) {
  const cloud = await startServices({ factories: [sqs], resources: [jobs, dead], ...(engine && { engine }) });
  const client = new SQSClient(cloud.options);
  return {
    ...cloud,
    client,
    send: (MessageBody: string) => client.send(new SendMessageCommand({ QueueUrl, MessageBody })),
    receive: async (url = QueueUrl) => {
      const asked = { QueueUrl: url, MessageSystemAttributeNames: ["All" as const], MessageAttributeNames: ["All"] };
      return (await client.send(new ReceiveMessageCommand(asked))).Messages?.[0];
    },
  };
}

describe("a queue", () => {
  it("hands a message to one receiver, with its attributes and digests", async () => {
    await using cloud = await start();
    const MessageAttributes = { kind: { DataType: "String", StringValue: "paid" } };
    await cloud.client.send(new SendMessageCommand({ QueueUrl, MessageBody: "héllo", MessageAttributes }));
    const message = await cloud.receive();
    expect(message).toMatchObject({ Body: "héllo", MessageAttributes, Attributes: { ApproximateReceiveCount: "1" } });
    expect(message?.Attributes?.SentTimestamp).toBe(String(cloud.engine.now()));
    expect(await cloud.receive()).toBeUndefined();
  });

  it("shows a message again when its visibility timeout has passed, and not a moment earlier", async () => {
    await using cloud = await start();
    await cloud.send("again");
    await cloud.receive();
    await cloud.engine.advance(59_999);
    expect(await cloud.receive()).toBeUndefined();
    await cloud.engine.advance(1);
    expect((await cloud.receive())?.Attributes?.ApproximateReceiveCount).toBe("2");
  });

  it("forgets a deleted message, unless the receipt is an old one", async () => {
    await using cloud = await start();
    await cloud.send("once");
    const first = await cloud.receive();
    await cloud.engine.advance(60_000);
    const second = await cloud.receive();
    await cloud.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }));
    expect(cloud.view("queues")).toContainEqual({ name: "jobs", visible: 0, inFlight: 1, delayed: 0 });
    await cloud.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: second?.ReceiptHandle }));
    expect(cloud.view("queues")).toContainEqual({ name: "jobs", visible: 0, inFlight: 0, delayed: 0 });
  });

  it("moves a message to its dead letters after the allowed receives", async () => {
    await using cloud = await start();
    await cloud.send("poison");
    const { MessageId } = (await cloud.receive()) ?? {};
    await cloud.engine.advance(60_000);
    await cloud.receive();
    await cloud.engine.advance(60_000);
    expect(await cloud.receive()).toBeUndefined();
    const buried = await cloud.receive(dead.ref);
    expect(buried).toMatchObject({ MessageId, Body: "poison", Attributes: { DeadLetterQueueSourceArn: jobs.arn } });
  });

  it("changes the visibility of a message in flight only", async () => {
    await using cloud = await start();
    await cloud.send("soon");
    const { ReceiptHandle } = (await cloud.receive()) ?? {};
    const change = (VisibilityTimeout: number) =>
      cloud.client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
    await change(0);
    await expect(change(5)).rejects.toMatchObject({ name: "MessageNotInflight" });
    expect((await cloud.receive())?.Body).toBe("soon");
  });

  it("delays what asks for it and wakes its listeners on time", async () => {
    await using cloud = await start();
    await cloud.client.send(new SendMessageCommand({ QueueUrl, MessageBody: "later", DelaySeconds: 30 }));
    expect(await cloud.receive()).toBeUndefined();
    expect(cloud.engine.waiting()).toEqual([{ kind: "sqs.visible", dueAt: cloud.engine.now() + 30_000 }]);
    await cloud.engine.advance(30_000);
    expect((await cloud.receive())?.Body).toBe("later");
  });

  it("answers a long poll as soon as a message arrives", async () => {
    await using cloud = await start();
    const poll = cloud.client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
    await cloud.send("arrived");
    expect((await poll).Messages?.[0]?.Body).toBe("arrived");
  });

  it("drops messages older than its retention", async () => {
    await using cloud = await start();
    await cloud.send("old");
    await cloud.engine.advance(4 * 86_400_000);
    expect(await cloud.receive()).toBeUndefined();
  });

  it("keeps every acknowledged message over a restart", async () => {
    const before = await start();
    await before.send("kept");
    await before[Symbol.asyncDispose]();
    await using after = await start(before.engine);
    expect((await after.receive())?.Body).toBe("kept");
  });
});

describe("a batch", () => {
  it("answers for each entry by itself", async () => {
    await using cloud = await start();
    const Entries = [
      { Id: "good", MessageBody: "a" },
      { Id: "long", MessageBody: "b", DelaySeconds: 901 },
    ];
    const answer = await cloud.client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(answer.Successful?.map(({ Id }) => Id)).toEqual(["good"]);
    expect(answer.Failed).toMatchObject([{ Id: "long", Code: "InvalidParameterValue", SenderFault: true }]);
  });

  it("is refused beyond ten entries", async () => {
    await using cloud = await start();
    const Entries = Array.from({ length: 11 }, (_, index) => ({ Id: `${index}`, MessageBody: "a" }));
    const sent = cloud.client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    await expect(sent).rejects.toMatchObject({ name: "TooManyEntriesInBatchRequest" });
  });
});

describe("the queue service", () => {
  it("knows queues by name and refuses unknown ones with the old and the new error name", async () => {
    await using cloud = await start();
    const known = await cloud.client.send(new GetQueueUrlCommand({ QueueName: "jobs" }));
    expect(known.QueueUrl).toBe(`http://sqs.test/${ACCOUNT}/jobs`);
    const unknown = cloud.client.send(new GetQueueUrlCommand({ QueueName: "none" }));
    await expect(unknown).rejects.toMatchObject({
      name: "QueueDoesNotExist",
      Error: { Code: "AWS.SimpleQueueService.NonExistentQueue" },
    });
  });

  it("refuses messages over the size limit of one mebibyte", async () => {
    await using cloud = await start();
    await cloud.send("a".repeat(1_048_576));
    await expect(cloud.send("a".repeat(1_048_577))).rejects.toMatchObject({ name: "InvalidParameterValue" });
  });

  it("tells attributes and purges", async () => {
    await using cloud = await start();
    await cloud.send("a");
    const attributes = async () => {
      const asked = { QueueUrl, AttributeNames: ["All" as const] };
      return (await cloud.client.send(new GetQueueAttributesCommand(asked))).Attributes;
    };
    expect(await attributes()).toMatchObject({ QueueArn: jobs.arn, ApproximateNumberOfMessages: "1" });
    await cloud.client.send(new PurgeQueueCommand({ QueueUrl }));
    expect(await attributes()).toMatchObject({ ApproximateNumberOfMessages: "0" });
  });

  it("asks IAM for the action on the queue", async () => {
    await using cloud = await start();
    await cloud.send("a");
    await cloud.receive();
    expect(cloud.permissions).toEqual([
      { action: "sqs:SendMessage", resource: jobs.arn },
      { action: "sqs:ReceiveMessage", resource: jobs.arn },
    ]);
  });
});
