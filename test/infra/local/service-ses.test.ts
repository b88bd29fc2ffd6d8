import { SESClient, SendEmailCommand, SendRawEmailCommand } from "@aws-sdk/client-ses";
import { SQSClient } from "@aws-sdk/client-sqs";
import { createTransport, type SendMailOptions } from "nodemailer";
import { describe, expect, it } from "vitest";
import { events } from "../../../infra/local/services/events.ts";
import { ses } from "../../../infra/local/services/ses.ts";
import { sns } from "../../../infra/local/services/sns.ts";
import { sqs } from "../../../infra/local/services/sqs.ts";
import { arn, bodies, queue, resource, startServices } from "./service-harness.ts";

const set = resource("AWS::SES::ConfigurationSet", arn("ses", "configuration-set/mails"), {}, "mails");
const identity = resource("AWS::SES::EmailIdentity", arn("ses", "identity/shop.example"), {
  EmailIdentity: "shop.example",
});
const topic = resource("AWS::SNS::Topic", arn("sns", "receipts"));
const inbox = queue("inbox");
const subscription = resource("AWS::SNS::Subscription", `${topic.arn}:1`, {
  TopicArn: topic.arn,
  Protocol: "sqs",
  Endpoint: inbox.arn,
  RawMessageDelivery: true,
});
const destination = (properties: Record<string, unknown>) =>
  resource("AWS::SES::ConfigurationSetEventDestination", arn("ses", `destination/${Object.keys(properties)}`), {
    ConfigurationSetName: "mails",
    EventDestination: { MatchingEventTypes: ["send", "delivery", "bounce", "complaint"], ...properties },
  });
const toTopic = destination({ SnsDestination: { TopicARN: topic.arn } });
const toBus = destination({ EventBridgeDestination: { EventBusArn: arn("events", "event-bus/default") } });
const from = "Shop <hello@shop.example>";

async function compose(mail: SendMailOptions): Promise<Buffer> {
  const { message } = await createTransport({ streamTransport: true, buffer: true }).sendMail({ from, ...mail });
  return message as Buffer;
}

async function start() {
  const resources = [set, identity, topic, inbox, subscription, toTopic, toBus];
  const cloud = await startServices({ factories: [ses, sns, sqs, events], resources });
  const client = new SESClient(cloud.options);
  const sendRaw = async (mail: SendMailOptions, options?: { abortSignal: AbortSignal }) => {
    const command = new SendRawEmailCommand({
      RawMessage: { Data: await compose(mail) },
      ConfigurationSetName: "mails",
    });
    return client.send(command, options);
  };
  return {
    ...cloud,
    client,
    sendRaw,
    async receipts() {
      await cloud.engine.settle();
      return (await bodies(new SQSClient(cloud.options), inbox.ref)).map((body) => JSON.parse(body));
    },
    outbox: () => cloud.view("outbox") as Record<string, unknown>[],
    failNext: async (address: string, kind: string) => {
      const form = new URLSearchParams({ Action: "LocalFailNext", Address: address, Kind: kind });
      const authorization = "AWS4-HMAC-SHA256 Credential=operator/20261120/eu-central-1/ses/aws4_request";
      await fetch(cloud.endpoint, { method: "POST", headers: { authorization }, body: form });
    },
  };
}

describe("a raw mail", () => {
  it("ends in the outbox, decoded", async () => {
    await using cloud = await start();
    const sent = await cloud.sendRaw({
      to: "Олена <olena@example.com>",
      subject: "Дякуємо за замовлення №1001 — уже збираємо його для вас",
      text: "Вітаємо!\nДякуємо.",
      html: "<p>Вітаємо!</p>",
      headers: { "X-SES-MESSAGE-TAGS": "messageId=msg_1, kind=order" },
    });
    expect(cloud.outbox()).toMatchObject([
      {
        channel: "email",
        to: "olena@example.com",
        subject: "Дякуємо за замовлення №1001 — уже збираємо його для вас",
        text: "Вітаємо!\nДякуємо.",
        html: "<p>Вітаємо!</p>",
        at: "2026-11-20T10:00:00.000Z",
        messageId: sent.MessageId,
        tags: { messageId: "msg_1", kind: "order" },
        configurationSet: "mails",
      },
    ]);
  });

  it("gets receipts in the documented shape, with its tags", async () => {
    await using cloud = await start();
    const Tags = [{ Name: "messageId", Value: "msg_1" }];
    const Data = await compose({ to: "olena@example.com", subject: "Hi", text: "Hello" });
    const command = new SendRawEmailCommand({ RawMessage: { Data }, ConfigurationSetName: "mails", Tags });
    const { MessageId } = await cloud.client.send(command);
    const receipts = await cloud.receipts();
    expect(receipts.map(({ eventType }) => eventType)).toEqual(["Send", "Delivery"]);
    expect(receipts[1]).toMatchObject({
      mail: {
        messageId: MessageId,
        source: from,
        destination: ["olena@example.com"],
        commonHeaders: { subject: "Hi", to: ["olena@example.com"] },
        tags: { messageId: ["msg_1"], "ses:configuration-set": ["mails"], "ses:from-domain": ["shop.example"] },
      },
      delivery: { recipients: ["olena@example.com"] },
    });
    expect(cloud.view("events")).toContainEqual(
      expect.objectContaining({
        event: expect.objectContaining({ source: "aws.ses", "detail-type": "Email Delivered" }),
      }),
    );
    expect(cloud.view("alerts")).toEqual([]);
  });

  it.each([
    ["bounce+1@simulator.amazonses.com", ["Send", "Bounce"]],
    ["complaint@simulator.amazonses.com", ["Send", "Delivery", "Complaint"]],
    ["success@simulator.amazonses.com", ["Send", "Delivery"]],
    ["ooto@simulator.amazonses.com", ["Send", "Delivery"]],
  ])("to %s gets %j", async (to, expected) => {
    await using cloud = await start();
    await cloud.sendRaw({ to, text: "Hello" });
    expect((await cloud.receipts()).map(({ eventType }) => eventType)).toEqual(expected);
  });

  it("is refused from a sender that nobody verified and with an unknown configuration set", async () => {
    await using cloud = await start();
    const foreign = cloud.sendRaw({ from: "a@other.example", to: "b@example.com", text: "Hello" });
    await expect(foreign).rejects.toMatchObject({ name: "MessageRejected" });
    const headers = { "X-SES-CONFIGURATION-SET": "none" };
    const Data = await compose({ to: "b@example.com", text: "Hello", headers });
    const unknown = cloud.client.send(new SendRawEmailCommand({ RawMessage: { Data } }));
    await expect(unknown).rejects.toMatchObject({ name: "ConfigurationSetDoesNotExistException" });
    expect(cloud.outbox()).toEqual([]);
  });

  it("asks IAM for the identity and the configuration set", async () => {
    await using cloud = await start();
    await cloud.sendRaw({ to: "olena@example.com", text: "Hello" });
    expect(cloud.permissions).toMatchObject([
      { action: "ses:SendRawEmail", resource: identity.arn, context: { "ses:FromAddress": "hello@shop.example" } },
      { action: "ses:SendRawEmail", resource: set.arn },
    ]);
  });
});

it("a plain mail ends in the outbox too", async () => {
  await using cloud = await start();
  const Message = { Subject: { Data: "Hi" }, Body: { Text: { Data: "Hello" } } };
  const Destination = { ToAddresses: ["olena@example.com"], CcAddresses: ["copy@example.com"] };
  await cloud.client.send(new SendEmailCommand({ Source: from, Destination, Message }));
  expect(cloud.outbox()).toMatchObject([
    { to: "olena@example.com", subject: "Hi", text: "Hello", recipients: { length: 2 } },
  ]);
});

describe("an injected fault", () => {
  it.each([
    ["reject", "MessageRejected", 0],
    ["throttle", "Throttling", 0],
    ["fail", "InternalFailure", 0],
    ["accept-then-fail", "InternalFailure", 1],
  ])("%s answers %s once and keeps %d mails", async (kind, name, kept) => {
    await using cloud = await start();
    await cloud.failNext("olena", kind);
    await cloud.sendRaw({ to: "ivan@example.com", text: "Hello" });
    await expect(cloud.sendRaw({ to: "olena@example.com", text: "Hello" })).rejects.toMatchObject({ name });
    expect(cloud.outbox()).toHaveLength(1 + kept);
    await cloud.sendRaw({ to: "olena@example.com", text: "Hello" });
  });

  it("accept-then-hang never answers, though the mail went out", async () => {
    await using cloud = await start();
    await cloud.failNext("olena", "accept-then-hang");
    const sending = cloud.sendRaw(
      { to: "olena@example.com", text: "Hello" },
      { abortSignal: AbortSignal.timeout(100) },
    );
    await expect(sending).rejects.toMatchObject({ name: "AbortError" });
    expect(cloud.outbox()).toHaveLength(1);
  });
});
