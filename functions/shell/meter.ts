import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { port } from "./port.ts";

/** Counts that operators watch: CloudWatch reads them from the log (embedded metric format). */
export interface Meter {
  count(counts: Readonly<Record<string, number>>): void;
}

/** The namespace that dashboards and alarms read. */
const NAMESPACE = "Kolo";
const SERVICE = "kolo";

export const meter = port("meter", (): Meter => {
  const metrics = new Metrics({ namespace: NAMESPACE, serviceName: SERVICE });
  return {
    count(counts) {
      for (const [name, value] of Object.entries(counts)) metrics.addMetric(name, MetricUnit.Count, value);
      metrics.publishStoredMetrics();
    },
  };
});
