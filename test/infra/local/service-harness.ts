import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type {
  Access,
  AwsRequest,
  AwsResponse,
  Delivery,
  Invocation,
  Permission,
  Resource,
  ServiceFactory,
  Topology,
} from "../../../infra/local/ports.ts";
import { AwsError } from "../../../infra/local/services/errors.ts";
import { EngineDouble } from "./service-engine.ts";

export const REGION = "eu-central-1";
export const ACCOUNT = "000000000000";

/** An ARN of the test account. */
export const arn = (service: string, name: string, region = REGION) =>
  `arn:aws:${service}:${region}:${ACCOUNT}:${name}`;

/** One resource of a template; `ref` is its ARN unless said otherwise. */
export function resource(
  type: string,
  resourceArn: string,
  properties: Record<string, unknown> = {},
  ref = resourceArn,
): Resource {
  return { stack: "test", logicalId: resourceArn.split(/[:/]/).at(-1) ?? "", type, properties, ref, arn: resourceArn };
}

/** A queue of the template with the URL that `Ref` gives. */
export function queue(name: string, properties: Record<string, unknown> = {}): Resource {
  return resource("AWS::SQS::Queue", arn("sqs", name), properties, `http://sqs.test/${ACCOUNT}/${name}`);
}

type Handler = (payload: unknown) => unknown;

interface Setup {
  factories: ServiceFactory[];
  resources: Resource[];
  functions?: Record<string, Handler>;
  engine?: EngineDouble;
  access?: Access;
}

/** Services of the local cloud behind one HTTP port, over an engine in memory. */
export async function startServices(setup: Setup) {
  const engine = setup.engine ?? new EngineDouble();
  const { services, permissions, delivery, call } = makeServices(setup, engine);
  const server = createServer(async (incoming, outgoing) => {
    const answer = await call(await readRequest(incoming));
    outgoing.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: "AKIATEST", secretAccessKey: "secret" };
  return {
    engine,
    endpoint,
    delivery,
    /** What the calls so far asked IAM for. */
    permissions,
    /** Options for any SDK client. */
    options: { endpoint, region: REGION, credentials, maxAttempts: 1 },
    view: (name: string) => services.map(({ views }) => views?.[name]).find((rows) => rows)?.(),
    /** The counters of one service. */
    stats: (name: string) =>
      services.find(({ names }) => names.includes(name))?.views?.stats?.() as Record<string, number>,
    async [Symbol.asyncDispose]() {
      for (const service of services) await service.stop?.();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function makeServices(setup: Setup, engine: EngineDouble) {
  const { resources, functions: handlers = {} } = setup;
  const permissions: Permission[] = [];
  const topology: Topology = {
    region: REGION,
    account: ACCOUNT,
    all: (type) => resources.filter((candidate) => candidate.type === type),
    byArn: (wanted) => resources.find((candidate) => candidate.arn === wanted),
  };
  const delivery: Delivery = {
    async deliver(target, payload, by) {
      if (target.startsWith("arn:aws:lambda:")) {
        const invoked = await invoke(handlers, target, payload);
        if (!invoked.ok) throw new Error(invoked.error.errorMessage);
        return;
      }
      const service = services.find((candidate) => candidate.accepts?.(target));
      if (!service?.deliver) throw new AwsError("NotFound", `No such target: ${target}`);
      await service.deliver(target, payload, by);
    },
  };
  async function call(request: AwsRequest): Promise<AwsResponse> {
    const service = services.find(({ names }) => names.includes(request.service));
    permissions.push(...(service?.permissions(request) ?? []));
    return service ? service.handle(request) : { status: 501, body: `no ${request.service}` };
  }
  const access = setup.access ?? { check: () => undefined, checkActor: () => undefined };
  const functions = { invoke: (target: string, payload: unknown) => invoke(handlers, target, payload) };
  const rest = { faults: { duplicate: false }, endpoint: "", url: "", log: () => undefined };
  const cloud = { topology, engine, functions, delivery, access, call, ...rest };
  const services = setup.factories.map((make) => make(cloud));
  return { services, permissions, delivery, call };
}

async function invoke(functions: Record<string, Handler>, target: string, payload: unknown): Promise<Invocation> {
  const handler = functions[target];
  if (!handler)
    return { ok: false, error: { errorType: "ResourceNotFoundException", errorMessage: target }, durationMs: 0 };
  try {
    return { ok: true, payload: await handler(structuredClone(payload)), durationMs: 1 };
  } catch (error) {
    const { name, message } = error as Error;
    return { ok: false, error: { errorType: name, errorMessage: message }, durationMs: 1 };
  }
}

async function readRequest(incoming: IncomingMessage): Promise<AwsRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const url = new URL(incoming.url ?? "/", "http://localhost");
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  const service = /Credential=[^/]+\/[^/]+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? "")?.[1] ?? "";
  return {
    service,
    method: incoming.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    headers,
    body: Buffer.concat(chunks),
    principal: undefined,
  };
}

/** Calls a JSON service without its SDK client. */
export async function callJson(endpoint: string, service: string, operation: string, input: unknown) {
  const authorization = `AWS4-HMAC-SHA256 Credential=operator/20261120/${REGION}/${service}/aws4_request`;
  const headers = {
    authorization,
    "x-amz-target": `Target.${operation}`,
    "content-type": "application/x-amz-json-1.1",
  };
  const answer = await fetch(endpoint, { method: "POST", headers, body: JSON.stringify(input) });
  const body = (await answer.json()) as Record<string, unknown>;
  if (!answer.ok) throw Object.assign(new Error(String(body.message)), { name: String(body.__type) });
  return body;
}

/** Receives and deletes everything visible in a queue: the bodies, oldest first. */
export async function bodies(client: SQSClient, QueueUrl: string): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) return found;
    for (const { Body = "", ReceiptHandle } of Messages) {
      found.push(Body);
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}
