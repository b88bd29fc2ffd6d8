import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  type CreateScheduleInput,
  DeleteScheduleCommand,
  DeleteScheduleGroupCommand,
  GetScheduleCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import type { Access } from "../../../infra/local/ports.ts";
import { events } from "../../../infra/local/services/events.ts";
import { scheduler } from "../../../infra/local/services/scheduler.ts";
import { sqs } from "../../../infra/local/services/sqs.ts";
import type { EngineDouble } from "./service-engine.ts";
import { arn, bodies, queue, resource, startServices } from "./service-harness.ts";

const inbox = queue("inbox");
const dead = queue("dead");
const group = resource("AWS::Scheduler::ScheduleGroup", arn("scheduler", "schedule-group/wakes"));
const RoleArn = "arn:aws:iam::000000000000:role/wake";
const HOUR = 3_600_000;
const scheduleArn = arn("scheduler", "schedule/wakes/one");

interface Setup {
  engine?: EngineDouble;
  access?: Access;
  resources?: ReturnType<typeof resource>[];
  functions?: Record<string, (event: unknown) => unknown>;
}

async function start({ resources = [], ...more }: Setup = {}) {
  const factories = [scheduler, sqs, events];
  const cloud = await startServices({ factories, resources: [inbox, dead, group, ...resources], ...more });
  const client = new SchedulerClient(cloud.options);
  const queues = new SQSClient(cloud.options);
  const settings = (ScheduleExpression: string, input: Partial<CreateScheduleInput> = {}) => ({
    Name: "one",
    GroupName: "wakes",
    ScheduleExpression,
    FlexibleTimeWindow: { Mode: "OFF" as const },
    Target: { Arn: inbox.arn, RoleArn, Input: '{"id":12345678901234567890}' },
    ...input,
  });
  return {
    ...cloud,
    client,
    queues,
    create: (expression: string, input?: Partial<CreateScheduleInput>) =>
      client.send(new CreateScheduleCommand(settings(expression, input))),
    update: (expression: string) => client.send(new UpdateScheduleCommand(settings(expression))),
    get: () => client.send(new GetScheduleCommand({ Name: "one", GroupName: "wakes" })),
    received: () => bodies(queues, inbox.ref),
  };
}

describe("a one-time schedule", () => {
  it("brings its input to its queue at its instant, once", async () => {
    await using cloud = await start();
    const created = await cloud.create("at(2026-11-20T13:00:00)", { ScheduleExpressionTimezone: "Europe/Kyiv" });
    expect(created.ScheduleArn).toBe(scheduleArn);
    await cloud.engine.advance(HOUR - 1);
    expect(await cloud.received()).toEqual([]);
    await cloud.engine.advance(1);
    expect(await cloud.received()).toEqual(['{"id":12345678901234567890}']);
    await cloud.engine.advance(48 * HOUR);
    expect(await cloud.received()).toEqual([]);
  });

  it("stays when it is done, unless it asks to be deleted", async () => {
    await using cloud = await start();
    await cloud.create("at(2026-11-20T10:30:00)");
    await cloud.engine.advance(HOUR);
    expect((await cloud.get()).Name).toBe("one");
    await cloud.create("at(2026-11-20T11:30:00)", { Name: "two", ActionAfterCompletion: "DELETE" });
    await cloud.engine.advance(HOUR);
    const { Schedules } = await cloud.client.send(new ListSchedulesCommand({ GroupName: "wakes" }));
    expect(Schedules?.map(({ Name }) => Name)).toEqual(["one"]);
  });

  it("fires at once when its time is past", async () => {
    await using cloud = await start();
    await cloud.create("at(2026-11-20T09:00:00)");
    await cloud.engine.settle();
    expect(await cloud.received()).toHaveLength(1);
  });

  it("does not fire when it was deleted before", async () => {
    await using cloud = await start();
    await cloud.create("at(2026-11-20T10:30:00)");
    await cloud.client.send(new DeleteScheduleCommand({ Name: "one", GroupName: "wakes" }));
    await cloud.engine.advance(HOUR);
    expect(await cloud.received()).toEqual([]);
    await expect(cloud.get()).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  it("fires at its new time only when it was moved", async () => {
    await using cloud = await start();
    await cloud.create("at(2026-11-20T10:30:00)");
    await cloud.update("at(2026-11-20T12:00:00)");
    await cloud.engine.advance(HOUR);
    expect(await cloud.received()).toEqual([]);
    await cloud.engine.advance(HOUR);
    expect(await cloud.received()).toHaveLength(1);
  });

  it("survives a restart", async () => {
    const before = await start();
    await before.create("at(2026-11-20T10:30:00)");
    await before[Symbol.asyncDispose]();
    await using after = await start({ engine: before.engine });
    await after.engine.advance(HOUR);
    expect(await after.received()).toHaveLength(1);
  });
});

describe("the name of a schedule", () => {
  it("is taken once in its group", async () => {
    await using cloud = await start();
    await cloud.create("at(2026-11-21T10:00:00)");
    await expect(cloud.create("at(2026-11-21T10:00:00)")).rejects.toMatchObject({ name: "ConflictException" });
    await cloud.create("at(2026-11-21T10:00:00)", { GroupName: "default" });
  });

  it("gives the same schedule again to the same client token", async () => {
    await using cloud = await start();
    await cloud.create("at(2026-11-21T10:00:00)", { ClientToken: "t1" });
    const again = await cloud.create("at(2026-11-21T10:00:00)", { ClientToken: "t1" });
    expect(again.ScheduleArn).toBe(scheduleArn);
  });
});

describe("a recurring schedule", () => {
  it("ticks between its start and its end", async () => {
    await using cloud = await start();
    const StartDate = new Date("2026-11-20T12:00:00Z");
    const EndDate = new Date("2026-11-20T14:00:00Z");
    await cloud.create("rate(1 hour)", { StartDate, EndDate });
    await cloud.engine.advance(24 * HOUR);
    expect(await cloud.received()).toHaveLength(3);
  });

  it("follows the calendar of its zone", async () => {
    await using cloud = await start();
    const Target = { Arn: inbox.arn, RoleArn, Input: "<aws.scheduler.scheduled-time>" };
    await cloud.create("cron(0 9 * * ? *)", { ScheduleExpressionTimezone: "Europe/Kyiv", Target });
    await cloud.engine.advance(48 * HOUR);
    expect(await cloud.received()).toEqual(["2026-11-21T07:00:00Z", "2026-11-22T07:00:00Z"]);
  });

  it("of a template ticks too and rests while it is disabled", async () => {
    const properties = {
      ScheduleExpression: "rate(15 minutes)",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: { Arn: inbox.arn, RoleArn },
    };
    const on = resource("AWS::Scheduler::Schedule", arn("scheduler", "schedule/default/on"), properties);
    const off = resource("AWS::Scheduler::Schedule", arn("scheduler", "schedule/default/off"), {
      ...properties,
      State: "DISABLED",
    });
    await using cloud = await start({ resources: [on, off] });
    await cloud.engine.advance(HOUR - 1);
    const ticks = (await cloud.received()).map((body) => JSON.parse(body));
    expect(ticks).toHaveLength(4);
    expect(ticks[1]).toMatchObject({ source: "aws.scheduler", resources: [on.arn], time: "2026-11-20T10:15:00Z" });
  });
});

describe("the target of a schedule", () => {
  it("may be a bus", async () => {
    await using cloud = await start();
    const EventBridgeParameters = { Source: "clock", DetailType: "woke" };
    const Target = { Arn: arn("events", "event-bus/default"), RoleArn, Input: '{"n":1}', EventBridgeParameters };
    await cloud.create("at(2026-11-20T10:00:00)", { Target });
    await cloud.engine.settle();
    expect(cloud.view("events")).toMatchObject([
      { event: { source: "clock", "detail-type": "woke", detail: { n: 1 } } },
    ]);
  });

  it("that keeps failing leaves a dead letter with its attributes", async () => {
    const broken = arn("lambda", "function:broken");
    const fail = () => {
      throw new Error("no");
    };
    await using cloud = await start({ functions: { [broken]: fail } });
    const RetryPolicy = { MaximumRetryAttempts: 1 };
    const Target = { Arn: broken, RoleArn, Input: "{}", RetryPolicy, DeadLetterConfig: { Arn: dead.arn } };
    await cloud.create("at(2026-11-20T10:00:00)", { Target });
    await cloud.engine.advance(HOUR);
    const asked = { QueueUrl: dead.ref, MessageAttributeNames: ["All"] };
    const [letter] = (await cloud.queues.send(new ReceiveMessageCommand(asked))).Messages ?? [];
    expect(letter?.MessageAttributes).toMatchObject({
      SCHEDULE_ARN: { StringValue: scheduleArn },
      TARGET_ARN: { StringValue: broken },
      SCHEDULED_TIME: { StringValue: "2026-11-20T10:00:00Z" },
      ERROR_CODE: { StringValue: "ERROR_FROM_TARGET" },
      EXHAUSTED_RETRY_CONDITION: { StringValue: "MaximumRetryAttempts" },
      RETRY_ATTEMPTS: { StringValue: "1" },
    });
  });

  it("needs a role that Scheduler may take", async () => {
    const checkActor = () => {
      throw new Error("not trusted");
    };
    await using cloud = await start({ access: { check: () => undefined, checkActor } });
    await expect(cloud.create("at(2026-11-21T10:00:00)")).rejects.toMatchObject({
      name: "ValidationException",
      message: "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
    });
  });
});

describe("a schedule group", () => {
  it("is there from the template, can be made, and is deleted with its schedules", async () => {
    await using cloud = await start();
    await cloud.client.send(new CreateScheduleGroupCommand({ Name: "more" }));
    await cloud.create("at(2026-11-20T10:30:00)", { GroupName: "more" });
    await cloud.client.send(new DeleteScheduleGroupCommand({ Name: "more" }));
    const { ScheduleGroups } = await cloud.client.send(new ListScheduleGroupsCommand());
    expect(ScheduleGroups?.map(({ Name }) => Name)).toEqual(["default", "wakes"]);
    await cloud.engine.advance(HOUR);
    expect(await cloud.received()).toEqual([]);
  });

  it("must exist", async () => {
    await using cloud = await start();
    const created = cloud.create("at(2026-11-21T10:00:00)", { GroupName: "none" });
    await expect(created).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});

it("the scheduler service asks IAM for the schedule and for passing the role", async () => {
  await using cloud = await start();
  await cloud.create("at(2026-11-21T10:00:00)");
  expect(cloud.permissions).toEqual([
    { action: "scheduler:CreateSchedule", resource: scheduleArn },
    { action: "iam:PassRole", resource: RoleArn, context: { "iam:PassedToService": "scheduler.amazonaws.com" } },
  ]);
});
