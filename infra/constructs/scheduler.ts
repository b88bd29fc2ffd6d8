import { Stack } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { CfnSchedule, CfnScheduleGroup } from "aws-cdk-lib/aws-scheduler";
import { Construct } from "constructs";
import type { Schedule } from "../wiring-types.ts";
import { AppFunction, type House, pascal } from "./app-function.ts";
import { fileEntry } from "./bundle.ts";
import { allow, byKey } from "./grants.ts";
import { Rounds } from "./rounds.ts";

const TICK_RETRIES_MAX = 3;
const TICK_AGE_SECONDS = 3600;

/** One-shot schedules: the group that handlers fill, and the only role that such a schedule can carry. */
export class OneShots extends Construct {
  readonly group: string;
  readonly role: Role;

  constructor(
    scope: Construct,
    id: string,
    { group, targets, key }: { group: string; targets: Record<"queues" | "machines", string[]>; key: IKey },
  ) {
    super(scope, id);
    this.group = new CfnScheduleGroup(this, "Group", { name: group }).ref;
    this.role = schedulerRole(this, group);
    if (targets.queues.length > 0) {
      this.role.addToPolicy(allow(["sqs:SendMessage"], targets.queues));
      this.role.addToPolicy(byKey({ key }, "sqs", ["kms:Decrypt", "kms:GenerateDataKey"]));
    }
    this.role.addToPolicy(allow(["states:StartExecution"], targets.machines));
  }
}

/** A recurring tick of the clock: EventBridge Scheduler -> function, or -> rounds of the function. */
export class Tick extends Construct {
  readonly function: AppFunction;
  readonly rounds?: Rounds;

  constructor(scope: Construct, id: string, { line, house }: { line: Schedule; house: House }) {
    super(scope, id);
    this.function = new AppFunction(this, "Task", {
      entry: fileEntry(line.name, `functions/tasks/${line.name}.ts`),
      house,
      ...line,
      description: `${line.name}: ${line.every}`,
    });
    const role = schedulerRole(this, "default");
    if (line.rounds !== undefined) {
      const { tracing } = house.settings;
      this.rounds = new Rounds(this, "Rounds", { task: this.function, max: line.rounds, tracing });
    }
    const arn = this.rounds?.arn ?? this.function.handler.functionArn;
    role.addToPolicy(allow([this.rounds ? "states:StartExecution" : "lambda:InvokeFunction"], [arn]));
    const schedule = new CfnSchedule(this, "Schedule", {
      description: `${pascal(line.name)} of Kolo`,
      flexibleTimeWindow: { mode: "OFF" },
      scheduleExpression: line.every,
      scheduleExpressionTimezone: "UTC",
      target: {
        arn,
        retryPolicy: { maximumEventAgeInSeconds: TICK_AGE_SECONDS, maximumRetryAttempts: TICK_RETRIES_MAX },
        roleArn: role.roleArn,
      },
    });
    schedule.node.addDependency(role);
  }
}

/** Only the Scheduler may take the role, and only for schedules of the group. */
function schedulerRole(scope: Construct, group: string): Role {
  const { account } = Stack.of(scope);
  const sourceArn = Stack.of(scope).formatArn({
    service: "scheduler",
    resource: "schedule-group",
    resourceName: group,
  });
  return new Role(scope, "Role", {
    assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
      conditions: { StringEquals: { "aws:SourceAccount": account, "aws:SourceArn": sourceArn } },
    }),
  });
}
