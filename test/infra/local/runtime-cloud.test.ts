import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { startCloud } from "../../../infra/local/cloud.ts";
import { scratch, synthesizeFixture } from "./runtime-fixture.ts";

let cloud: Cloud;
const lines: string[] = [];

beforeAll(async () => {
  const assembly = synthesizeFixture();
  cloud = await startCloud({ assembly, dataDir: scratch(), port: 0, inMemory: true, log: (line) => lines.push(line) });
}, 60_000);
afterAll(() => cloud?.stop());

const json = { "content-type": "application/json" };

async function ask(path: string, init: RequestInit = {}) {
  const response = await fetch(cloud.url + path, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parsed(text) };
}

const post = (path: string, body: unknown, headers: Record<string, string> = json) =>
  ask(path, { method: "POST", headers, body: typeof body === "string" ? body : JSON.stringify(body) });

const settle = () => post("/_local/settle", {});

function parsed(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What a function wrote to its log, line by line. */
async function seen(name: string): Promise<Record<string, unknown>[]> {
  const { body } = await ask(`/_local/logs?function=${name}`);
  return (body as string[]).map(parsed);
}

describe("the HTTP API", () => {
  it("hands a request over in payload format 2.0", async () => {
    const { body } = await post("/do/a%20b?x=1&x=2&y=%20z", '{"a":1}', {
      ...json,
      cookie: "k=1; l=2",
      "X-Many": "one",
    });
    expect(body.event).toMatchObject({
      version: "2.0",
      routeKey: "POST /do/{what}",
      rawPath: "/do/a b",
      rawQueryString: "x=1&x=2&y=%20z",
      queryStringParameters: { x: "1,2", y: " z" },
      pathParameters: { what: "a b" },
      cookies: ["k=1", "l=2"],
      body: '{"a":1}',
      isBase64Encoded: false,
      requestContext: { http: { method: "POST", path: "/do/a b", sourceIp: "127.0.0.1" }, stage: "$default" },
    });
    expect(body.event.headers).toMatchObject({
      "x-many": "one",
      "x-forwarded-proto": "http",
      "content-type": "application/json",
    });
    expect(body.event.headers).not.toHaveProperty("cookie");
  });

  it.each([
    ["text/plain", false],
    ["application/json; charset=utf-8", false],
    ["application/xml", false],
    ["application/x-www-form-urlencoded", true],
    ["application/problem+json", true],
    ["application/octet-stream", true],
  ])("hands over a body of %s in base64: %s", async (type, encoded) => {
    const { body } = await post("/do/echo", "{}", { "content-type": type });
    expect(body.event).toMatchObject({ isBase64Encoded: encoded, body: encoded ? "e30=" : "{}" });
  });

  it("matches the rest of a path and any method", async () => {
    const { body } = await ask("/files/a/b/c", { method: "PATCH" });
    expect(body.event).toMatchObject({ routeKey: "ANY /files/{path+}", pathParameters: { path: "a/b/c" } });
  });

  it("answers what it has no route for by itself", async () => {
    expect(await ask("/nowhere")).toMatchObject({ status: 404, body: { message: "Not Found" } });
    expect(await ask("/do/time", { method: "DELETE" })).toMatchObject({ status: 404 });
  });

  it("passes status, headers, cookies and bytes of an answer through", async () => {
    const response = await fetch(`${cloud.url}/do/binary`);
    expect(response.status).toBe(201);
    expect(response.headers.get("x-kind")).toBe("bytes");
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(new Uint8Array([0, 1, 2]));
  });

  it("refuses bodies over 10 MB", async () => {
    const answer = await post("/do/echo", "x".repeat(10 * 1_048_576 + 1), { "content-type": "text/plain" });
    expect(answer).toMatchObject({ status: 413, body: { message: "Request Entity Too Large" } });
  });

  it("refuses what Lambda takes no more than 6 MB of", async () => {
    const answer = await post("/do/echo", "x".repeat(7 * 1_048_576), { "content-type": "text/plain" });
    expect(answer.status).toBe(413);
  });

  it("answers preflights as the template says", async () => {
    const headers = { origin: "https://shop.example", "access-control-request-method": "POST" };
    const { status, headers: answered } = await ask("/do/echo", { method: "OPTIONS", headers });
    expect(status).toBe(204);
    expect(answered.get("access-control-allow-origin")).toBe("https://shop.example");
    expect(answered.get("access-control-allow-methods")).toBe("POST");
    const stranger = await ask("/do/echo", { headers: { origin: "https://other.example" } });
    expect(stranger.headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("a function", () => {
  it("runs with its own environment and nothing of ours", async () => {
    const { body } = await ask("/do/environment");
    const { env, name, left } = body;
    expect(name).toBe("server");
    expect(left).toBeGreaterThan(1_000);
    expect(left).toBeLessThanOrEqual(2_000);
    expect(env).toMatchObject({
      TABLE_NAME: "Fixture-TableCD117FA1",
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL: cloud.endpoint,
    });
    expect(env.JWT_ISSUER).toMatch(`${cloud.url}/_local/issuer/us-east-1_`);
    expect(env).not.toHaveProperty("HOME");
    expect(env).not.toHaveProperty("VITEST");
  });

  it("becomes the gateway's 500 when it throws, exits or answers too much", async () => {
    const failure = { status: 500, body: { message: "Internal Server Error" } };
    expect(await ask("/do/throw")).toMatchObject(failure);
    expect(await ask("/do/exit")).toMatchObject(failure);
    expect(await post("/do/large", { bytes: 6_300_000 })).toMatchObject(failure);
    expect((await ask("/do/time")).status).toBe(200);
  });

  it("loses its process when it takes too long", async () => {
    const before = (await ask("/_local/stats")).body.functions.server;
    expect((await post("/do/sleep", { ms: 10_000 })).status).toBe(500);
    const after = (await ask("/_local/stats")).body.functions.server;
    expect(after.timeouts - before.timeouts).toBe(1);
  });

  it("survives the death of its environment at the next call", async () => {
    await ask("/do/time");
    expect((await post("/_local/faults", { kill: "server" })).body.killed).toBeGreaterThan(0);
    expect((await ask("/do/time")).status).toBe(200);
  });

  it("is retried twice when it fails on its own time, then given up", async () => {
    const asked = { fail: true, id: "async" };
    await invokeAsync("worker", asked);
    await cloud.settle();
    await cloud.advance(10 * 60);
    const tries = (await seen("worker")).filter((line) => (line.asked as typeof asked | undefined)?.id === "async");
    expect(tries).toHaveLength(3);
  });
});

/** Calls a function asynchronously, as an operator with an SDK would. */
function invokeAsync(name: string, payload: unknown): Promise<Response> {
  return fetch(`${cloud.endpoint}/2015-03-31/functions/${name}/invocations`, {
    method: "POST",
    headers: { authorization: authorization("lambda"), "x-amz-invocation-type": "Event" },
    body: JSON.stringify(payload),
  });
}

const authorization = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=OPERATOR/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=none`;

const put = (item: object) => post("/do/put", item);
const item = (pk: string, more: object = {}) => ({ pk: { S: pk }, sk: { S: "a" }, ...more });

describe("the front door", () => {
  const dynamo = (operation: string, body: object) =>
    post("/do/call", { service: "dynamodb", target: `DynamoDB_20120810.${operation}`, body });
  const TableName = "Fixture-TableCD117FA1";

  it("lets a function do what its role allows", async () => {
    expect((await put(item("plain#1"))).body.status).toBe(200);
    const { body } = await dynamo("GetItem", { TableName, Key: item("plain#1") });
    expect(body.body.Item).toEqual(item("plain#1"));
  });

  it("refuses what the role does not allow, in AWS's words", async () => {
    const { body } = await dynamo("Scan", { TableName });
    expect(body.status).toBe(400);
    expect(body.body.__type).toContain("AccessDeniedException");
    expect(body.body.message).toMatch(
      /^User: arn:aws:iam::000000000000:role\/.+ is not authorized to perform: dynamodb:Scan on resource: arn:aws:.+$/,
    );
  });

  it("refuses what a statement denies by a condition", async () => {
    expect((await put(item("secret#1"))).body.body.__type).toContain("AccessDeniedException");
  });

  it("checks every member of a transaction by its own action", async () => {
    const allowed = { Put: { TableName, Item: item("plain#2") } };
    expect((await dynamo("TransactWriteItems", { TransactItems: [allowed] })).body.status).toBe(200);
    const TransactItems = [allowed, { Delete: { TableName, Key: item("plain#3") } }];
    const { body } = await dynamo("TransactWriteItems", { TransactItems });
    expect(body.body.message).toContain("dynamodb:DeleteItem");
  });

  it("tells which grants were never used and which calls were refused", async () => {
    const { body } = await ask("/_local/iam");
    const server = (rows: { role?: string; who?: string; action: string }[]) =>
      rows.filter(({ role, who }) => (role ?? who ?? "").includes("serverServiceRole")).map(({ action }) => action);
    expect(server(body.used)).toEqual(expect.arrayContaining(["dynamodb:PutItem", "dynamodb:GetItem", "kms:Decrypt"]));
    expect(server(body.neverUsed)).toContain("dynamodb:Query");
    expect(server(body.refused)).toContain("dynamodb:Scan");
  });

  it("names a service that is not there", async () => {
    const { body } = await post("/do/call", { service: "polly", target: "Polly.Speak", body: {} });
    expect(body).toMatchObject({ status: 501, body: { message: 'The local cloud has no service "polly".' } });
  });
});

describe("a stream's reader", () => {
  const batches = async () => (await seen("reader")).flatMap(({ batch }) => (batch ? [batch as string[]] : []));
  const rowsOf = async (pk: string) => (await batches()).filter((batch) => batch.some((row) => row.endsWith(pk)));

  it("gets the changes that its filter lets through, and only those", async () => {
    await put(item("watched#1"));
    await put(item("ignored#1"));
    await put(item("watched#1", { changed: { BOOL: true } }));
    await settle();
    const rows = (await batches()).flat().filter((row) => row.endsWith("#1"));
    expect(rows).toEqual(["INSERT watched#1", "MODIFY watched#1"]);
  });

  it("gets a poisoned record again as often as the mapping says, and the others once it is given up", async () => {
    await put(item("watched#poison", { poison: { BOOL: true } }));
    await put(item("watched#after"));
    await settle();
    expect(await rowsOf("watched#poison")).toHaveLength(3);
    expect((await batches()).at(-1)).toContain("INSERT watched#after");
    expect(lines.some((line) => line.includes("gave up 1 records after 3 attempts"))).toBe(true);
  });

  it("leaves what was given up in the failure bucket, the records included", async () => {
    const bucket = `${cloud.endpoint}/${cloud.topology.all("AWS::S3::Bucket")[0]?.ref}`;
    const headers = { authorization: authorization("s3") };
    const listing = await (await fetch(`${bucket}?list-type=2`, { headers })).text();
    const key = /<Key>([^<]+)<\/Key>/.exec(listing)?.[1];
    expect(key).toMatch(/^aws\/lambda\/[\w-]{36}\/shardId-[\w-]+\/\d{4}\/\d\d\/\d\d\/[\d-]+T[\d.]+-[\w-]{36}$/);
    const object = await fetch(`${bucket}/${key}`, { headers });
    const report = (await object.json()) as { payload: string; DDBStreamBatchInfo: object; requestContext: object };
    expect(report.DDBStreamBatchInfo).toMatchObject({ batchSize: 1 });
    expect(report.requestContext).toMatchObject({ condition: "RetryAttemptsExhausted", approximateInvokeCount: 3 });
    expect(JSON.parse(report.payload).Records[0].dynamodb.Keys.pk).toEqual({ S: "watched#poison" });
  });

  it("has a batch that throws split until the poison is alone", async () => {
    await post("/_local/faults", { paused: true });
    for (const id of ["b1", "b2", "b3"]) await put(item(`watched#${id}`));
    await put(item("watched#bad", { poison: { BOOL: true }, poisonous: { S: "throw" } }));
    await post("/_local/faults", { paused: false });
    await settle();
    const alone = (await rowsOf("watched#bad")).filter((batch) => batch.length === 1);
    expect(alone.length).toBeGreaterThan(0);
    expect((await rowsOf("watched#b1")).some((batch) => !batch.includes("INSERT watched#bad"))).toBe(true);
  });

  it("gets every batch twice while that fault is on", async () => {
    await post("/_local/faults", { duplicate: true });
    await put(item("watched#twice"));
    await settle();
    await post("/_local/faults", { duplicate: false });
    expect(await rowsOf("watched#twice")).toHaveLength(2);
  });
});

describe("a queue's consumer", () => {
  const bodies = async () =>
    (await seen("consumer")).flatMap(({ messages }) => (messages as string[] | undefined) ?? []);

  it("gets messages and deletes what it handled", async () => {
    await post("/do/send", { id: "m1" });
    await settle();
    expect(await bodies()).toContain('{"id":"m1"}');
    await cloud.advance(120);
    expect((await bodies()).filter((body) => body.includes("m1"))).toHaveLength(1);
  });

  it("gets a message that failed again after its visibility timeout", async () => {
    await post("/do/send", { id: "bad" });
    await settle();
    const count = async () => (await bodies()).filter((body) => body.includes("bad")).length;
    expect(await count()).toBe(1);
    await cloud.advance(59);
    expect(await count()).toBe(1);
    await cloud.advance(300);
    expect(await count()).toBe(3);
  });
});

describe("the clock", () => {
  it("moves for everybody: the page, the functions and their new dates", async () => {
    const before = Date.parse((await ask("/_local/clock")).body.now);
    const { body } = await post("/_local/clock", { advanceSeconds: 86_400 });
    expect(Date.parse(body.now) - before).toBeGreaterThanOrEqual(86_400_000);
    const time = (await ask("/do/time")).body;
    expect(time.isDate).toBe(true);
    expect(Math.abs(time.now - Date.parse(body.now))).toBeLessThan(10_000);
    expect(Math.abs(Date.parse(time.iso) - time.now)).toBeLessThan(1_000);
  });

  it("refuses to go back", async () => {
    expect((await post("/_local/clock", { advanceSeconds: -1 })).status).toBe(400);
  });
});

describe("the counters", () => {
  beforeEach(() => post("/_local/stats/reset", {}));
  const table = async () => (await ask("/_local/stats")).body.tables["Fixture-TableCD117FA1"];
  const call = (operation: string, body: object) =>
    post("/do/call", { service: "dynamodb", target: `DynamoDB_20120810.${operation}`, body });
  const TableName = "Fixture-TableCD117FA1";

  it("count a write by its size, and its index only when the projected item changes", async () => {
    const large = { data: { S: "x".repeat(1_500) }, kind: { S: "k" } };
    await put(item("units#1", large));
    await settle();
    expect(await table()).toMatchObject({ writeUnits: 2, indexWriteUnits: 1 });
    await put(item("units#1", { ...large, extra: { S: "y" } }));
    await settle();
    expect(await table()).toMatchObject({ writeUnits: 4, indexWriteUnits: 1 });
  });

  it("count a transaction twice, and a write that changes nothing", async () => {
    const TransactItems = [{ Put: { TableName, Item: item("units#2") } }];
    await call("TransactWriteItems", { TransactItems });
    await call("TransactWriteItems", { TransactItems });
    await settle();
    expect(await table()).toMatchObject({ writeUnits: 4, indexWriteUnits: 0 });
  });

  it("count half a unit for 4 KB read without consistency", async () => {
    await call("GetItem", { TableName, Key: item("units#1") });
    await call("GetItem", { TableName, Key: item("units#1"), ConsistentRead: true });
    await expect.poll(table).toMatchObject({ readUnits: 1.5, requests: { GetItem: 2 } });
  });

  it("count invocations, cold starts and log bytes of each function", async () => {
    await invokeAsync("worker", { note: "counted" });
    await settle();
    const { worker } = (await ask("/_local/stats")).body.functions;
    expect(worker).toMatchObject({ invocations: 1, errors: 0, logLines: 1, logBytes: 29 });
  });
});

describe("the control pages", () => {
  it("give a token for every group, signed by the issuer that the functions know", async () => {
    const { body } = await ask("/_local/credentials");
    expect(Object.keys(body)).toEqual(["owner", "finance"]);
    const claims = JSON.parse(Buffer.from(body.finance.split(".")[1], "base64url").toString());
    const { env } = (await ask("/do/environment")).body;
    expect(claims).toMatchObject({
      iss: env.JWT_ISSUER,
      client_id: env.JWT_AUDIENCE,
      "cognito:groups": ["finance"],
      token_use: "access",
    });
    const keys = (await (await fetch(`${env.JWT_ISSUER}/.well-known/jwks.json`)).json()) as { keys: { alg: string }[] };
    expect(keys.keys[0]).toMatchObject({ alg: "RS256", use: "sig" });
  });

  it("show a page for people", async () => {
    const { status, headers, text } = await ask("/_local/");
    expect(status).toBe(200);
    expect(headers.get("content-type")).toContain("text/html");
    expect(text).toContain("POST /do/{what}");
  });

  it("know no other path", async () => {
    expect((await ask("/_local/nothing")).status).toBe(404);
  });
});
