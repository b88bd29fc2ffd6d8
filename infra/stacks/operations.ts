import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import { CfnBudget } from "aws-cdk-lib/aws-budgets";
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  Metric,
  TextWidget,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { Archive } from "aws-cdk-lib/aws-events";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";
import { type AppFunction, pascal } from "../constructs/app-function.ts";
import type { Settings } from "../settings.ts";
import type { CoreStack } from "./core.ts";
import type { DataStack } from "./data.ts";

const ARCHIVE_DAYS = 90;
const FIVE_MINUTES = Duration.minutes(5);
/** A reader this far behind is stuck, not slow. */
const ITERATOR_AGE_MAX_MS = 5 * 60_000;
/** From these rates of the account on SES looks at a sender, and may stop it. */
const BOUNCE_RATE_MAX = 0.05;
const COMPLAINT_RATE_MAX = 0.001;
/** The function that takes what providers deliver. */
const DELIVERIES = "webhooks";

export interface OperationsStackProps extends StackProps {
  settings: Settings;
  data: DataStack;
  core: CoreStack;
}

/** What the functions count for people to look at, and what each is told to do about it. */
const BUSINESS = {
  DeliveriesQuarantined: "Authentic deliveries could not be understood: fix, then replay them.",
  MessagesUnknown: "A provider did not say whether a message left.",
  MetricDifferences: "A metric was not the sum of its ledgers: it was repaired, and its cause is still there.",
  MetricSourcesLost: "Ledgers missed changes of their sources: they were projected anew; look at the projector's log.",
  MismatchesOpened: "Money does not agree somewhere: GET /v1/mismatches lists it.",
};

/** What operators see and hear: one dashboard, alarms to one topic, and the archive of the bus. */
export class OperationsStack extends Stack {
  private readonly alarms: Topic;
  private readonly core: CoreStack;

  constructor(scope: Construct, id: string, { settings, data, core, ...props }: OperationsStackProps) {
    super(scope, id, props);
    this.core = core;
    this.alarms = new Topic(this, "Alarms", { enforceSSL: true, masterKey: data.key });
    this.alarms.addSubscription(new EmailSubscription(settings.ownerEmail));
    new Archive(this, "Archive", {
      eventPattern: { source: ["kolo"] },
      retention: Duration.days(ARCHIVE_DAYS),
      sourceEventBus: core.bus,
    });
    this.alarmQueues();
    this.alarmFunctions();
    this.alarmDeliveries();
    this.alarmMail();
    this.alarmBusiness();
    this.alarmCost(settings);
    this.dashboard(settings.stage);
  }

  private alarmQueues(): void {
    for (const { line, deadLetters } of this.core.inboxes) {
      const metric = deadLetters.metricApproximateNumberOfMessagesVisible({
        period: FIVE_MINUTES,
        statistic: "Maximum",
      });
      this.alarm(
        `${pascal(line.name)}DeadLetters`,
        metric,
        0,
        `${line.name} gave up on messages: fix, then redrive its dead letters.`,
      );
    }
  }

  private alarmFunctions(): void {
    for (const reader of this.core.readers) {
      const metric = reader.handler.metric("IteratorAge", { period: FIVE_MINUTES, statistic: "Maximum" });
      this.alarm(
        `${pascal(reader.name)}Behind`,
        metric,
        ITERATOR_AGE_MAX_MS,
        `${reader.name} is minutes behind the table's stream.`,
      );
    }
    for (const tick of this.core.ticks) {
      const { handler, name } = tick.function;
      const metric = handler.metricErrors({ period: FIVE_MINUTES });
      this.alarm(`${pascal(name)}Fails`, metric, 0, `${name} failed: its log group says why.`);
      if (!tick.rounds) continue;
      const failed = executions(tick.rounds.arn, "ExecutionsFailed");
      this.alarm(`${pascal(name)}Ends`, failed, 0, `${name} ended before it was done: its execution says where.`);
    }
    this.alarm(
      "ApiFails",
      this.core.api.api.metricServerError({ period: FIVE_MINUTES }),
      0,
      "The API answered with 5xx.",
    );
    this.alarm(
      "JourneysFail",
      executions(this.core.journeyMachineArn, "ExecutionsFailed"),
      0,
      "A journey's stretch failed: the sweep tries a wait again, an entry is among the dead letters.",
    );
  }

  /** A provider that is refused for long stops delivering: what it is answered badly is heard of at once. */
  private alarmDeliveries(): void {
    const { handler } = this.deliveries();
    const period = FIVE_MINUTES;
    const failing = "Deliveries ended without an answer: providers send them again, but not for ever.";
    this.alarm("DeliveriesFail", handler.metricErrors({ period }), 0, failing);
    const throttled = "Deliveries found no free function: give webhooks a reserved concurrency, or ask AWS for more.";
    this.alarm("DeliveriesThrottled", handler.metricThrottles({ period }), 0, throttled);
  }

  private alarmMail(): void {
    const [bounces, complaints] = reputation();
    this.alarm("MailBounces", bounces, BOUNCE_RATE_MAX, "Too many mails bounce: SES may stop the account's sending.");
    const sentence = "Too many people call the mails spam: SES may stop the account's sending.";
    this.alarm("MailComplaints", complaints, COMPLAINT_RATE_MAX, sentence);
  }

  /** What the account costs by the day; AWS Budgets knows no alarm of CloudWatch, and mails by itself. */
  private alarmCost({ stage, costPerDay, ownerEmail }: Settings): void {
    new CfnBudget(this, "CostPerDay", {
      budget: {
        budgetLimit: { amount: costPerDay, unit: "USD" },
        budgetName: `kolo-${stage}-cost-per-day`,
        budgetType: "COST",
        timeUnit: "DAILY",
      },
      notificationsWithSubscribers: [
        {
          notification: { comparisonOperator: "GREATER_THAN", notificationType: "ACTUAL", threshold: 100 },
          subscribers: [{ address: ownerEmail, subscriptionType: "EMAIL" }],
        },
      ],
    });
  }

  private deliveries(): AppFunction {
    const found = this.core.functions.find(({ name }) => name === DELIVERIES);
    if (found === undefined) throw new Error(`No function is named "${DELIVERIES}".`);
    return found;
  }

  private alarmBusiness(): void {
    for (const [name, description] of Object.entries(BUSINESS)) this.alarm(name, business(name), 0, description);
  }

  private alarm(id: string, metric: IMetric, threshold: number, meaning: string): void {
    const alarm = new Alarm(this, id, {
      alarmDescription: `${meaning} See docs/runbooks/${pageOf(id)}.`,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      metric,
      threshold,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.alarms));
  }

  private dashboard(stage: string): void {
    const { api, functions, inboxes, readers } = this.core;
    const each = (metric: (one: AppFunction) => IMetric, of = functions) => of.map(metric);
    const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: 12, height: 6 });
    new Dashboard(this, "Dashboard", {
      dashboardName: `kolo-${stage}`,
      widgets: [
        [new TextWidget({ markdown: `# Kolo ${stage}: from request to message`, width: 24, height: 1 })],
        [
          graph("Requests", [api.api.metricCount(), api.api.metricClientError(), api.api.metricServerError()]),
          graph("Latency (ms)", [
            api.api.metricLatency({ statistic: "p50" }),
            api.api.metricLatency({ statistic: "p99" }),
          ]),
        ],
        [
          graph(
            "Errors of functions",
            each(({ handler, name }) => handler.metricErrors({ label: name })),
          ),
          graph(
            "Stream readers behind (ms)",
            each(({ handler, name }) => handler.metric("IteratorAge", { label: name, statistic: "Maximum" }), readers),
          ),
        ],
        [
          graph(
            "Waiting in queues",
            inboxes.map(({ queue, line }) => queue.metricApproximateNumberOfMessagesVisible({ label: line.name })),
          ),
          graph("Business", Object.keys(BUSINESS).map(business)),
        ],
        [
          graph("Deliveries", [
            this.deliveries().handler.metricInvocations(),
            this.deliveries().handler.metricErrors(),
            this.deliveries().handler.metricThrottles(),
          ]),
          graph("Mail that bounces or is called spam (share)", [...reputation()]),
        ],
      ],
    });
  }
}

/** `SendMessageDeadLetters` -> `dead-letters.md`: queues are helped alike; any other alarm has a page of its own. */
function pageOf(alarm: string): string {
  if (alarm.endsWith("DeadLetters")) return "dead-letters.md";
  return `${alarm.replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase()}.md`;
}

/** The shares of the account's mails that bounce and that people complain of, as SES sees them. */
function reputation(): [bounces: Metric, complaints: Metric] {
  const rate = (name: string) =>
    new Metric({
      namespace: "AWS/SES",
      metricName: `Reputation.${name}`,
      period: Duration.hours(1),
      statistic: "Maximum",
    });
  return [rate("BounceRate"), rate("ComplaintRate")];
}

/** A count of a state machine's executions. */
function executions(machineArn: string, metricName: string): Metric {
  const dimensionsMap = { StateMachineArn: machineArn };
  return new Metric({ namespace: "AWS/States", metricName, dimensionsMap, period: FIVE_MINUTES, statistic: "Sum" });
}

/** A count that the functions write into their logs (embedded metric format). */
function business(metricName: string): Metric {
  const dimensionsMap = { service: "kolo" };
  return new Metric({ namespace: "Kolo", metricName, dimensionsMap, period: FIVE_MINUTES, statistic: "Sum" });
}
