import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { CfnStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";
import type { AppFunction } from "./app-function.ts";
import { allow, byKey } from "./grants.ts";

/** Express ends by itself after 5 minutes; ending earlier leaves a reason in the log. */
const MACHINE_TIMEOUT_SECONDS = 290;

const LAMBDA_ERRORS = [
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
  "Lambda.TooManyRequestsException",
];

/** How a task that may be repeated is tried again: Lambda's own troubles more often than ours. */
export const RETRY = [
  { ErrorEquals: LAMBDA_ERRORS, IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 5 },
  { ErrorEquals: ["States.ALL"], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 3 },
];

/** CloudWatch's delivery of logs is set up for a whole account: these actions know no resources. */
const LOG_DELIVERY = [
  "CreateLogDelivery",
  "GetLogDelivery",
  "UpdateLogDelivery",
  "DeleteLogDelivery",
  "ListLogDeliveries",
  "PutResourcePolicy",
  "DescribeResourcePolicies",
  "DescribeLogGroups",
].map((action) => `logs:${action}`);

/** X-Ray's actions of a state machine know no resources. */
export const TRACING = ["PutTelemetryRecords", "PutTraceSegments", "GetSamplingRules", "GetSamplingTargets"].map(
  (action) => `xray:${action}`,
);

export interface StateMachineProps {
  /** The physical name: the task's own role names the machine, so its ARN must be known before it exists. */
  name: string;
  task: AppFunction;
  settings: Pick<Settings, "logRetentionDays" | "tracing">;
  key: IKey;
  /** Where an entry goes of which every attempt failed; a wake-up comes again by itself. */
  deadLetters: IQueue;
}

/**
 * An Express state machine with one Lambda task: it is cheap, keeps no history, and retries what may pass. Nobody comes
 * again with an entry, for its event was dealt with when the execution began: one that fails is put aside.
 */
export class StateMachine extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { name, task, settings, key, deadLetters }: StateMachineProps) {
    super(scope, id);
    const role = new Role(this, "Role", { assumedBy: new ServicePrincipal("states.amazonaws.com") });
    const logs = new LogGroup(this, "Logs", {
      encryptionKey: key,
      // The prefix keeps the account's resource policy for log delivery from growing with every log group.
      logGroupName: `/aws/vendedlogs/states/${name}`,
      retention: settings.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    role.addToPolicy(allow(["lambda:InvokeFunction"], [task.handler.functionArn]));
    role.addToPolicy(allow(["sqs:SendMessage"], [deadLetters.queueArn]));
    role.addToPolicy(byKey({ key }, "sqs", ["kms:Decrypt", "kms:GenerateDataKey"]));
    role.addToPolicy(allow(LOG_DELIVERY, ["*"]));
    if (settings.tracing) role.addToPolicy(allow(TRACING, ["*"]));
    const machine = new CfnStateMachine(this, "Machine", {
      definitionString: Stack.of(this).toJsonString(definition(task, deadLetters)),
      loggingConfiguration: {
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logs.logGroupArn } }],
        includeExecutionData: false,
        level: "ERROR",
      },
      roleArn: role.roleArn,
      stateMachineName: name,
      stateMachineType: "EXPRESS",
      tracingConfiguration: { enabled: settings.tracing },
    });
    machine.node.addDependency(role);
    this.arn = machine.attrArn;
  }
}

/** The ARN of a machine by its name, for those that the machine itself depends on. */
export function machineArn(stack: Stack, name: string): string {
  return `arn:${stack.partition}:states:${stack.region}:${stack.account}:stateMachine:${name}`;
}

function definition(task: AppFunction, deadLetters: IQueue): object {
  return {
    TimeoutSeconds: MACHINE_TIMEOUT_SECONDS,
    StartAt: "Run",
    States: {
      Run: {
        Type: "Task",
        Resource: task.handler.functionArn,
        TimeoutSeconds: task.timeout.toSeconds() + 5,
        Retry: RETRY,
        Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: null, Next: "IsEntry" }],
        End: true,
      },
      IsEntry: {
        Type: "Choice",
        Choices: [{ Variable: "$.journeyId", IsPresent: true, Next: "PutAside" }],
        Default: "Failed",
      },
      PutAside: {
        Type: "Task",
        Resource: "arn:aws:states:::sqs:sendMessage",
        Parameters: { QueueUrl: deadLetters.queueUrl, MessageBody: { "entry.$": "$" } },
        Retry: RETRY,
        Next: "Failed",
      },
      Failed: { Type: "Fail", Error: "StretchFailed", Cause: "Every attempt failed." },
    },
  };
}
