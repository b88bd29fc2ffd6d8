import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { events } from "../../../infra/local/services/events.ts";
import { sqs } from "../../../infra/local/services/sqs.ts";
import type { EngineDouble } from "./service-engine.ts";
import { arn, bodies, queue, resource, startServices } from "./service-harness.ts";

const bus = resource("AWS::Events::EventBus", arn("events", "event-bus/shop"), {}, "shop");
const inbox = queue("inbox");
const dead = queue("dead");
const ruleArn = arn("events", "rule/shop/placed");

/** A rule of the template on the bus `shop`. */
function rule(target: Record<string, unknown>, more: Record<string, unknown> = {}) {
  const Targets = [{ Id: "1", Arn: inbox.arn, ...target }];
  const EventPattern = { source: ["test"], "detail-type": ["order.placed"] };
  return resource("AWS::Events::Rule", ruleArn, { EventBusName: "shop", EventPattern, Targets, ...more });
}

async function start(
  resources: ReturnType<typeof rule>[] = [],
  more: { functions?: Record<string, (event: unknown) => unknown>; engine?: EngineDouble } = {},
) {
  const cloud = await startServices({ factories: [events, sqs], resources: [bus, inbox, dead, ...resources], ...more });
  const client = new EventBridgeClient(cloud.options);
  const queues = new SQSClient(cloud.options);
  return {
    ...cloud,
    client,
    queues,
    async put(Detail: string, more: Partial<PutEventsRequestEntry> = {}) {
      const entry = { EventBusName: "shop", Source: "test", DetailType: "order.placed", Detail, ...more };
      const answer = await client.send(new PutEventsCommand({ Entries: [entry] }));
      await cloud.engine.settle();
      return answer.Entries?.[0];
    },
    received: () => bodies(queues, inbox.ref),
  };
}

describe("a bus", () => {
  it("hands matching events to the rule's queue, digit by digit", async () => {
    await using cloud = await start([rule({})]);
    const entry = await cloud.put('{"id":12345678901234567890,"price":1.50}');
    await cloud.put("{}", { DetailType: "order.paid" });
    const [body = "", ...others] = await cloud.received();
    expect(others).toEqual([]);
    expect(body).toContain('"detail":{"id":12345678901234567890,"price":1.50}');
    expect(JSON.parse(body)).toMatchObject({
      version: "0",
      id: entry?.EventId,
      source: "test",
      "detail-type": "order.placed",
      time: "2026-11-20T10:00:00Z",
      region: "eu-central-1",
      resources: [],
    });
  });

  it("answers for each entry by itself", async () => {
    await using cloud = await start();
    const good = { EventBusName: "shop", Source: "test", DetailType: "a", Detail: "{}" };
    const Entries = [good, { ...good, Detail: "[1" }, { ...good, Source: "" }, { ...good, Source: "aws.s3" }];
    const answer = await cloud.client.send(new PutEventsCommand({ Entries }));
    expect(answer.FailedEntryCount).toBe(3);
    expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      "MalformedDetail",
      "InvalidArgument",
      "NotAuthorizedForSourceException",
    ]);
  });

  it("refuses more than ten entries and more than a mebibyte", async () => {
    await using cloud = await start();
    const entry = { EventBusName: "shop", Source: "test", DetailType: "a", Detail: "{}" };
    const eleven = cloud.client.send(new PutEventsCommand({ Entries: Array.from({ length: 11 }, () => entry) }));
    await expect(eleven).rejects.toMatchObject({ name: "ValidationException" });
    const Detail = JSON.stringify({ text: "a".repeat(1_048_576) });
    const large = cloud.client.send(new PutEventsCommand({ Entries: [{ ...entry, Detail }] }));
    await expect(large).rejects.toThrow("Total size of the entries in the request is over the limit.");
  });

  it("keeps the last events with the rules that took them", async () => {
    await using cloud = await start([rule({})]);
    await cloud.put('{"n":1}');
    await cloud.put('{"n":2}', { DetailType: "order.paid" });
    expect(cloud.view("events")).toMatchObject([
      { bus: "shop", rules: ["placed"], event: { detail: { n: 1 } } },
      { bus: "shop", rules: [], event: { detail: { n: 2 } } },
    ]);
  });

  it("asks IAM for each bus once", async () => {
    await using cloud = await start();
    await cloud.put("{}");
    expect(cloud.permissions).toEqual([{ action: "events:PutEvents", resource: bus.arn }]);
  });

  it("delivers what was accepted before a restart", async () => {
    const before = await start([rule({})]);
    const entry = { EventBusName: "shop", Source: "test", DetailType: "order.placed", Detail: "{}" };
    await before.client.send(new PutEventsCommand({ Entries: [entry] }));
    await before[Symbol.asyncDispose]();
    await using after = await start([rule({})], { engine: before.engine });
    await after.engine.settle();
    expect(await after.received()).toHaveLength(1);
  });
});

describe("a target", () => {
  const transformer = (InputTemplate: string, InputPathsMap: Record<string, string> = {}) => ({
    InputTransformer: { InputTemplate, InputPathsMap },
  });

  it.each([
    ["a constant", { Input: '{"kind":"tick"}' }, '{"kind":"tick"}'],
    ["a part of the event", { InputPath: "$.detail.lines[1]" }, '{"sku":"B"}'],
    [
      "a template of JSON",
      transformer('{"id":<id>,"note":"order <id> of <name>","rule":<aws.events.rule-name>}', {
        id: "$.detail.id",
        name: "$.detail.name",
      }),
      '{"id":12345678901234567890,"note":"order 12345678901234567890 of \\"O\\"","rule":"placed"}',
    ],
    ["a text", transformer('"Order <id>"', { id: "$.detail.id" }), '"Order 12345678901234567890"'],
  ])("gets %s as its input", async (_name, settings, expected) => {
    await using cloud = await start([rule(settings)]);
    await cloud.put('{"id":12345678901234567890,"name":"\\"O\\"","lines":[{"sku":"A"},{"sku":"B"}]}');
    expect(await cloud.received()).toEqual([expected]);
  });

  it("gets the whole event inside its template", async () => {
    await using cloud = await start([rule(transformer('{"journey":"j","event":<whole>}', { whole: "$" }))]);
    const sent = await cloud.put('{"id":12345678901234567890}');
    const [body = ""] = await cloud.received();
    expect(body).toContain('"detail":{"id":12345678901234567890}');
    expect(JSON.parse(body)).toMatchObject({
      journey: "j",
      event: { id: sent?.EventId, "detail-type": "order.placed" },
    });
  });

  it("is tried again with growing pauses until it accepts", async () => {
    const target = arn("lambda", "function:flaky");
    let calls = 0;
    const flaky = () => {
      if (++calls < 3) throw new Error("not yet");
    };
    await using cloud = await start([rule({ Arn: target })], { functions: { [target]: flaky } });
    await cloud.put("{}");
    expect(calls).toBe(1);
    await cloud.engine.advance(1000);
    expect(calls).toBe(2);
    await cloud.engine.advance(2000);
    expect(calls).toBe(3);
    expect(cloud.engine.waiting()).toEqual([]);
  });

  it("loses its event to the dead letters when the retries are used up", async () => {
    const target = arn("lambda", "function:broken");
    const settings = { Arn: target, RetryPolicy: { MaximumRetryAttempts: 2 }, DeadLetterConfig: { Arn: dead.arn } };
    const broken = () => {
      throw new Error("never");
    };
    await using cloud = await start([rule(settings)], { functions: { [target]: broken } });
    await cloud.put('{"n":1}');
    await cloud.engine.advance(60_000);
    const asked = { QueueUrl: dead.ref, MessageAttributeNames: ["All"] };
    const [letter] = (await cloud.queues.send(new ReceiveMessageCommand(asked))).Messages ?? [];
    expect(JSON.parse(letter?.Body ?? "{}")).toMatchObject({ detail: { n: 1 } });
    const values = Object.entries(letter?.MessageAttributes ?? {}).map(([name, { StringValue }]) => [
      name,
      StringValue,
    ]);
    expect(Object.fromEntries(values)).toEqual({
      RULE_ARN: ruleArn,
      TARGET_ARN: target,
      ERROR_CODE: "ERROR_FROM_TARGET",
      ERROR_MESSAGE: "never",
      EXHAUSTED_RETRY_CONDITION: "MaximumRetryAttempts",
      RETRY_ATTEMPTS: "2",
    });
  });

  it("that is gone is not tried again", async () => {
    await using cloud = await start([rule({ Arn: arn("sqs", "gone"), DeadLetterConfig: { Arn: dead.arn } })]);
    await cloud.put("{}");
    expect(await bodies(cloud.queues, dead.ref)).toHaveLength(1);
  });
});

describe("a scheduled rule", () => {
  const scheduled = rule({}, { ScheduleExpression: "rate(1 hour)", EventPattern: undefined });

  it("ticks on the cloud's clock and goes on after a restart", async () => {
    const before = await start([scheduled]);
    await before.engine.advance(90 * 60_000);
    expect((await before.received()).map((body) => JSON.parse(body))).toMatchObject([
      { source: "aws.events", "detail-type": "Scheduled Event", resources: [ruleArn], time: "2026-11-20T11:00:00Z" },
    ]);
    await before[Symbol.asyncDispose]();
    await using after = await start([scheduled], { engine: before.engine });
    await after.engine.advance(60 * 60_000);
    expect((await after.received()).map((body) => JSON.parse(body).time)).toEqual(["2026-11-20T12:00:00Z"]);
  });

  it("stops when it is disabled", async () => {
    await using cloud = await start([scheduled]);
    await cloud.client.send(new DisableRuleCommand({ Name: "placed", EventBusName: "shop" }));
    await cloud.engine.advance(5 * 3_600_000);
    expect(await cloud.received()).toEqual([]);
  });
});

describe("a rule made by a call", () => {
  const Name = "late";
  const EventBusName = "shop";
  const RoleArn = "arn:aws:iam::000000000000:role/deliver";

  async function withRule(engine?: EngineDouble) {
    const cloud = await start([], engine && { engine });
    const EventPattern = JSON.stringify({ "detail-type": ["order.placed"] });
    await cloud.client.send(new PutRuleCommand({ Name, EventBusName, EventPattern }));
    const Targets = [{ Id: "1", Arn: inbox.arn, RoleArn }];
    await cloud.client.send(new PutTargetsCommand({ Rule: Name, EventBusName, Targets }));
    return cloud;
  }

  it("delivers, is listed, and survives a restart", async () => {
    const before = await withRule();
    await before[Symbol.asyncDispose]();
    await using after = await start([], { engine: before.engine });
    await after.put("{}");
    expect(await after.received()).toHaveLength(1);
    const listed = await after.client.send(new ListRulesCommand({ EventBusName }));
    expect(listed.Rules).toMatchObject([{ Name, State: "ENABLED", Arn: arn("events", "rule/shop/late") }]);
    const targets = await after.client.send(new ListTargetsByRuleCommand({ Rule: Name, EventBusName }));
    expect(targets.Targets).toEqual([{ Id: "1", Arn: inbox.arn, RoleArn }]);
  });

  it("needs the right to pass the target's role", async () => {
    await using cloud = await withRule();
    const context = { "iam:PassedToService": "events.amazonaws.com" };
    expect(cloud.permissions).toContainEqual({ action: "iam:PassRole", resource: RoleArn, context });
  });

  it("is refused with a pattern that EventBridge does not know", async () => {
    await using cloud = await start();
    const put = cloud.client.send(
      new PutRuleCommand({ Name, EventBusName, EventPattern: '{"source":[{"like":"a"}]}' }),
    );
    await expect(put).rejects.toMatchObject({ name: "InvalidEventPatternException" });
  });

  it("is deleted only without targets", async () => {
    await using cloud = await withRule();
    const remove = () => cloud.client.send(new DeleteRuleCommand({ Name, EventBusName }));
    await expect(remove()).rejects.toThrow("Rule can't be deleted since it has targets.");
    await cloud.client.send(new RemoveTargetsCommand({ Rule: Name, EventBusName, Ids: ["1"] }));
    await remove();
    const described = cloud.client.send(new DescribeRuleCommand({ Name, EventBusName }));
    await expect(described).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});
