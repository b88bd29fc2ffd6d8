import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { list, SHARDS } from "../../functions/table/keys.ts";
import { awsPlace } from "../../infra/cli/operator/aws-place.ts";
import { checks } from "../../infra/cli/operator/checks/index.ts";
import { recovery } from "../../infra/cli/operator/checks/keeping.ts";
import { mail } from "../../infra/cli/operator/checks/mail.ts";
import { alarms, concurrency, sources } from "../../infra/cli/operator/checks/running.ts";
import { LISTS, quarantine } from "../../infra/cli/operator/checks/waiting.ts";
import { onceMore } from "../../infra/cli/operator/dead-letters.ts";
import { doctor } from "../../infra/cli/operator/doctor.ts";
import { inboxesOf, type Place } from "../../infra/cli/operator/place.ts";
import { isClean, sentenceOf } from "../../infra/cli/operator/reconcile.ts";

let server: Server | undefined;
afterEach(() => void server?.close());

/** CBOR of what the answers here are made of; numbers by the name of an instant are one. */
function cbor(value: unknown, name = ""): number[] {
  const head = (major: number, length: number) => [(major << 5) | 25, length >> 8, length & 255];
  if (typeof value === "string") return [...head(3, Buffer.byteLength(value)), ...Buffer.from(value)];
  if (Array.isArray(value)) return [...head(4, value.length), ...value.flatMap((one) => cbor(one))];
  if (typeof value === "number") {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    return [...(name === "Timestamp" ? [0xc1] : []), 0xfb, ...bytes];
  }
  const entries = Object.entries(value as object);
  return [...head(5, entries.length), ...entries.flatMap(([key, one]) => [...cbor(key), ...cbor(one, key)])];
}

/** An account of AWS that answers as told, by what a request asks for. */
async function account(answers: Record<string, object | string>): Promise<Place> {
  const asked = ({ url = "", headers }: IncomingMessage, body: string) =>
    Object.entries(answers).find(([key]) => `${url} ${headers["x-amz-target"]} ${body}`.includes(key))?.[1];
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      const answer = asked(request, body);
      const speaksCbor = request.headers["smithy-protocol"] === "rpc-v2-cbor";
      response.writeHead(answer === undefined ? 403 : 200, {
        "x-amzn-errortype": "AccessDeniedException",
        ...(speaksCbor && { "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor" }),
      });
      if (speaksCbor) response.end(Buffer.from(cbor(answer ?? {})));
      else response.end(typeof answer === "string" ? answer : JSON.stringify(answer ?? { message: "no" }));
    });
  });
  await new Promise<void>((done) => server?.listen(0, "127.0.0.1", done));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...{ title: "The shop", isLocal: false, stage: "prod", url: endpoint },
    access: { region: "eu-central-1", endpoint, credentials: { accessKeyId: "a", secretAccessKey: "b" } },
    resources: [
      { logicalId: "MailIdentity4EC7C521", type: "AWS::SES::EmailIdentity", id: "kvitka.example" },
      { logicalId: "FinanceAlertsB3F06478", type: "AWS::SNS::Topic", id: "arn:aws:sns:eu:1:finance-alerts" },
      { logicalId: "PublisherSource9551F634", type: "AWS::Lambda::EventSourceMapping", id: "u" },
      { logicalId: "DataTableFDBAD0F2", type: "AWS::DynamoDB::Table", id: "kolo-table" },
    ],
    now: async () => new Date("2026-11-20T10:00:00Z"),
    token: async () => "token",
  };
}

const subscribed = (arn: string) =>
  `<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions><member><SubscriptionArn>${arn}` +
  "</SubscriptionArn></member></Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>";

const healthy = {
  "/v2/email/identities/": { VerifiedForSendingStatus: true },
  "/v2/email/account": { ProductionAccessEnabled: true, SendingEnabled: true, EnforcementStatus: "HEALTHY" },
  ListSubscriptionsByTopic: subscribed("arn:aws:sns:eu:1:finance-alerts:1"),
};

const stack = (name: string) =>
  `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>${name}</StackName><Outputs><member>` +
  "<OutputKey>ApiUrl</OutputKey><OutputValue>https://api.example.com/</OutputValue></member></Outputs></member>" +
  "</Stacks></DescribeStacksResult></DescribeStacksResponse>";
const resource = (id: string, type: string, name: string) =>
  `<member><LogicalResourceId>${id}</LogicalResourceId><ResourceType>${type}</ResourceType>` +
  `<PhysicalResourceId>${name}</PhysicalResourceId></member>`;
const resources = (...members: string[]) =>
  "<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries>" +
  `${members.join("")}</StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>`;

describe("a deployed Kolo", () => {
  const queues = [
    resource("SendMessageInboxQueueA9FCC18C", "AWS::SQS::Queue", "https://sqs/q"),
    resource("SendMessageInboxDeadLettersE2527527", "AWS::SQS::Queue", "https://sqs/d"),
  ];

  /** The account that the environment names. */
  async function inEnvironment<T>(answers: Record<string, string>, work: () => Promise<T>): Promise<T> {
    const { access } = await account(answers);
    vi.stubEnv("AWS_ENDPOINT_URL", access.endpoint);
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) vi.stubEnv(name, "a");
    vi.stubEnv("AWS_REGION", "eu-central-1");
    vi.stubEnv("KOLO_TOKEN", "");
    return work().finally(() => vi.unstubAllEnvs());
  }

  it("is found by its stacks: its address, its resources, its queues", async () => {
    const answers = { "Action=DescribeStacks": stack("kolo-prod"), "Action=ListStackResources": resources(...queues) };
    const place = await inEnvironment(answers, () => awsPlace("prod"));
    expect(place).toMatchObject({ stage: "prod", isLocal: false, url: "https://api.example.com" });
    expect(inboxesOf(place)).toEqual([
      { name: "send-message", queueUrl: "https://sqs/q", deadLettersUrl: "https://sqs/d" },
    ]);
    await expect(place.token()).rejects.toThrow("KOLO_TOKEN");
  });

  it("that is not there, or nobody says where, is one sentence", async () => {
    const none = "<DescribeStacksResponse><DescribeStacksResult></DescribeStacksResult></DescribeStacksResponse>";
    const gone = inEnvironment({ "Action=DescribeStacks": none }, () => awsPlace("prod"));
    await expect(gone).rejects.toThrow("There is no stack kolo-prod-data in eu-central-1");
    vi.stubEnv("AWS_REGION", undefined);
    vi.stubEnv("AWS_DEFAULT_REGION", undefined);
    await expect(awsPlace("prod")).rejects.toThrow("Say in which region");
    vi.unstubAllEnvs();
  });
});

const said = (findings: readonly { state: string; says: string }[]) =>
  findings.map(({ state, says }) => `${state}: ${says}`).join("\n");

describe("the doctor's check of mail", () => {
  it("is content with a verified domain, a way out of the sandbox and a confirmed subscription", async () => {
    const findings = await mail.look(await account(healthy));
    expect(findings.map(({ state }) => state)).toEqual(["ok", "ok", "ok"]);
  });

  it("says what people have yet to do, each with the page that says how", async () => {
    const place = await account({
      "/v2/email/identities/": { VerifiedForSendingStatus: false, DkimAttributes: { Tokens: ["a", "b", "c"] } },
      "/v2/email/account": { ProductionAccessEnabled: false, SendingEnabled: true },
      ListSubscriptionsByTopic: subscribed("PendingConfirmation"),
    });
    const findings = await mail.look(place);
    expect(findings.every((one) => one.state === "missing" && one.page === "mail.md")).toBe(true);
    expect(said(findings)).toContain("put the 3 CNAME records of SES into its DNS");
    expect(said(findings)).toContain("ask for production access");
    expect(said(findings)).toContain("Finance is told nothing");
  });

  it("says that SES has stopped the account", async () => {
    const stopped = { ProductionAccessEnabled: true, SendingEnabled: false, EnforcementStatus: "SHUTDOWN" };
    const findings = await mail.look(await account({ ...healthy, "/v2/email/account": stopped }));
    expect(said(findings)).toMatch(/wrong: SES has paused sending(.|\n)*wrong: SES has this account under SHUTDOWN/);
  });
});

describe("the doctor's check of concurrency", () => {
  const limit = (ConcurrentExecutions: number, UnreservedConcurrentExecutions: number) =>
    account({ "account-settings": { AccountLimit: { ConcurrentExecutions, UnreservedConcurrentExecutions } } });

  it("is content with a thousand runs at once", async () => {
    expect(said(await concurrency.look(await limit(1_000, 900)))).toMatch(/^ok/);
  });

  it("says that a new account has ten, and that reservations leave too little", async () => {
    expect(said(await concurrency.look(await limit(10, 10)))).toMatch(/^missing: Only 10 functions/);
    expect(said(await concurrency.look(await limit(1_000, 20)))).toMatch(/^wrong: Reserved concurrency leaves only 20/);
  });
});

describe("the doctor's check of sources", () => {
  const age = (milliseconds: number) => ({ Datapoints: [{ Timestamp: 1_790_000_000, Maximum: milliseconds }] });
  const state = (State: string, milliseconds = 0) =>
    account({ "/event-source-mappings/": { UUID: "u", State }, GetMetricStatistics: age(milliseconds) });

  it("is content when all are on and the readers are close behind", async () => {
    expect(said(await sources.look(await state("Enabled", 800)))).toBe(
      "ok: Sources: all 1 are on.\nok: Sources: publisher is 1 s behind the table's stream.\n" +
        "ok: Sources: projector is 1 s behind the table's stream.",
    );
  });

  it("names what is switched off, and a reader that is far behind", async () => {
    expect(said(await sources.look(await state("Disabled")))).toContain("wrong: Nothing is handed to publisher");
    const behind = await sources.look(await state("Enabled", 7 * 60_000));
    expect(said(behind)).toContain(
      "wrong: The publisher is 7 minutes behind the table's stream: events wait unpublished.",
    );
    expect(behind).toContainEqual(expect.objectContaining({ page: "projector-behind.md" }));
  });
});

describe("the doctor's check of alarms", () => {
  const firing = (...names: string[]) =>
    account({ DescribeAlarms: { MetricAlarms: names.map((AlarmName) => ({ AlarmName })) } });

  it("names each that is going off, with its page", async () => {
    const stack = "kolo-prod-operations";
    const names = [`${stack}-SendMessageDeadLettersAACE51F1-1AbC2dEf`, `${stack}-ApiFailsA6383278-9xYz`];
    expect(await alarms.look(await firing(...names))).toEqual([
      { state: "wrong", says: "The alarm SendMessageDeadLetters is going off.", page: "dead-letters.md" },
      { state: "wrong", says: "The alarm ApiFails is going off.", page: "api-fails.md" },
    ]);
    expect(said(await alarms.look(await firing()))).toBe("ok: Alarms: none is going off.");
  });
});

describe("the doctor's check of recovery", () => {
  const backups = (PointInTimeRecoveryStatus: string) =>
    account({
      DescribeContinuousBackups: {
        ContinuousBackupsDescription: { PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus } },
      },
    });

  it("says whether the table can be restored", async () => {
    expect(said(await recovery.look(await backups("ENABLED")))).toMatch(/^ok/);
    expect(said(await recovery.look(await backups("DISABLED")))).toMatch(/^wrong: .* point-in-time recovery is off/);
  });
});

describe("the doctor's check of quarantine", () => {
  const holding = (unusable: number, forPeople: number) =>
    account({ ":kept AND NOT f.reason": { Count: unusable }, ":kept AND f.reason": { Count: forPeople } });

  it("is content where nothing is kept", async () => {
    expect(said(await quarantine.look(await holding(0, 0)))).toBe("ok: Quarantine: nothing waits.");
  });

  it("calls what could not be used wrong, and notes what a person answers", async () => {
    expect(said(await quarantine.look(await holding(1, 2)))).toBe(
      "wrong: 1 delivery could not be used: fix, then `npm run kolo -- replay`, or dismiss what cannot be saved.\n" +
        "note: 2 privacy requests are kept, for a person to answer and dismiss.",
    );
    expect(said(await quarantine.look(await holding(0, 1)))).toMatch(/^note: 1 privacy request is kept/);
  });
});

describe("the doctor", () => {
  it("goes on when it may not look, says so, and is not content", async () => {
    const lines: string[] = [];
    const screen = { say: (line: string) => void lines.push(line), bar: () => ({ to() {}, end() {} }) };
    expect(await doctor(await account({}), screen)).toBe(false);
    for (const { name } of checks.filter((check) => check === mail || check === concurrency))
      expect(lines.join("\n")).toMatch(new RegExp(`WRONG +The check of ${name} could not look: AccessDenied`));
  });

  it("counts the lists that the table has", () => {
    expect(LISTS.due).toEqual(Array.from({ length: SHARDS }, (_, shard) => list.due(shard)));
    expect(LISTS.quarantine).toBe(list.quarantine);
  });
});

describe("a dead letter that is moved back", () => {
  const ERROR_CODE = { DataType: "String", StringValue: "NO_PERMISSIONS" };
  const event = { "detail-type": "order.placed", detail: { eventId: "ord_1-1-0" } };

  it("is what it was", () => {
    const MessageAttributes = { kind: { DataType: "String", StringValue: "x" } };
    expect(onceMore("send-message", { Body: "{}", MessageAttributes })).toEqual([
      { MessageBody: "{}", MessageAttributes },
    ]);
  });

  it("that the bus put aside loses the reason, and enters the journeys that its event starts", () => {
    const letter = { Body: JSON.stringify(event), MessageAttributes: { ERROR_CODE } };
    expect(onceMore("send-message", letter)).toEqual([{ MessageBody: letter.Body }]);
    const entry = { journeyId: "jrn_unpaid-reminder", event: event.detail };
    expect(onceMore("enter-journey", letter)).toEqual([{ MessageBody: JSON.stringify(entry) }]);
  });
});

describe("a reconciliation", () => {
  const counts = { passes: 2, agreeing: 9, differing: 0, repaired: 0, lost: 0, undecided: 0 };
  const ended = (status: string, found: object = {}) => ({
    ...{ arn: "a", status, startedAt: new Date(0) },
    counts: { ...counts, ...found },
  });

  it("is clean when it was whole and found nothing", () => {
    expect(isClean(ended("SUCCEEDED"))).toBe(true);
    expect(isClean(ended("SUCCEEDED", { lost: 1 }))).toBe(false);
    expect(isClean(ended("SUCCEEDED", { undecided: 1 }))).toBe(false);
    expect(isClean(ended("FAILED"))).toBe(false);
  });

  it("says in a sentence what it found", () => {
    const said = sentenceOf(ended("SUCCEEDED", { differing: 2, lost: 1 }));
    expect(said).toContain("9 metric items agreed with their ledgers, 2 differed and were put right");
    expect(said).toContain("1 source had not been counted and is now.");
    expect(sentenceOf(ended("TIMED_OUT"))).toContain("reconcile-metrics-ends.md");
  });
});
