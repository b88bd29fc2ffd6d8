import type { GrowthRow } from "./growth.ts";
import { number, percentile, tableText } from "./text.ts";
import type { TrafficPlan, TrafficReport } from "./traffic.ts";
import { MIX } from "./traffic-shop.ts";

const COMPLAINTS_MAX = 10;

/** How the traffic is made, in words. */
export function trafficHead({ seconds, perSecond, seed }: TrafficPlan): string {
  const parts = Object.entries(MIX).map(([kind, share]) => `${kind} ${share} %`);
  return [
    `  ${seconds} s of traffic at ${perSecond} requests/s over four stores, of which one makes half; seed ${seed}.`,
    `  ${parts.join(", ")}. Times are from when a request was due: a queue before Kolo counts.`,
  ].join("\n");
}

/** Latencies by kind, freshness, and what was lost or doubled. */
export function trafficText({
  latenciesMs,
  freshnessMs,
  orders,
  failed,
  firstFailure,
  complaints,
}: TrafficReport): string {
  const row = (what: string, all: readonly number[]) => [
    ...[what, number(all.length), number(percentile(all, 50), 0)],
    ...[number(percentile(all, 99), 0), number(Math.max(...all), 0)],
  ];
  const acknowledged = (["order", "update", "payment", "webhook"] as const).flatMap((kind) => latenciesMs[kind]);
  const rows = [
    ...Object.entries(latenciesMs).map(([kind, all]) => row(kind, all)),
    row("all writes", acknowledged),
    row("metric counts an order", freshnessMs),
  ];
  return [
    tableText(["acknowledged", "count", "p50 ms", "p99 ms", "slowest"], rows),
    `\n  ${orders} orders; ${failed} requests failed${firstFailure ? `, the first: ${firstFailure}` : ""}.`,
    complaints.length === 0
      ? "  Nothing lost, nothing doubled: orders, payments, metrics and mails are what was acknowledged."
      : `  WRONG: ${complaints.length} complaints: ${complaints.slice(0, COMPLAINTS_MAX).join("; ")}`,
  ].join("\n");
}

/** Sizes side by side. */
export function growthText(rows: readonly GrowthRow[]): string {
  const line = (what: string, value: (row: GrowthRow) => number, decimals = 0) => [
    what,
    ...rows.map((row) => number(value(row), decimals)),
  ];
  const writes = ({ traffic: { latenciesMs } }: GrowthRow) =>
    (["order", "update", "payment", "webhook"] as const).flatMap((kind) => latenciesMs[kind]);
  return tableText(
    ["orders stored already", ...rows.map(({ stored }) => number(stored))],
    [
      line("write units of an order's life", ({ writeUnits }) => writeUnits, 1),
      line("read units", ({ readUnits }) => readUnits, 1),
      line("Lambda invocations", ({ invocations }) => invocations, 1),
      line("a life with all that follows, ms", ({ lifeMs }) => lifeMs),
      line("POST /v1/orders, quiet, p50 ms", ({ placeMs }) => placeMs, 1),
      line("GET an order, p50 ms", ({ readMs }) => readMs, 1),
      line("GET a page of orders, p50 ms", ({ listMs }) => listMs, 1),
      line("GET a metric, p50 ms", ({ metricMs }) => metricMs, 1),
      line("traffic: writes, p50 ms", (row) => percentile(writes(row), 50)),
      line("traffic: writes, p99 ms", (row) => percentile(writes(row), 99)),
      line("traffic: freshness, p50 ms", ({ traffic }) => percentile(traffic.freshnessMs, 50)),
      line("traffic: failed requests", ({ traffic }) => traffic.failed),
      line("traffic: lost or doubled", ({ traffic }) => traffic.complaints.length),
    ],
  );
}
