import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import { EventBus } from "aws-cdk-lib/aws-events";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";
import { Api } from "../constructs/api.ts";
import { AppFunction, type House, pascal } from "../constructs/app-function.ts";
import { fileEntry } from "../constructs/bundle.ts";
import { Consumer, ConsumerQueue, concurrencyOf } from "../constructs/consumer.ts";
import { Mail } from "../constructs/mail.ts";
import { Routes } from "../constructs/routes.ts";
import { OneShots, Tick } from "../constructs/scheduler.ts";
import { machineArn, StateMachine } from "../constructs/state-machine.ts";
import { StreamReader } from "../constructs/stream-reader.ts";
import type { Settings } from "../settings.ts";
import { SetupProblem } from "../setup-problem.ts";
import type { TopicName, Wiring } from "../wiring-types.ts";
import type { DataStack } from "./data.ts";

/** The task that carries out one stretch of a journey. */
const JOURNEY_TASK = "run-stretch";

export interface CoreStackProps extends StackProps {
  settings: Settings;
  data: DataStack;
  wiring: Wiring;
}

/** Everything that runs: the API, the bus with its consumers, the stream's readers, the ticks and the journeys. */
export class CoreStack extends Stack {
  readonly api: Api;
  readonly bus: EventBus;
  readonly inboxes: readonly ConsumerQueue[];
  readonly functions: readonly AppFunction[];
  readonly readers: readonly AppFunction[];
  readonly ticks: readonly Tick[];
  readonly journeyMachineArn: string;

  private readonly settings: Settings;
  private readonly data: DataStack;

  constructor(scope: Construct, id: string, { settings, data, wiring, ...props }: CoreStackProps) {
    super(scope, id, props);
    this.settings = settings;
    this.data = data;
    this.journeyMachineArn = machineArn(this, this.physical("journey"));
    this.api = new Api(this, "Api", { settings, key: data.key });
    this.bus = new EventBus(this, "Bus");
    const inbox = (line: Wiring["consumers"][number]) =>
      new ConsumerQueue(this, `${pascal(line.name)}Inbox`, { line, key: data.key });
    this.inboxes = wiring.consumers.map(inbox);
    const topics = { "mail-receipts": this.topic("MailReceipts") };
    const house = this.house(topics);

    const routed = this.routes(wiring, house);
    const consuming = this.consumers(wiring, house, topics);
    this.readers = wiring.streams.map((line) => this.reader(line, house));
    this.ticks = wiring.schedules.map((line) => new Tick(this, pascal(line.name), { line, house }));
    const tasks = wiring.tasks.map((line) => this.task(line, house));
    this.functions = [
      ...routed.functions,
      ...consuming,
      ...this.readers,
      ...this.ticks.map((tick) => tick.function),
      ...tasks,
    ];
    this.checkReserved();
    const { edge } = settings;
    new CfnOutput(this, "ApiUrl", { value: edge?.locked ? `https://${edge.domain}` : this.api.api.apiEndpoint });
  }

  private house(topics: Record<TopicName, ITopic>): House {
    const { settings, data } = this;
    const mail = new Mail(this, "Mail", { settings, receipts: topics["mail-receipts"] });
    const wakeable = this.inboxes.filter(({ line }) => line.wake);
    const targets = { queues: wakeable.map(({ queue }) => queue.queueArn), machines: [this.journeyMachineArn] };
    return {
      settings,
      environment: {
        STAGE: settings.stage,
        FINANCE_LOCALE: settings.financeLocale,
        ...(settings.lostAt && { LOST_AT: settings.lostAt }),
        POWERTOOLS_LOG_LEVEL: settings.logLevel,
        POWERTOOLS_METRICS_NAMESPACE: "Kolo",
        POWERTOOLS_SERVICE_NAME: "kolo",
      },
      grantable: {
        table: data.table,
        indexes: data.indexes,
        key: data.key,
        bucket: data.bucket,
        bus: this.bus,
        secrets: data.secrets,
        mail: { ...mail, sender: settings.mailSender, perSecond: settings.mailPerSecond / this.senders() },
        settings,
        financeTopic: this.financeTopic(),
        scheduler: new OneShots(this, "OneShots", { group: this.physical("one-shots"), targets, key: data.key }),
        journeyMachineArn: this.journeyMachineArn,
        wakeQueueArn: (consumer) => this.wakeQueueArn(consumer),
      },
    };
  }

  private routes({ routes }: Wiring, house: House): Routes {
    const { pool, client } = this.data.staff;
    const made = new Routes(this, "Routes", {
      api: this.api.api,
      house,
      routes,
      door: this.settings.edge?.locked ? this.data.originSecret : undefined,
      environment: {
        JWT_ISSUER: this.settings.jwtIssuer ?? `https://cognito-idp.${this.region}.amazonaws.com/${pool.userPoolId}`,
        JWT_AUDIENCE: this.settings.jwtAudience ?? client.userPoolClientId,
        ...(this.settings.edge && { EDGE_HOST: this.settings.edge.domain }),
        READS_PER_SECOND: String(this.settings.readsPerSecond),
        WRITES_PER_SECOND: String(this.settings.writesPerSecond),
      },
    });
    this.api.lane(made.deliveries, { rate: this.settings.deliveryRate, burst: this.settings.deliveryBurst });
    return made;
  }

  private consumers({ journeys }: Wiring, house: House, topics: Record<TopicName, ITopic>): AppFunction[] {
    const made = this.inboxes.map(
      (inbox) => new Consumer(this, pascal(inbox.line.name), { inbox, bus: this.bus, house, topics, journeys }),
    );
    return made.map((consumer) => consumer.function);
  }

  private reader(line: Wiring["streams"][number], house: House): AppFunction {
    const { table, bucket } = this.data;
    return new StreamReader(this, pascal(line.name), { line, table, bucket, house }).function;
  }

  private task(line: Wiring["tasks"][number], house: House): AppFunction {
    const file = `functions/tasks/${line.name}.ts`;
    const description = `${line.name}: a task of the journeys' state machine`;
    const task = new AppFunction(this, pascal(line.name), {
      entry: fileEntry(line.name, file),
      house,
      ...line,
      description,
    });
    if (line.name === JOURNEY_TASK) {
      const { settings, data } = this;
      const deadLetters = this.entries().deadLetters;
      new StateMachine(this, "Journey", { name: this.physical("journey"), task, settings, key: data.key, deadLetters });
    }
    return task;
  }

  /** Where the journeys' triggers enter. */
  private entries(): ConsumerQueue {
    const inbox = this.inboxes.find(({ line }) => line.journeys);
    if (inbox === undefined) throw new SetupProblem('No consumer has "journeys: true": nobody enters a journey.');
    return inbox;
  }

  /** Batches that may send mail at once: they share what SES allows. */
  private senders(): number {
    const sending = this.inboxes.map(({ line }) => line).filter(({ uses }) => uses.includes("mail"));
    return sending.reduce((sum, line) => sum + concurrencyOf(line), 0);
  }

  private topic(id: string, topicName?: string): Topic {
    return new Topic(this, id, { enforceSSL: true, masterKey: this.data.key, topicName });
  }

  /** Its name is public: finance's own tools subscribe to it. */
  private financeTopic(): Topic {
    const { stage, financeEmail } = this.settings;
    const plain = stage === "prod" || stage === "local";
    const topic = this.topic("FinanceAlerts", plain ? "finance-alerts" : `finance-alerts-${stage}`);
    topic.addSubscription(new EmailSubscription(financeEmail));
    return topic;
  }

  private wakeQueueArn(consumer: string): string {
    const inbox = this.inboxes.find(({ line }) => line.name === consumer && line.wake);
    if (inbox === undefined) throw new SetupProblem(`"wake:${consumer}": no consumer of this name has "wake: true".`);
    return inbox.queue.queueArn;
  }

  /** A name for what must be known before it exists. */
  private physical(name: string): string {
    return `kolo-${this.settings.stage}-${name}`;
  }

  private checkReserved(): void {
    const names = this.functions.map(({ name }) => name);
    const unknown = Object.keys(this.settings.reservedConcurrency).filter((name) => !names.includes(name));
    if (unknown.length > 0) {
      throw new SetupProblem(
        `reservedConcurrency names no function: ${unknown.join(", ")}. There are: ${names.join(", ")}.`,
      );
    }
  }
}
