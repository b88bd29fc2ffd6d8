import { Stack } from "aws-cdk-lib";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import type { IEventBus } from "aws-cdk-lib/aws-events";
import { type IRole, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Settings } from "../settings.ts";
import type { Use } from "../wiring-types.ts";

/** What the words of `uses` can mean. */
export interface Grantable {
  table: ITable;
  indexes: readonly string[];
  key: IKey;
  bucket: IBucket;
  bus: IEventBus;
  secrets: { identity: ISecret; vault: ISecret };
  mail: { sender: string; perSecond: number; identityArn: string; configurationSet: string };
  settings: Pick<Settings, "mailTestAddresses" | "promoCode">;
  financeTopic: ITopic;
  scheduler: { group: string; role: IRole };
  journeyMachineArn: string;
  /** The queue of a consumer that schedules wake. */
  wakeQueueArn: (consumer: string) => string;
}

/** What a function gets for one word of `uses`. */
export interface Grant {
  environment: Record<string, string>;
  statements: PolicyStatement[];
}

/** Words that name a consumer. */
const NAMING = ["wake", "cancel"] as const;
type Naming = (typeof NAMING)[number];
type Kind = Exclude<Use, `${Naming}:${string}`> | Naming;

const READS = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"];
const WRITES = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"];

/** The one registry: word -> IAM actions, one by one, on exact resources, and environment variables. */
const registry: Record<Kind, (on: Grantable, subject: string) => Grant> = {
  "table:read": (on) => ({ environment: tableName(on), statements: reading(on) }),
  "table:write": (on) => ({
    environment: tableName(on),
    statements: [
      ...reading(on),
      allow(WRITES, [on.table.tableArn]),
      byKey(on, "dynamodb", ["kms:Encrypt", "kms:GenerateDataKey"]),
    ],
  }),
  "table:scan": (on) => ({
    environment: tableName(on),
    statements: [allow(["dynamodb:Scan"], [on.table.tableArn]), byKey(on, "dynamodb", ["kms:Decrypt"])],
  }),
  "bucket:read": (on) => ({
    environment: { BUCKET_NAME: on.bucket.bucketName },
    statements: [allow(["s3:GetObject"], [on.bucket.arnForObjects("*")]), byKey(on, "s3", ["kms:Decrypt"])],
  }),
  "bucket:write": (on) => ({
    environment: { BUCKET_NAME: on.bucket.bucketName },
    statements: [allow(["s3:PutObject"], [on.bucket.arnForObjects("*")]), byKey(on, "s3", ["kms:GenerateDataKey"])],
  }),
  bus: (on) => ({
    environment: { EVENT_BUS_NAME: on.bus.eventBusName },
    statements: [allow(["events:PutEvents"], [on.bus.eventBusArn])],
  }),
  mail: (on) => ({
    environment: {
      MAIL_SENDER: on.mail.sender,
      MAIL_CONFIGURATION_SET: on.mail.configurationSet,
      MAIL_PER_SECOND: String(on.mail.perSecond),
    },
    statements: [allow(["ses:SendRawEmail"], [on.mail.identityArn, configurationSetArn(on)])],
  }),
  alerts: (on) => ({
    environment: { FINANCE_TOPIC_ARN: on.financeTopic.topicArn },
    statements: [
      allow(["sns:Publish"], [on.financeTopic.topicArn]),
      byKey(on, "sns", ["kms:Decrypt", "kms:GenerateDataKey"]),
    ],
  }),
  "journeys:start": (on) => ({
    environment: { JOURNEY_MACHINE_ARN: on.journeyMachineArn },
    statements: [allow(["states:StartExecution"], [on.journeyMachineArn])],
  }),
  "journeys:wake": (on) => ({ environment: machine(on), statements: planning(on) }),
  "journeys:cancel": (on) => ({ environment: machine(on), statements: [cancelling(on)] }),
  wake: (on, consumer) => ({ environment: queue(on, consumer), statements: planning(on) }),
  cancel: (on, consumer) => ({ environment: queue(on, consumer), statements: [cancelling(on)] }),
  "secret:identity": (on) => secret(on, "IDENTITY_SECRET_ARN", on.secrets.identity),
  "secret:vault": (on) => secret(on, "VAULT_SECRET_ARN", on.secrets.vault),
  "setting:promo-code": ({ settings: { promoCode = "" } }) => said("PROMO_CODE", promoCode),
  "setting:test-addresses": ({ settings }) => said("MAIL_TEST_ADDRESSES", settings.mailTestAddresses.join()),
};

/** What a word of `uses` gives. */
export function grant(use: Use, on: Grantable): Grant {
  const named = NAMING.find((kind) => use.startsWith(`${kind}:`));
  if (named !== undefined) return registry[named](on, use.slice(named.length + 1));
  return registry[use as Kind](on, "");
}

/** What the gate of a route that only reads needs to count its callers: to write their shares, and nothing else. */
export function counting(on: Grantable): PolicyStatement[] {
  const shares = new PolicyStatement({
    actions: ["dynamodb:PutItem"],
    resources: [on.table.tableArn],
    conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["limit#*"] } },
  });
  return [shares, byKey(on, "dynamodb", ["kms:Encrypt", "kms:GenerateDataKey"])];
}

/** Allows actions on resources. */
export function allow(actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources });
}

/** Lets a role use the key through one service only. */
export function byKey(on: Pick<Grantable, "key">, service: string, actions: string[]): PolicyStatement {
  const { region, urlSuffix } = Stack.of(on.key);
  return new PolicyStatement({
    actions,
    resources: [on.key.keyArn],
    conditions: { StringEquals: { "kms:ViaService": `${service}.${region}.${urlSuffix}` } },
  });
}

/** What is not set is left out: a variable is never empty. */
function said(variable: string, value: string): Grant {
  return { environment: value === "" ? {} : { [variable]: value }, statements: [] };
}

function tableName(on: Grantable): Record<string, string> {
  return { TABLE_NAME: on.table.tableName };
}

function reading(on: Grantable): PolicyStatement[] {
  const indexes = on.indexes.map((name) => `${on.table.tableArn}/index/${name}`);
  return [
    allow(READS, [on.table.tableArn]),
    allow(["dynamodb:Query"], indexes),
    byKey(on, "dynamodb", ["kms:Decrypt", "kms:DescribeKey"]),
  ];
}

function configurationSetArn(on: Grantable): string {
  return Stack.of(on.table).formatArn({
    service: "ses",
    resource: "configuration-set",
    resourceName: on.mail.configurationSet,
  });
}

function machine(on: Grantable): Record<string, string> {
  return { JOURNEY_MACHINE_ARN: on.journeyMachineArn, ...scheduling(on) };
}

function queue(on: Grantable, consumer: string): Record<string, string> {
  return { WAKE_QUEUE_ARN: on.wakeQueueArn(consumer), ...scheduling(on) };
}

function scheduling(on: Grantable): Record<string, string> {
  return { SCHEDULE_GROUP: on.scheduler.group, SCHEDULER_ROLE_ARN: on.scheduler.role.roleArn };
}

/** A schedule carries the role that hands its message over. */
function planning(on: Grantable): PolicyStatement[] {
  return [allow(["scheduler:CreateSchedule"], [schedules(on)]), allow(["iam:PassRole"], [on.scheduler.role.roleArn])];
}

function cancelling(on: Grantable): PolicyStatement {
  return allow(["scheduler:DeleteSchedule"], [schedules(on)]);
}

function schedules(on: Grantable): string {
  return Stack.of(on.table).formatArn({
    service: "scheduler",
    resource: "schedule",
    resourceName: `${on.scheduler.group}/*`,
  });
}

/** Lets a function read a secret, whose ARN a variable names. */
export function secret(on: Grantable, variable: string, { secretArn }: ISecret): Grant {
  return {
    environment: { [variable]: secretArn },
    statements: [allow(["secretsmanager:GetSecretValue"], [secretArn]), byKey(on, "secretsmanager", ["kms:Decrypt"])],
  };
}
