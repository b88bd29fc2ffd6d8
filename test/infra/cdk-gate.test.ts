import { describe, expect, it } from "vitest";
import { checkRoles } from "../../infra/constructs/route-groups.ts";
import { localSettings, parseSettings } from "../../infra/settings.ts";
import { routes } from "../../infra/wiring.ts";
import { logicalName, readable, type TemplateResource, templates } from "../support/templates.ts";

interface Statement {
  Sid?: string;
  Effect: string;
  Action: string | string[];
  Principal?: { Service?: string | string[] };
  Condition?: Record<string, Record<string, unknown>>;
}

const cloud = templates();
const prod = templates(
  parseSettings({ ...localSettings(), stage: "prod", corsOrigins: ["https://shop.example.com"], throttleRate: 50 }),
);
const properties = (type: string, from = cloud) => from.of(type).map((resource) => resource.properties);
const only = (type: string, from = cloud) => {
  const [one, ...more] = properties(type, from);
  if (one === undefined || more.length > 0) throw new Error(`Expected one ${type}.`);
  return one;
};

/** Who may be served without a token: the API reference, the sign of life, and deliveries that are signed. */
const PUBLIC = [
  "GET /docs",
  "GET /docs/{asset}",
  "GET /health",
  "GET /openapi.json",
  "GET /v1/hooks/{hookId}",
  "POST /v1/hooks/{hookId}",
];

describe("the API", () => {
  it("serves the routes of the wiring and nothing else: no default route and no method of any name", () => {
    const served = properties("AWS::ApiGatewayV2::Route").map(({ RouteKey }) => RouteKey as string);
    expect(served.sort()).toEqual(routes.map(({ on }) => on).sort());
    expect(served.filter((key) => !/^(GET|POST|PUT|PATCH|DELETE) \/[^+]*$/.test(key))).toEqual([]);
  });

  it("asks every route for its roles, but for a list that is short", () => {
    const open = routes.filter((route) => checkRoles(route) === "public").map(({ on }) => on);
    expect(open.sort()).toEqual(PUBLIC);
  });

  it("throttles as the settings say, and deliveries in a lane of their own", () => {
    const { DefaultRouteSettings, RouteSettings } = only("AWS::ApiGatewayV2::Stage");
    expect(DefaultRouteSettings).toEqual({ ThrottlingBurstLimit: 400, ThrottlingRateLimit: 200 });
    const lane = { ThrottlingBurstLimit: 1_000, ThrottlingRateLimit: 200 };
    expect(RouteSettings).toEqual({ "POST /v1/hooks/{hookId}": lane, "GET /v1/hooks/{hookId}": lane });
    const busy = only("AWS::ApiGatewayV2::Stage", prod);
    expect(busy.DefaultRouteSettings.ThrottlingRateLimit).toBe(50);
    expect(busy.RouteSettings["POST /v1/hooks/{hookId}"].ThrottlingRateLimit).toBe(200);
  });

  it("counts every caller: each function behind a route that asks who calls knows the limits", () => {
    const asking = properties("AWS::Lambda::Function").filter(({ Environment }) => Environment.Variables.JWT_ISSUER);
    const limits = asking.map(({ Environment: { Variables } }) => [
      Variables.READS_PER_SECOND,
      Variables.WRITES_PER_SECOND,
    ]);
    expect(limits.length).toBeGreaterThan(10);
    expect(limits.filter(([reads, writes]) => reads !== "100" || writes !== "100")).toEqual([]);
  });

  it("logs every access, and neither paths nor queries nor addresses nor headers", () => {
    const { AccessLogSettings } = only("AWS::ApiGatewayV2::Stage");
    expect(readable(AccessLogSettings.DestinationArn)).toBe("ApiAccessLog");
    const variables = [...AccessLogSettings.Format.matchAll(/\$context\.([\w.]+)/g)].map(([, name]) => name).sort();
    expect(variables).toEqual([
      "error.responseType",
      "integrationLatency",
      "requestId",
      "requestTime",
      "responseLatency",
      "responseLength",
      "routeKey",
      "status",
    ]);
  });

  it("opens itself to no browser, or to the origins of the settings by name", () => {
    expect(only("AWS::ApiGatewayV2::Api").CorsConfiguration).toBeUndefined();
    const cors = only("AWS::ApiGatewayV2::Api", prod).CorsConfiguration;
    expect(cors.AllowOrigins).toEqual(["https://shop.example.com"]);
    expect(cors.AllowHeaders).toEqual(["authorization", "content-type", "idempotency-key", "if-match"]);
    expect(cors).not.toHaveProperty("AllowCredentials");
    expect(() => parseSettings({ ...localSettings(), corsOrigins: ["*"] })).toThrow("corsOrigins");
  });

  it("reaches each function by its own name only", () => {
    const invoked = properties("AWS::Lambda::Permission");
    expect(invoked.every(({ Principal, SourceArn }) => Principal === "apigateway.amazonaws.com" && SourceArn)).toBe(
      true,
    );
    expect(properties("AWS::Lambda::Url")).toEqual([]);
  });
});

describe("everything at rest", () => {
  const ours = (value: unknown) => readable(value) === "Key";

  it.each([
    ["AWS::DynamoDB::Table", ({ SSESpecification }: TemplateResource["properties"]) => SSESpecification.KMSMasterKeyId],
    ["AWS::SQS::Queue", ({ KmsMasterKeyId }: TemplateResource["properties"]) => KmsMasterKeyId],
    ["AWS::SNS::Topic", ({ KmsMasterKeyId }: TemplateResource["properties"]) => KmsMasterKeyId],
    ["AWS::Logs::LogGroup", ({ KmsKeyId }: TemplateResource["properties"]) => KmsKeyId],
    ["AWS::SecretsManager::Secret", ({ KmsKeyId }: TemplateResource["properties"]) => KmsKeyId],
    [
      "AWS::S3::Bucket",
      ({ BucketEncryption }: TemplateResource["properties"]) =>
        BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.KMSMasterKeyID,
    ],
  ])("of type %s is encrypted by our key", (type, keyOf) => {
    const found = properties(type);
    expect(found.length).toBeGreaterThan(0);
    expect(found.map(keyOf).filter((key) => !ours(key))).toEqual([]);
  });

  it("has one key, which turns every year", () => {
    expect(only("AWS::KMS::Key").EnableKeyRotation).toBe(true);
  });

  it("is asked for by a queue once an hour at most", () => {
    const reused = properties("AWS::SQS::Queue").map(
      ({ KmsDataKeyReusePeriodSeconds }) => KmsDataKeyReusePeriodSeconds,
    );
    expect(new Set(reused)).toEqual(new Set([3_600]));
  });
});

describe("the key", () => {
  const statements = only("AWS::KMS::Key").KeyPolicy.Statement as Statement[];

  it("is used by five services of AWS, each for its own purpose", () => {
    const services = statements.flatMap(({ Sid, Principal, Condition }) =>
      Principal?.Service === undefined ? [] : [[Sid, Principal.Service, Object.keys(Condition ?? {})]],
    );
    expect(services).toEqual([
      ["PublishToTopics", ["cloudwatch.amazonaws.com", "ses.amazonaws.com"], ["StringEquals"]],
      ["TopicsToQueues", "sns.amazonaws.com", ["ArnLike"]],
      ["RulesToQueues", "events.amazonaws.com", []],
      ["WriteLogs", "logs.eu-central-1.amazonaws.com", ["ArnLike"]],
    ]);
  });

  it("lets nobody else than the account's own policies decide", () => {
    const others = statements.filter(({ Principal }) => Principal?.Service === undefined);
    expect(others.map(({ Principal }) => readable((Principal as { AWS: unknown }).AWS))).toEqual(
      others.map(() => expect.stringMatching(/^arn:.+:iam::000000000000:root$/)),
    );
  });
});

describe("everything on the way", () => {
  it.each([
    ["AWS::S3::Bucket", "AWS::S3::BucketPolicy"],
    ["AWS::SQS::Queue", "AWS::SQS::QueuePolicy"],
    ["AWS::SNS::Topic", "AWS::SNS::TopicPolicy"],
  ])("of type %s refuses plain text", (type, policy) => {
    const refusing = properties(policy).filter(({ PolicyDocument }) =>
      (PolicyDocument.Statement as Statement[]).some(
        ({ Effect, Condition }) =>
          Effect === "Deny" && JSON.stringify(Condition).includes('"aws:SecureTransport":"false"'),
      ),
    );
    expect(refusing.length).toBe(cloud.of(type).length);
  });

  it("enters a queue or a topic only from what is named", () => {
    const policies = [...properties("AWS::SQS::QueuePolicy"), ...properties("AWS::SNS::TopicPolicy")];
    const allowed = policies.flatMap(({ PolicyDocument }) =>
      (PolicyDocument.Statement as Statement[]).filter(({ Effect }) => Effect === "Allow"),
    );
    expect(allowed.length).toBeGreaterThan(0);
    const unbound = allowed.filter(
      ({ Condition }) => !/"aws:Source(Arn|Account)"/i.test(JSON.stringify(Condition ?? {})),
    );
    expect(unbound).toEqual([]);
  });
});

describe("a state machine", () => {
  it("never logs what it is given", () => {
    const logging = properties("AWS::StepFunctions::StateMachine").map(
      ({ LoggingConfiguration }) => LoggingConfiguration,
    );
    const loud = logging.filter((one) => one !== undefined && one.IncludeExecutionData !== false);
    expect(logging.length).toBeGreaterThan(0);
    expect(loud).toEqual([]);
  });
});

describe("a log group", () => {
  it("forgets, and belongs to one function, the API or the journeys", () => {
    const groups = cloud.of("AWS::Logs::LogGroup");
    expect(groups.filter(({ properties: { RetentionInDays } }) => RetentionInDays !== 30)).toEqual([]);
    const used = properties("AWS::Lambda::Function").map(({ LoggingConfig }) => readable(LoggingConfig.LogGroup));
    const names = groups.map(({ id }) => logicalName(id));
    expect(names.sort()).toEqual([...used, "ApiAccessLog", "JourneyLogs"].sort());
  });
});
