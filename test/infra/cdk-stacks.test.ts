import { describe, expect, it } from "vitest";
import { localSettings, parseSettings } from "../../infra/settings.ts";
import { consumers, journeys, schedules, streams } from "../../infra/wiring.ts";
import { textFiles } from "../support/sources.ts";
import { logicalName, readable, type TemplateResource, templates } from "../support/templates.ts";

const RESOURCES_MAX = 400;

const cloud = templates();
const prod = templates(
  parseSettings({
    ...localSettings(),
    stage: "prod",
    data: "keep",
    promoCode: undefined,
  }),
);
const one = (type: string, from = cloud): TemplateResource => {
  const found = from.of(type);
  if (found.length !== 1 || found[0] === undefined) throw new Error(`Expected one ${type}, found ${found.length}.`);
  return found[0];
};
const properties = (type: string) => cloud.of(type).map((resource) => resource.properties);

describe("a stack", () => {
  it.each(cloud.stacks.map(({ name, resources }) => [name, resources.length]))(
    "%s stays far from CloudFormation's 500 resources",
    (_, count) => expect(count).toBeLessThanOrEqual(RESOURCES_MAX),
  );

  it("runs no code of its own while it is deployed", () => {
    const types = cloud.stacks.flatMap(({ resources }) => resources.map(({ type }) => type));
    expect(types.filter((type) => /^Custom::|CustomResource/.test(type))).toEqual([]);
  });

  it("is the same for every synthesis", () => expect(templates().stacks).toEqual(cloud.stacks));
});

describe("the table", () => {
  it("is on demand, recoverable, encrypted by our key, streamed and expiring", () => {
    expect(one("AWS::DynamoDB::Table").properties).toMatchObject({
      BillingMode: "PAY_PER_REQUEST",
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: "KMS", KMSMasterKeyId: expect.anything() },
      StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" },
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
    });
  });

  it("has four sparse indexes", () => {
    const indexes = one("AWS::DynamoDB::Table").properties.GlobalSecondaryIndexes as Record<string, unknown>[];
    expect(indexes.map(({ IndexName, Projection }) => [IndexName, Projection])).toEqual([
      ["gsi1", { ProjectionType: "ALL" }],
      ["gsi2", { ProjectionType: "INCLUDE", NonKeyAttributes: ["f"] }],
      ["gsi3", { ProjectionType: "INCLUDE", NonKeyAttributes: ["f"] }],
      ["gsi4", { ProjectionType: "KEYS_ONLY" }],
    ]);
  });

  it("cannot be deleted by accident outside of emulators", () => {
    expect(one("AWS::DynamoDB::Table", prod).properties.DeletionProtectionEnabled).toBe(true);
    expect(one("AWS::Cognito::UserPool", prod).properties.DeletionProtection).toBe("ACTIVE");
  });
});

describe("the staff", () => {
  it("begin with one owner, unless another identity provider knows them", () => {
    expect(one("AWS::Cognito::UserPoolUser").properties.Username).toBe("owner@kolo.example");
    const elsewhere = templates(localSettings({ jwtIssuer: "https://id.shop.example", jwtAudience: "kolo" }));
    expect(elsewhere.of("AWS::Cognito::UserPoolUser")).toEqual([]);
    const audiences = elsewhere.of("AWS::Lambda::Function").map(({ properties }) => properties.Environment.Variables);
    const checked = audiences.filter(({ JWT_ISSUER }) => JWT_ISSUER);
    expect(checked.length).toBeGreaterThan(0);
    expect(new Set(checked.map(({ JWT_ISSUER, JWT_AUDIENCE }) => `${JWT_ISSUER} ${JWT_AUDIENCE}`))).toEqual(
      new Set(["https://id.shop.example kolo"]),
    );
  });
});

describe("a function", () => {
  it("is a Node.js 24 bundle on arm64 with a log group that forgets", () => {
    const kept = new Map(cloud.of("AWS::Logs::LogGroup").map((group) => [logicalName(group.id), group.properties]));
    for (const { Architectures, Handler, LoggingConfig, Runtime } of properties("AWS::Lambda::Function")) {
      expect([Architectures, Handler, Runtime]).toEqual([["arm64"], "index.handler", "nodejs24.x"]);
      expect(kept.get(readable(LoggingConfig.LogGroup))?.RetentionInDays).toBe(30);
    }
  });

  it.each(["INFO", "DEBUG"] as const)("logs what is %s: Lambda itself drops what is less", (logLevel) => {
    const levels = templates(localSettings({ logLevel })).of("AWS::Lambda::Function");
    const said = levels.map(({ properties: { Environment, LoggingConfig } }) => {
      return [LoggingConfig.ApplicationLogLevel, Environment.Variables.POWERTOOLS_LOG_LEVEL];
    });
    expect(new Set(said.flat())).toEqual(new Set([logLevel]));
  });
});

describe("the sender of mail", () => {
  const environmentOf = (id: string, from = cloud): Record<string, unknown> => {
    const made = from.of("AWS::Lambda::Function").find((one) => logicalName(one.id) === id);
    return made?.properties.Environment.Variables;
  };

  it("shares what SES allows the account among the batches that may run at once", () =>
    expect(environmentOf("SendMessageConsumerFunction").MAIL_PER_SECOND).toBe("7"));

  it("knows the addresses of tests, and so does who explains why a message did not go", () => {
    const listed = templates(localSettings({ mailTestAddresses: ["a@shop.example", "b@shop.example"] }));
    const knowing = listed
      .of("AWS::Lambda::Function")
      .filter(({ properties: { Environment } }) => "MAIL_TEST_ADDRESSES" in Environment.Variables);
    expect(knowing.map(({ properties }) => properties.Environment.Variables.MAIL_TEST_ADDRESSES)).toEqual([
      "a@shop.example,b@shop.example",
      "a@shop.example,b@shop.example",
    ]);
    expect(environmentOf("SendMessageConsumerFunction")).not.toHaveProperty("MAIL_TEST_ADDRESSES");
  });

  it("shows a promo code only where the deployment has one", () => {
    expect(environmentOf("RunStretchFunction").PROMO_CODE).toBe("KOLO5");
    expect(environmentOf("RunStretchFunction", prod)).not.toHaveProperty("PROMO_CODE");
  });
});

describe("a consumer", () => {
  const queues = cloud.of("AWS::SQS::Queue").filter((queue) => queue.properties.RedrivePolicy);

  it("has a queue with dead letters of its own", () => {
    expect(queues.length).toBe(consumers.length);
    const letters = queues.map((queue) => readable(queue.properties.RedrivePolicy.deadLetterTargetArn));
    expect(new Set(letters).size).toBe(consumers.length);
    expect(queues.every((queue) => queue.properties.RedrivePolicy.maxReceiveCount === 5)).toBe(true);
  });

  it("hides a message for six times the function's timeout and reports failures one by one", () => {
    const functions = new Map(cloud.of("AWS::Lambda::Function").map((made) => [logicalName(made.id), made.properties]));
    const hidden = new Map(queues.map((queue) => [logicalName(queue.id), queue.properties.VisibilityTimeout]));
    const sources = cloud.of("AWS::Lambda::EventSourceMapping").filter((source) => source.properties.ScalingConfig);
    expect(sources.length).toBe(consumers.length);
    for (const { properties: source } of sources) {
      expect(source.FunctionResponseTypes).toEqual(["ReportBatchItemFailures"]);
      const { Timeout } = functions.get(readable(source.FunctionName)) ?? {};
      expect(hidden.get(readable(source.EventSourceArn))).toBe(6 * Timeout);
    }
  });

  it("is never fed by a replay, and what the bus cannot hand over becomes a dead letter", () => {
    const rules = properties("AWS::Events::Rule");
    expect(rules.length).toBe(consumers.filter(({ events }) => events).length + journeys.length);
    for (const { EventPattern, Targets } of rules) {
      expect(EventPattern).toMatchObject({ source: ["kolo"], "replay-name": [{ exists: false }] });
      expect(Targets).toEqual([
        expect.objectContaining({ DeadLetterConfig: expect.anything(), RetryPolicy: expect.anything() }),
      ]);
    }
  });
});

describe("the stream", () => {
  it("has two readers at most, each in sequence, with bounded retries and a place for what they give up", () => {
    const readers = properties("AWS::Lambda::EventSourceMapping").filter(({ StartingPosition }) => StartingPosition);
    expect(readers.length).toBe(streams.length);
    expect(readers.length).toBeLessThanOrEqual(2);
    for (const reader of readers) {
      expect(reader).toMatchObject({
        BisectBatchOnFunctionError: true,
        DestinationConfig: { OnFailure: { Destination: expect.anything() } },
        FunctionResponseTypes: ["ReportBatchItemFailures"],
        MaximumRetryAttempts: 10,
        ParallelizationFactor: 1,
        StartingPosition: "TRIM_HORIZON",
      });
    }
  });
});

describe("the clock", () => {
  it("ticks as the wiring says, with retries that end", () => {
    const ticks = properties("AWS::Scheduler::Schedule");
    expect(ticks.map(({ ScheduleExpression }) => ScheduleExpression)).toEqual(schedules.map(({ every }) => every));
    expect(ticks.every(({ Target }) => Target.RetryPolicy.MaximumRetryAttempts <= 3)).toBe(true);
  });
});

const machines = (type: "EXPRESS" | "STANDARD") =>
  properties("AWS::StepFunctions::StateMachine").filter(({ StateMachineType }) => StateMachineType === type);

describe("a tick that outlasts a function", () => {
  it("runs in rounds, each with the last one's answer, and ends after so many", () => {
    const long = schedules.filter(({ rounds }) => rounds !== undefined);
    expect(machines("STANDARD").length).toBe(long.length);
    const { States } = JSON.parse(readable(machines("STANDARD")[0].DefinitionString));
    expect(States.Run).toMatchObject({ InputPath: "$.answer", ResultPath: "$.answer", TimeoutSeconds: 905 });
    expect(States.Ask.Choices).toEqual([
      { Variable: "$.answer.done", BooleanEquals: true, Next: "Done" },
      { Variable: "$.round", NumericGreaterThanEquals: long[0]?.rounds, Next: "Unfinished" },
    ]);
  });
});

describe("the journeys' state machine", () => {
  it("is Express, logs its errors without data, and every task of it retries", () => {
    const [{ DefinitionString, LoggingConfiguration }] = machines("EXPRESS");
    expect(LoggingConfiguration).toMatchObject({ IncludeExecutionData: false, Level: "ERROR" });
    const { States } = JSON.parse(readable(DefinitionString)) as { States: Record<string, object> };
    const retries = { Retry: [expect.anything(), expect.anything()] };
    expect(States.Run).toMatchObject({ Type: "Task", TimeoutSeconds: 35, ...retries });
    expect(States.PutAside).toMatchObject({ Type: "Task", ...retries });
  });

  it("puts an entry of which every attempt failed among the dead letters, and fails", () => {
    const [{ DefinitionString }] = machines("EXPRESS");
    const { States } = JSON.parse(readable(DefinitionString)) as { States: Record<string, object> };
    expect(States.Run).toMatchObject({ Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: null, Next: "IsEntry" }] });
    const entry = { Variable: "$.journeyId", IsPresent: true, Next: "PutAside" };
    expect(States.IsEntry).toMatchObject({ Choices: [entry], Default: "Failed" });
    expect(States.PutAside).toMatchObject({ Parameters: { MessageBody: { "entry.$": "$" } }, Next: "Failed" });
    expect(States.Failed).toMatchObject({ Type: "Fail" });
  });
});

/** The names of everything that the code of a folder counts for operators. */
function countedIn(folder: string): string[] {
  const calls = textFiles(folder).flatMap(({ text }) => [...text.matchAll(/\.count\(\{([^}]+)\}\)/g)]);
  const names = calls.flatMap(([, counts = ""]) => [...counts.matchAll(/([A-Z]\w+):/g)].map(([, name = ""]) => name));
  return [...new Set(names)].sort();
}

describe("operations", () => {
  const alarms = properties("AWS::CloudWatch::Alarm");

  it("hear of every dead letter", () => {
    const watched = alarms.filter(({ MetricName }) => MetricName === "ApproximateNumberOfMessagesVisible");
    expect(watched.length).toBe(consumers.length);
    expect(watched.every(({ Threshold }) => Threshold === 0)).toBe(true);
  });

  it("hear of stuck readers, failures of the API, and of what people must look at", () => {
    const named = new Set(alarms.map(({ MetricName }) => MetricName as string));
    const wanted = ["IteratorAge", "5xx", "ExecutionsFailed", "Reputation.BounceRate", "Reputation.ComplaintRate"];
    expect(wanted.filter((name) => !named.has(name))).toEqual([]);
  });

  it("hear at once of deliveries that are not taken", () => {
    const lane = alarms.filter(({ Dimensions }) => /Webhooks/.test(JSON.stringify(Dimensions)));
    expect(lane.map(({ MetricName, Threshold }) => [MetricName, Threshold])).toEqual([
      ["Errors", 0],
      ["Throttles", 0],
    ]);
  });

  it("are mailed when a day costs more than the settings say", () => {
    const { Budget, NotificationsWithSubscribers } = one("AWS::Budgets::Budget").properties;
    expect(Budget).toMatchObject({ BudgetLimit: { Amount: 10, Unit: "USD" }, TimeUnit: "DAILY" });
    const [{ Subscribers }] = NotificationsWithSubscribers;
    expect(Subscribers).toEqual([{ Address: "owner@kolo.example", SubscriptionType: "EMAIL" }]);
  });

  it("hear of everything that functions count for them, and of nothing that nobody counts", () => {
    const business = alarms.filter(({ Namespace }) => Namespace === "Kolo").map(({ MetricName }) => MetricName);
    const silent = ["DeliveriesIgnored", "MetricsUndecided"];
    expect([...business, ...silent].sort()).toEqual(countedIn("functions"));
  });

  it("are told what to do by every alarm", () => {
    expect(alarms.every(({ AlarmActions, AlarmDescription }) => AlarmActions.length === 1 && AlarmDescription)).toBe(
      true,
    );
  });
});
