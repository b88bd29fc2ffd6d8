import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SESClient, SendEmailCommand } from "@aws-sdk/client-ses";
import { GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, startCloud } from "../../../infra/local/cloud.ts";
import { synthesizeApp } from "./service-app.ts";
import { bodies } from "./service-harness.ts";

const region = "us-east-1";
const account = "000000000000";
let cloud: Cloud;
const lines: string[] = [];

beforeAll(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "local-services-data-"));
  const log = (line: string) => lines.push(line);
  cloud = await startCloud({ assembly: synthesizeApp(), dataDir, port: 0, inMemory: true, log });
}, 60_000);

afterAll(() => cloud?.stop());

const options = () => {
  const credentials = { accessKeyId: "operator", secretAccessKey: "operator" };
  return { endpoint: cloud.endpoint, region, credentials, maxAttempts: 1 };
};

async function get(path: string) {
  return (await (await fetch(`${cloud.url}/_local/${path}`)).json()) as Record<string, never>;
}

/** What the function was asked to do so far: bodies of messages, and direct invocations. */
async function seen(): Promise<string> {
  return JSON.stringify(await get("logs?function=consumer"));
}

async function schedule(Name: string, at: Date, Arn: string, Input: string) {
  const settings = { Name, GroupName: "wakes", FlexibleTimeWindow: { Mode: "OFF" as const } };
  const ScheduleExpression = `at(${at.toISOString().slice(0, 19)})`;
  const Target = { Arn, RoleArn: `arn:aws:iam::${account}:role/wake`, Input };
  await new SchedulerClient(options()).send(new CreateScheduleCommand({ ...settings, ScheduleExpression, Target }));
}

async function now(): Promise<number> {
  return Date.parse((await get("clock")).now ?? "");
}

describe("the services in the cloud", () => {
  it("carry an event over rule and queue to its function", async () => {
    const entry = { EventBusName: "shop", Source: "test", DetailType: "order.placed", Detail: '{"id":"ord_1"}' };
    await new EventBridgeClient(options()).send(new PutEventsCommand({ Entries: [entry] }));
    await cloud.settle();
    expect(await seen()).toContain("ord_1");
  });

  it("wake a queue and start a machine when the clock moves to their schedules", async () => {
    const at = new Date((await now()) + 3_600_000);
    await schedule("one", at, `arn:aws:sqs:${region}:${account}:inbox`, '{"wake":"one"}');
    await schedule("two", at, `arn:aws:states:${region}:${account}:stateMachine:journey`, '{"run":"two"}');
    await cloud.settle();
    expect(await seen()).not.toContain("wake");
    await cloud.advance(3600);
    expect(await seen()).toMatch(/wake.*run|run.*wake/s);
    expect(await get("executions")).toMatchObject({ items: [{ status: "SUCCEEDED" }] });
  });

  it("send mails and bring their receipts through the encrypted topic", async () => {
    const Message = { Subject: { Data: "Hi" }, Body: { Text: { Data: "Hello" } } };
    const Destination = { ToAddresses: ["olena@example.com"] };
    await new SESClient(options()).send(new SendEmailCommand({ Source: "a@shop.example", Destination, Message }));
    await cloud.settle();
    expect(await get("outbox")).toMatchObject({ items: [{ to: "olena@example.com", subject: "Hi" }] });
    const queues = new SQSClient(options());
    const { QueueUrl = "" } = await queues.send(new GetQueueUrlCommand({ QueueName: "receipts" }));
    const receipts = (await bodies(queues, QueueUrl)).map((body) => JSON.parse(body).eventType);
    expect(receipts.sort()).toEqual(["Delivery", "Send"]);
  });

  it("keep objects and secrets", async () => {
    const s3 = new S3Client(options());
    const place = { Bucket: "files", Key: "a/b.json" };
    await s3.send(new PutObjectCommand({ ...place, Body: '{"a":1}' }));
    expect((await s3.send(new HeadObjectCommand(place))).ETag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(await (await s3.send(new GetObjectCommand(place))).Body?.transformToString()).toBe('{"a":1}');
    const secrets = new SecretsManagerClient(options());
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: "pepper" }));
    expect(SecretString).toHaveLength(20);
  });

  it("count what they did", async () => {
    const { events, scheduler, states, ses } = await get("stats");
    expect({ events, scheduler, states, ses }).toMatchObject({
      events: { events: 1, matched: 1, delivered: 1 },
      scheduler: { fired: 2, delivered: 2 },
      states: { executionsExpress: 1, transitionsExpress: 1 },
      ses: { mails: 1, receipts_delivered: 2 },
    });
    expect(lines.filter((line) => /failed|could not/.test(line))).toEqual([]);
  });
});
