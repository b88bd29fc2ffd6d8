import { describe, expect, it } from "vitest";
import type { Spending } from "../../infra/local/dynamodb-units.ts";
import { bundleAims, priceAims } from "./aims.ts";
import {
  apartLines,
  expressGbSeconds,
  IDLE_RECEIVES,
  type Line,
  monthLines,
  platformLines,
  type Standing,
  ticksOf,
  totalOf,
  type Usage,
} from "./bill.ts";
import { transactionsOf } from "./capture.ts";
import { PRICES, type Prices } from "./prices.ts";
import { functionRows, itemRows, totalUnits } from "./spending.ts";
import { standingOf } from "./standing.ts";
import { median, percentile, tableText } from "./text.ts";

const MILLION = 1_000_000;

const nothing: Usage = {
  apiRequests: 0,
  invocations: 0,
  gbSeconds: 0,
  writeUnits: 0,
  readUnits: 0,
  busEvents: 0,
  queueMessages: 0,
  notifications: 0,
  schedulesFired: 0,
  executions: 0,
  executionGbSeconds: 0,
  standardTransitions: 0,
  logBytes: 0,
  mails: 0,
};
const quiet: Standing = {
  keys: 0,
  secrets: 0,
  alarms: 0,
  dashboards: 0,
  customMetrics: 0,
  polledQueues: 0,
  traced: false,
  ticks: 0,
};
const virginia: Prices = PRICES["us-east-1"];
const frankfurt: Prices = PRICES["eu-central-1"];
const usd = (lines: readonly Line[]) => Number(totalOf(lines).toFixed(6));

describe("the price of a million orders", () => {
  it.each<[string, Partial<Usage>, number, number]>([
    ["four API calls", { apiRequests: 4 }, 4, 4.8],
    ["ten invocations", { invocations: 10 }, 2, 2],
    ["half a GB-second", { gbSeconds: 0.5 }, 6.6667, 6.6667],
    ["75 write units", { writeUnits: 75 }, 46.875, 57.1875],
    ["20 read units", { readUnits: 20 }, 2.5, 3.05],
    ["five bus events", { busEvents: 5 }, 5, 5],
    ["two messages of three requests", { queueMessages: 2 }, 2.4, 2.4],
    ["two publishes", { notifications: 2 }, 1, 1],
    ["a schedule that fires", { schedulesFired: 1 }, 1, 1.15],
    [
      "an Express execution of 250 ms",
      { executions: 1, executionGbSeconds: expressGbSeconds(250) },
      1.312563,
      1.312563,
    ],
    ["eighteen Standard transitions", { standardTransitions: 18 }, 450, 450],
    ["a kibibyte of logs", { logBytes: 1_024 }, 0.476837, 0.600815],
  ])("counts %s", (_what, part, inVirginia, inFrankfurt) => {
    const usage = { ...nothing, ...part };
    expect(usd(platformLines(usage, MILLION, virginia))).toBe(inVirginia);
    expect(usd(platformLines(usage, MILLION, frankfurt))).toBe(inFrankfurt);
  });

  it("meets its aim, or the aim names the lines that cost most", () => {
    const [met] = priceAims({ ...nothing, writeUnits: 120 });
    expect(met).toMatchObject({ met: true, is: "$75.00" });
    const [missed] = priceAims({ ...nothing, writeUnits: 120, busEvents: 5, apiRequests: 1 });
    expect(missed).toMatchObject({ met: false });
    expect(missed?.is).toBe("$81.00: table write units $75, bus events $5, API requests $1");
  });

  it("keeps mails apart, and traces where there are any", () => {
    const usage = { ...nothing, mails: 1, invocations: 20 };
    expect(usd(apartLines(usage, MILLION, false, virginia))).toBe(100);
    expect(usd(apartLines(usage, MILLION, true, virginia))).toBe(200);
  });
});

describe("the bill of a month", () => {
  const month = {
    orders: 300,
    life: nothing,
    tick: { gbSeconds: 0, readUnits: 0, writeUnits: 0, standardTransitions: 0 },
    storedGb: 0,
  };

  it("is nothing for nothing", () => expect(usd(monthLines(quiet, month, virginia))).toBe(0));

  it("counts what stands", () => {
    const standing = { ...quiet, keys: 1, secrets: 2, alarms: 17, dashboards: 1, customMetrics: 3 };
    expect(usd(monthLines(standing, month, virginia))).toBe(1 + 0.8 + 1.7 + 3 + 0.9);
  });

  it("counts what queues are asked in vain: five polls of 20 s at a time", () => {
    expect(IDLE_RECEIVES).toBe(657_000);
    expect(usd(monthLines({ ...quiet, polledQueues: 8 }, month, virginia))).toBe(2.1024);
  });

  it("counts ticks with what they use, storage with its recovery, and the orders", () => {
    const tick = { gbSeconds: 0.1, readUnits: 8, writeUnits: 0, standardTransitions: 0.04 };
    const ticking = monthLines({ ...quiet, ticks: 1_000 }, { ...month, tick }, virginia);
    expect(usd(ticking)).toBe(0.004533);
    expect(usd(monthLines(quiet, { ...month, storedGb: 2 }, frankfurt))).toBe(1.1016);
    const life = { ...nothing, apiRequests: 4 };
    expect(usd(monthLines(quiet, { ...month, life }, virginia))).toBe(0.0012);
  });

  it("knows how often schedules come, and says when it does not", () => {
    expect(ticksOf("rate(15 minutes)")).toBe(2_920);
    expect(ticksOf("rate(1 hour)")).toBe(730);
    expect(ticksOf("cron(0 3 * * ? *)")).toBeCloseTo(30.42, 2);
    expect(() => ticksOf("cron(0 3 1 * ? *)")).toThrow("How often");
  });
});

describe("what stands", () => {
  it("is counted in the templates", () => {
    const resources: Record<string, object[]> = {
      "AWS::KMS::Key": [{}],
      "AWS::SecretsManager::Secret": [{}, {}],
      "AWS::CloudWatch::Alarm": [
        { Namespace: "AWS/SQS", MetricName: "Visible" },
        { Namespace: "Kolo", MetricName: "Opened", Dimensions: [{ Name: "service", Value: "kolo" }] },
      ],
      "AWS::CloudWatch::Dashboard": [
        {
          DashboardBody: JSON.stringify({
            widgets: [
              { properties: { markdown: "# Kolo" } },
              {
                properties: {
                  metrics: [
                    ["Kolo", "Opened", "service", "kolo", { label: "opened" }],
                    ["Kolo", "Sent"],
                  ],
                },
              },
            ],
          }),
        },
      ],
      "AWS::Lambda::EventSourceMapping": [
        { EventSourceArn: "arn:aws:sqs:us-east-1:0:one" },
        { EventSourceArn: "arn:aws:dynamodb:us-east-1:0:table/t/stream/1" },
      ],
      "AWS::Lambda::Function": [{}, { TracingConfig: { Mode: "Active" } }],
      "AWS::Scheduler::Schedule": [{ ScheduleExpression: "rate(1 hour)" }, { ScheduleExpression: "rate(1 day)" }],
    };
    const topology = {
      region: "us-east-1",
      account: "0",
      byArn: () => undefined,
      all: (type: string) =>
        (resources[type] ?? []).map((properties) => ({
          ...{ stack: "s", logicalId: "l", type, ref: "r", arn: "a" },
          properties: properties as Record<string, unknown>,
        })),
    };
    expect(standingOf(topology)).toEqual({
      keys: 1,
      secrets: 2,
      alarms: 2,
      dashboards: 1,
      customMetrics: 2,
      polledQueues: 1,
      traced: true,
      ticks: 730 + 730 / 24,
    });
  });
});

describe("what was spent", () => {
  const written = (pk: string, caller: string, writeUnits: number, gsi1 = 0): Spending => ({
    table: "table",
    caller,
    readUnits: 0,
    writeUnits,
    indexWriteUnits: gsi1 > 0 ? { gsi1 } : {},
    item: { key: { pk: { S: pk }, sk: { S: "event#2026-11-20" } }, bytes: 500 },
  });
  const read: Spending = { table: "table", caller: "role-a", readUnits: 1.5, writeUnits: 0, indexWriteUnits: {} };
  const spendings = [written("order#ord_1", "role-a", 4, 2), written("order#ord_2", "role-b", 2, 1), read];

  it("is told by function and life", () => {
    const did = { invocations: 4, errors: 0, durationMs: 100, gbSeconds: 0.5, logBytes: 10, platformLogBytes: 30 };
    const stats = { physical: { ...did, coldStarts: 0, initMs: 0, timeouts: 0, logLines: 0 } };
    const one = { name: "place", kind: "api" as const, physicalName: "physical", environment: {}, root: undefined };
    const functions = [
      { ...one, roleArn: "role-a" },
      { ...one, physicalName: "idle", roleArn: "role-b" },
    ];
    const [row, ...others] = functionRows({ functions, stats, spendings, lives: 2 });
    expect(others).toEqual([]);
    expect(row).toMatchObject({ invocations: 2, ms: 50, gbSeconds: 0.25, logBytes: 20 });
    expect(row).toMatchObject({ writeUnits: 2, indexWriteUnits: 1, readUnits: 0.75 });
  });

  it("is told by the kind of item", () => {
    const [row, ...others] = itemRows(spendings, 2);
    expect(others).toEqual([]);
    expect(row).toEqual({ kind: "order event", writes: 1, bytes: 500, writeUnits: 3, indexWriteUnits: { gsi1: 1.5 } });
    expect(row && totalUnits(row)).toBe(4.5);
  });
});

describe("the bare transactions", () => {
  it("are those of the real code: one for each order, state, card, history, content and two identities", async () => {
    const [command, ...others] = await transactionsOf([7], "bare");
    expect(others).toEqual([]);
    const puts = (command?.input.TransactItems ?? []).map(({ Put }) => Put);
    expect(puts.every((put) => put?.TableName === "bare")).toBe(true);
    expect(puts.map((put) => `${put?.Item?.pk?.S?.split("#")[0]} ${put?.Item?.sk?.S?.split("#")[0]}`).sort()).toEqual([
      "customer state",
      "identity owner",
      "identity owner",
      "order content",
      "order event",
      "order state",
    ]);
  });
});

describe("the aims of bundles", () => {
  const client = { name: "client", bytes: 180_000, importMs: 40, quickestMs: 38, ofClient: 1 };
  const row = (name: string, importMs: number) => ({ ...client, name, kind: "api" as const, importMs, ofClient: 2 });

  it("are in milliseconds, whatever the libraries take, and name them beside the slowest", () => {
    const libraries = { ...client, name: "libraries", importMs: 55 };
    const alone = "the libraries alone 55, the DynamoDB client alone 40";
    const [, met] = bundleAims({ rows: [row("one", 60)], client, libraries });
    expect(met).toMatchObject({ met: true, is: `60 ms (${alone})` });
    const [, missed] = bundleAims({ rows: [row("one", 60), row("two", 61)], client, libraries });
    expect(missed).toMatchObject({ what: "slowest import (two)", met: false });
    expect(missed?.is).toBe(`61 ms (${alone}); 1 of 2 above`);
  });
});

describe("the bench's text", () => {
  it("takes percentiles by the nearest rank", () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(percentile([1, 2, 3, 4], 50)).toBe(2);
    expect(percentile([4, 3, 2, 1], 99)).toBe(4);
    expect(percentile([], 50)).toBeNaN();
  });

  it("puts names to the left and numbers to the right", () => {
    expect(tableText(["what", "n"], [["a", 1_000]]).split("\n")).toEqual([
      "  what     n",
      "  ----------",
      "  a     1000",
    ]);
  });
});
