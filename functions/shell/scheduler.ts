import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  SchedulerClient,
} from "@aws-sdk/client-scheduler";
import type { Instant } from "../../events/values.ts";
import { port, setting } from "./port.ts";

/** Something that happens once, at a time. */
export interface OneShot {
  /** Deterministic, at most 64 of `[0-9A-Za-z_.-]`: a second schedule of the same name changes nothing. */
  name: string;
  /** A time that has passed means at once. */
  at: Instant;
  /** The queue or machine, what it is given, and the role that may hand it over (default: the deployment's own). */
  target: { arn: string; input: unknown; roleArn?: string };
  /** Default: the deployment's group. */
  group?: string;
}

/** One-shot schedules. They are a cache of a `dueAt` in the table: a sweep makes a lost one again. */
export interface Scheduler {
  schedule(wanted: OneShot): Promise<void>;
  /** Cancels a schedule; one that has run or never was is fine. */
  cancel(name: string): Promise<void>;
}

/** Scheduler knows whole seconds and may refuse a time that has passed: the earliest one it is asked for. */
const LEAD_MS = 1_000;
/** What Scheduler allows at most, so that an outage of the target loses no wake-up within a day. */
const RETRY_POLICY = { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 };

/** Rounded up, so that nothing is woken before its time. */
export function atExpression(at: Instant, now: Instant): string {
  const earliest = Math.max(Date.parse(at), Date.parse(now) + LEAD_MS);
  return `at(${new Date(Math.ceil(earliest / 1000) * 1000).toISOString().slice(0, 19)})`;
}

/** EventBridge Scheduler: each schedule deletes itself when it has run. */
export const scheduler = port("scheduler", (runtime): Scheduler => {
  const client = new SchedulerClient({});
  const defaultGroup = setting(runtime, "SCHEDULE_GROUP");
  const defaultRole = setting(runtime, "SCHEDULER_ROLE_ARN");
  return {
    async schedule({ name, at, target, group = defaultGroup }) {
      const command = new CreateScheduleCommand({
        Name: name,
        GroupName: group,
        ScheduleExpression: atExpression(at, runtime.clock.now()),
        ScheduleExpressionTimezone: "UTC",
        FlexibleTimeWindow: { Mode: "OFF" },
        ActionAfterCompletion: "DELETE",
        Target: {
          Arn: target.arn,
          RoleArn: target.roleArn ?? defaultRole,
          Input: JSON.stringify(target.input),
          RetryPolicy: RETRY_POLICY,
        },
      });
      await client.send(command).catch((error: unknown) => {
        if (!(error instanceof ConflictException)) throw error;
      });
    },
    async cancel(name) {
      await client.send(new DeleteScheduleCommand({ Name: name, GroupName: defaultGroup })).catch((error: unknown) => {
        if (!(error instanceof ResourceNotFoundException)) throw error;
      });
    },
  };
});
