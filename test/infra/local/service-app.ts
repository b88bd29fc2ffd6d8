import { copyFileSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { EventBus, EventField, Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { CfnScheduleGroup } from "aws-cdk-lib/aws-scheduler";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { ConfigurationSet, EmailIdentity, EmailSendingEvent, EventDestination, Identity } from "aws-cdk-lib/aws-ses";
import { Topic } from "aws-cdk-lib/aws-sns";
import { SqsSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { CfnStateMachine } from "aws-cdk-lib/aws-stepfunctions";

const HANDLER = new URL("runtime-handler.mjs", import.meta.url);

/** Synthesizes an app in which an event passes every service, and gives the directory of its templates. */
export function synthesizeApp(): string {
  const root = mkdtempSync(join(tmpdir(), "local-services-"));
  const bundle = join(root, "bundle");
  mkdirSync(bundle);
  copyFileSync(HANDLER, join(bundle, "index.mjs"));
  const app = new App({ outdir: join(root, "cdk.out"), analyticsReporting: false, treeMetadata: false });
  const stack = new Stack(app, "Services");
  const key = new Key(stack, "Key");
  const consumer = new LambdaFunction(stack, "Consumer", {
    functionName: "consumer",
    runtime: Runtime.NODEJS_22_X,
    handler: "index.handler",
    code: Code.fromAsset(bundle),
    timeout: Duration.seconds(10),
  });
  const inbox = addBus(stack, consumer);
  const machine = addMachine(stack, consumer);
  addSchedules(stack, inbox, machine);
  addMail(stack, key);
  const kept = { removalPolicy: RemovalPolicy.RETAIN };
  new Bucket(stack, "Bucket", { bucketName: "files", encryption: BucketEncryption.KMS, encryptionKey: key, ...kept });
  new Secret(stack, "Secret", {
    secretName: "pepper",
    encryptionKey: key,
    generateSecretString: { passwordLength: 20 },
  });
  app.synth();
  return join(root, "cdk.out");
}

/** Bus -> rule -> queue -> function, with dead letters. */
function addBus(stack: Stack, consumer: LambdaFunction): Queue {
  const eventBus = new EventBus(stack, "Bus", { eventBusName: "shop" });
  const dead = new Queue(stack, "Dead", { queueName: "dead" });
  const inbox = new Queue(stack, "Inbox", {
    queueName: "inbox",
    visibilityTimeout: Duration.seconds(60),
    deadLetterQueue: { queue: dead, maxReceiveCount: 2 },
  });
  const message = RuleTargetInput.fromObject({ journey: "j", event: EventField.fromPath("$.detail") });
  const targets = [new SqsQueue(inbox, { deadLetterQueue: dead, message })];
  new Rule(stack, "Rule", { eventBus, eventPattern: { source: ["test"], detailType: ["order.placed"] }, targets });
  consumer.addEventSource(new SqsEventSource(inbox, { reportBatchItemFailures: true }));
  return inbox;
}

function addMachine(stack: Stack, task: LambdaFunction): string {
  const role = new Role(stack, "MachineRole", { assumedBy: new ServicePrincipal("states.amazonaws.com") });
  task.grantInvoke(role);
  const States = { Run: { Type: "Task", Resource: task.functionArn, End: true } };
  const definitionString = stack.toJsonString({ StartAt: "Run", States });
  const machine = { definitionString, roleArn: role.roleArn, stateMachineName: "journey", stateMachineType: "EXPRESS" };
  return new CfnStateMachine(stack, "Machine", machine).attrArn;
}

/** A group and the role that its schedules carry; it may wake the queue and start the machine. */
function addSchedules(stack: Stack, inbox: Queue, machineArn: string): void {
  new CfnScheduleGroup(stack, "Group", { name: "wakes" });
  const group = stack.formatArn({ service: "scheduler", resource: "schedule-group", resourceName: "wakes" });
  const conditions = { StringEquals: { "aws:SourceAccount": stack.account, "aws:SourceArn": group } };
  const assumedBy = new ServicePrincipal("scheduler.amazonaws.com", { conditions });
  const role = new Role(stack, "WakeRole", { roleName: "wake", assumedBy });
  role.addToPolicy(new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [inbox.queueArn] }));
  role.addToPolicy(new PolicyStatement({ actions: ["states:StartExecution"], resources: [machineArn] }));
}

/** SES -> encrypted topic -> queue. */
function addMail(stack: Stack, key: Key): void {
  const receipts = new Topic(stack, "Receipts", { topicName: "receipts", masterKey: key, enforceSSL: true });
  const set = new ConfigurationSet(stack, "Set", { configurationSetName: "mails" });
  const events = [EmailSendingEvent.SEND, EmailSendingEvent.DELIVERY];
  set.addEventDestination("Receipts", { destination: EventDestination.snsTopic(receipts), events });
  new EmailIdentity(stack, "Identity", { identity: Identity.domain("shop.example"), configurationSet: set });
  const read = new Queue(stack, "Read", { queueName: "receipts" });
  receipts.addSubscription(new SqsSubscription(read, { rawMessageDelivery: true }));
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal("ses.amazonaws.com")],
      actions: ["kms:GenerateDataKey", "kms:Decrypt"],
      resources: ["*"],
    }),
  );
}
