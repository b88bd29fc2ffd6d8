import type { Topology } from "../../infra/local/ports.ts";
import { type Standing, ticksOf } from "./bill.ts";

/** A metric as alarms name it. */
interface Metric {
  Namespace?: string;
  MetricName?: string;
  Dimensions?: { Name: string; Value: string }[];
}

/** Counts in the templates what costs something by being there. */
export function standingOf(topology: Topology): Standing {
  const count = (type: string) => topology.all(type).length;
  const mappings = topology.all("AWS::Lambda::EventSourceMapping").map(({ properties }) => properties);
  const functions = topology.all("AWS::Lambda::Function").map(({ properties }) => properties);
  const schedules = topology.all("AWS::Scheduler::Schedule").map(({ properties }) => properties.ScheduleExpression);
  return {
    keys: count("AWS::KMS::Key"),
    secrets: count("AWS::SecretsManager::Secret"),
    alarms: count("AWS::CloudWatch::Alarm"),
    dashboards: count("AWS::CloudWatch::Dashboard"),
    customMetrics: new Set(metricsOf(topology).filter((metric) => !/^\["AWS\//.test(metric))).size,
    polledQueues: mappings.filter(({ EventSourceArn }) => String(EventSourceArn).includes(":sqs:")).length,
    traced: functions.some(({ TracingConfig }) => (TracingConfig as { Mode?: string })?.Mode === "Active"),
    ticks: schedules.map(String).reduce((sum, expression) => sum + ticksOf(expression), 0),
  };
}

/** Every metric that an alarm or a dashboard looks at: namespace, name and dimensions as text. */
function metricsOf(topology: Topology): string[] {
  const alarms = topology.all("AWS::CloudWatch::Alarm").map(({ properties }) => {
    const { Namespace, MetricName, Dimensions = [] } = properties as Metric;
    return [Namespace, MetricName, ...Dimensions.flatMap(({ Name, Value }) => [Name, Value])];
  });
  const shown = topology.all("AWS::CloudWatch::Dashboard").flatMap(({ properties }) => {
    const { widgets } = JSON.parse(String(properties.DashboardBody)) as {
      widgets: { properties: { metrics?: unknown[][] } }[];
    };
    const metrics = widgets.flatMap((widget) => widget.properties.metrics ?? []);
    return metrics.map((metric) => metric.filter((part) => typeof part === "string"));
  });
  return [...alarms, ...shown].map((metric) => JSON.stringify(metric));
}
