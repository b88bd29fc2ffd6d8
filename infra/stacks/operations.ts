import { Duration, Stack, type StackProps } from "aws-cdk-lib";
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
    this.alarmBusiness();
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
      "A journey's stretch failed; the sweep tries it again.",
    );
  }

  private alarmBusiness(): void {
    for (const [name, description] of Object.entries(BUSINESS)) this.alarm(name, business(name), 0, description);
  }

  private alarm(id: string, metric: IMetric, threshold: number, alarmDescription: string): void {
    const alarm = new Alarm(this, id, {
      alarmDescription,
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
      ],
    });
  }
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
