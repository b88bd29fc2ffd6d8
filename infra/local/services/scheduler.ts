import { randomUUID } from "node:crypto";
import type { Millis, Permission, ServiceFactory } from "../ports.ts";
import type { Cloud } from "./cloud.ts";
import { Deliveries, payloadFor } from "./deliveries.ts";
import { AwsError, required } from "./errors.ts";
import { allow, passRole } from "./permissions.ts";
import { awsService, type Counters, count, type Operations } from "./protocol.ts";
import { restJsonCodec } from "./protocol-rest-json.ts";
import { type Definition, type Schedule, Schedules, timetableOf } from "./schedules.ts";

const ROUTES = {
  "POST /schedules/{Name}": "CreateSchedule",
  "PUT /schedules/{Name}": "UpdateSchedule",
  "GET /schedules/{Name}": "GetSchedule",
  "DELETE /schedules/{Name}": "DeleteSchedule",
  "GET /schedules": "ListSchedules",
  "POST /schedule-groups/{Name}": "CreateScheduleGroup",
  "GET /schedule-groups/{Name}": "GetScheduleGroup",
  "DELETE /schedule-groups/{Name}": "DeleteScheduleGroup",
  "GET /schedule-groups": "ListScheduleGroups",
};
const NAME = /^[0-9a-zA-Z-_.]{1,64}$/;
const ATTEMPTS_MAX = 185;
const AGE_MAX_SECONDS = 86_400;

/** Amazon EventBridge Scheduler: one-time and recurring schedules whose role brings them to their target. */
export const scheduler: ServiceFactory = (cloud) => {
  const counters: Counters = {};
  const schedules = new Schedules(cloud);
  const deliveries = new Deliveries(cloud, "scheduler.deliver", (outcome) => count(counters, outcome));
  cloud.engine.on("scheduler.fire", async (payload) => {
    const { arn, at } = payload as { arn: string; at: Millis };
    const schedule = schedules.find(arn);
    // A schedule that was deleted or planned anew leaves old ticks behind.
    if (schedule?.nextAt !== at) return;
    schedules.fired(schedule, at, () => fire(cloud, deliveries, schedule, at));
    count(counters, "fired");
  });
  const operations = { ...scheduleOperations(cloud, schedules), ...groupOperations(cloud, schedules) };
  return {
    ...awsService({ names: ["scheduler"], codec: restJsonCodec(ROUTES), operations, counters, log: cloud.log }),
    views: {
      schedules: () =>
        schedules.list({}).map(({ name, group, nextAt, definition }) => ({ name, group, nextAt, definition })),
      stats: () => counters,
    },
  };
};

function fire(cloud: Cloud, deliveries: Deliveries, { arn, group, definition }: Schedule, at: Millis): void {
  const { Target } = definition;
  const executionId = randomUUID();
  const scheduledTime = new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
  const input = (Target.Input ?? defaultInput(cloud, arn, scheduledTime))
    .replaceAll("<aws.scheduler.schedule-arn>", arn)
    .replaceAll("<aws.scheduler.scheduled-time>", scheduledTime)
    .replaceAll("<aws.scheduler.execution-id>", executionId)
    .replaceAll("<aws.scheduler.attempt-number>", "1");
  const deadLetterArn = Target.DeadLetterConfig?.Arn;
  const attributes = {
    SCHEDULE_ARN: arn,
    TARGET_ARN: Target.Arn,
    EXECUTION_ID: executionId,
    SCHEDULED_TIME: scheduledTime,
    IS_PAYLOAD_TRUNCATED: "false",
  };
  deliveries.send({
    target: Target.Arn,
    payload: payloadOf(definition, input),
    by: { service: "scheduler", sourceArn: groupArn(cloud, group), roleArn: Target.RoleArn },
    retry: {
      attemptsMax: Target.RetryPolicy?.MaximumRetryAttempts ?? ATTEMPTS_MAX,
      ageMaxMs: (Target.RetryPolicy?.MaximumEventAgeInSeconds ?? AGE_MAX_SECONDS) * 1000,
    },
    ...(deadLetterArn && { deadLetter: { arn: deadLetterArn, body: input, attributes } }),
  });
}

function payloadOf({ Target: { Arn, EventBridgeParameters } }: Definition, input: string): unknown {
  const payload = payloadFor(Arn, input);
  if (!EventBridgeParameters) return payload;
  return { source: EventBridgeParameters.Source, "detail-type": EventBridgeParameters.DetailType, detail: payload };
}

/** What AWS sends when a schedule has no input of its own. */
function defaultInput({ topology }: Cloud, arn: string, time: string): string {
  const { account, region } = topology;
  const head = { version: "0", id: randomUUID(), "detail-type": "Scheduled Event", source: "aws.scheduler", account };
  return JSON.stringify({ ...head, time, region, resources: [arn], detail: "{}" });
}

type Named = { Name?: string; GroupName?: string; ClientToken?: string };

function scheduleOperations(cloud: Cloud, schedules: Schedules): Operations {
  const arnOf = ({ Name, GroupName }: Named) => schedules.arnOf(GroupName, required(Name, "Name"));
  const on = (action: string) => (input: Named) => allow(`scheduler:${action}`, arnOf(input));
  const writing =
    (action: string) =>
    (input: Named & Partial<Definition>): Permission[] => [
      ...on(action)(input),
      ...passRole(input.Target?.RoleArn, "scheduler.amazonaws.com"),
    ];
  return {
    CreateSchedule: {
      needs: writing("CreateSchedule"),
      run({ Name, GroupName = "default", ClientToken, ...definition }: Named & Definition) {
        if (!NAME.test(Name ?? "")) throw invalid("Invalid name.");
        schedules.checkGroup(GroupName);
        checkDefinition(cloud, GroupName, definition);
        return { ScheduleArn: schedules.create(GroupName, Name ?? "", definition, ClientToken) };
      },
    },
    UpdateSchedule: {
      needs: writing("UpdateSchedule"),
      run({ Name, GroupName, ClientToken: _token, ...definition }: Named & Definition) {
        const arn = arnOf({ Name, GroupName } as Named);
        checkDefinition(cloud, schedules.get(arn).group, definition);
        schedules.update(arn, definition);
        return { ScheduleArn: arn };
      },
    },
    GetSchedule: { needs: on("GetSchedule"), run: (input: Named) => describe(schedules.get(arnOf(input))) },
    DeleteSchedule: { needs: on("DeleteSchedule"), run: (input: Named) => schedules.remove(arnOf(input)) },
    ListSchedules: {
      needs: () => allow("scheduler:ListSchedules", "*"),
      run(input: { ScheduleGroup?: string; NamePrefix?: string; State?: string }) {
        const { ScheduleGroup: group, NamePrefix: prefix, State: state } = input;
        const found = schedules.list({ ...(group && { group }), ...(prefix && { prefix }), ...(state && { state }) });
        return { Schedules: found.map(summary) };
      },
    },
  };
}

/** The group is what acts (`aws:SourceArn`) in Scheduler, never the single schedule. */
function groupArn({ topology }: Cloud, name: string): string {
  return `arn:aws:scheduler:${topology.region}:${topology.account}:schedule-group/${name}`;
}

function groupOperations(cloud: Cloud, schedules: Schedules): Operations {
  const arnOf = (name: string) => groupArn(cloud, name);
  const on = (action: string) => (input: Named) => allow(`scheduler:${action}`, arnOf(required(input.Name, "Name")));
  const row = ({ name, createdAt }: { name: string; createdAt: Millis }) => {
    const CreationDate = new Date(createdAt);
    return { Name: name, Arn: arnOf(name), State: "ACTIVE", CreationDate, LastModificationDate: CreationDate };
  };
  return {
    CreateScheduleGroup: {
      needs: on("CreateScheduleGroup"),
      run({ Name = "" }: Named) {
        schedules.createGroup(Name);
        return { ScheduleGroupArn: arnOf(Name) };
      },
    },
    GetScheduleGroup: {
      needs: on("GetScheduleGroup"),
      run({ Name = "" }: Named) {
        schedules.checkGroup(Name);
        return schedules
          .groups()
          .filter(({ name }) => name === Name)
          .map(row)[0];
      },
    },
    DeleteScheduleGroup: {
      needs: on("DeleteScheduleGroup"),
      run: ({ Name = "" }: Named) => schedules.removeGroup(Name),
    },
    ListScheduleGroups: {
      needs: () => allow("scheduler:ListScheduleGroups", "*"),
      run: () => ({ ScheduleGroups: schedules.groups().map(row) }),
    },
  };
}

/** What AWS refuses before it stores a schedule. */
function checkDefinition(cloud: Cloud, group: string, definition: Definition): void {
  const { FlexibleTimeWindow, Target } = definition;
  required(definition.ScheduleExpression, "ScheduleExpression");
  timetableOf(definition);
  if (FlexibleTimeWindow?.Mode !== "OFF" && FlexibleTimeWindow?.Mode !== "FLEXIBLE")
    throw invalid("FlexibleTimeWindow must have the mode OFF or FLEXIBLE.");
  const roleArn = required(Target?.RoleArn, "Target.RoleArn");
  const arn = required(Target?.Arn, "Target.Arn");
  if (arn.includes(":::aws-sdk:")) throw invalid("Universal targets are not emulated.");
  try {
    cloud.access.checkActor({ service: "scheduler", roleArn, sourceArn: groupArn(cloud, group) }, []);
  } catch (cause) {
    const refused = invalid("The execution role you provide must allow AWS EventBridge Scheduler to assume the role.");
    refused.cause = cause;
    throw refused;
  }
}

function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

function describe({ arn, name, group, definition, createdAt, modifiedAt }: Schedule): Record<string, unknown> {
  return {
    Arn: arn,
    Name: name,
    GroupName: group,
    State: "ENABLED",
    ScheduleExpressionTimezone: "UTC",
    ActionAfterCompletion: "NONE",
    ...definition,
    CreationDate: new Date(createdAt),
    LastModificationDate: new Date(modifiedAt),
  };
}

function summary(schedule: Schedule): Record<string, unknown> {
  const { Arn, Name, GroupName, State, CreationDate, LastModificationDate } = describe(schedule);
  return {
    Arn,
    Name,
    GroupName,
    State,
    CreationDate,
    LastModificationDate,
    Target: { Arn: schedule.definition.Target.Arn },
  };
}
