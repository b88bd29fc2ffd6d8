import { afterAll, beforeAll } from "vitest";
import { type Cloud, startCloud } from "../../../infra/local/cloud.ts";
import { scratch, synthesizeFixture } from "./runtime-fixture.ts";

/** The fixture's table. */
export const TableName = "Fixture-TableCD117FA1";

/** The cloud of this test file, once it has started. */
export let cloud: Cloud;
/** What the cloud logged. */
export const lines: string[] = [];

/** Starts the fixture's cloud before the tests of a file and ends it after them. */
export function useCloud(): void {
  beforeAll(async () => {
    const assembly = synthesizeFixture();
    cloud = await startCloud({
      assembly,
      dataDir: scratch(),
      port: 0,
      inMemory: true,
      log: (line) => lines.push(line),
    });
  });
  afterAll(() => cloud?.stop());
}

const json = { "content-type": "application/json" };

/** An answer with its body parsed where it is JSON. */
export async function ask(path: string, init: RequestInit = {}) {
  const response = await fetch(cloud.url + path, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parsed(text) };
}

/** Posts JSON, or text as it is. */
export const post = (path: string, body: unknown, headers: Record<string, string> = json) =>
  ask(path, { method: "POST", headers, body: typeof body === "string" ? body : JSON.stringify(body) });

/** Waits until nothing is in flight, as a test of the whole would. */
export const settle = () => post("/_local/settle", {});

function parsed(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What a function wrote to its log, line by line. */
export async function seen(name: string): Promise<Record<string, unknown>[]> {
  const { body } = await ask(`/_local/logs?function=${name}`);
  return (body as string[]).map(parsed);
}

/** Calls a function asynchronously, as an operator with an SDK would. */
export function invokeAsync(name: string, payload: unknown): Promise<Response> {
  return fetch(`${cloud.endpoint}/2015-03-31/functions/${name}/invocations`, {
    method: "POST",
    headers: { authorization: authorization("lambda"), "x-amz-invocation-type": "Event" },
    body: JSON.stringify(payload),
  });
}

/** The header of a call that no function makes. */
export const authorization = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=OPERATOR/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=none`;

/** Has the server function write an item. */
export const put = (item: object) => post("/do/put", item);

/** An item of the fixture's table. */
export const item = (pk: string, more: object = {}) => ({ pk: { S: pk }, sk: { S: "a" }, ...more });

/** Has the server function call DynamoDB. */
export const dynamo = (operation: string, body: object) =>
  post("/do/call", { service: "dynamodb", target: `DynamoDB_20120810.${operation}`, body });
