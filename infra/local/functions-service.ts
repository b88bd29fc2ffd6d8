import { randomUUID } from "node:crypto";
import type { FunctionPool } from "./functions.ts";
import type { Delivery, Engine, Functions, Resource, ServiceFactory, Topology } from "./ports.ts";

const KIND = "lambda.async";
const ATTEMPTS_MAX = 3;
const RETRY_AFTER_MS = [60_000, 120_000];
const EVENT_AGE_MS_MAX = 6 * 3_600_000;

interface AsyncInvocation {
  arn: string;
  requestId: string;
  payload: unknown;
  acceptedAt: number;
  attempt: number;
}

interface InvokeConfig {
  attemptsMax: number;
  ageMsMax: number;
  onFailure: string | undefined;
  onSuccess: string | undefined;
  deadLetters: string | undefined;
}

/** AWS Lambda as others call it: the Invoke API, and the queue of asynchronous invocations with its retries. */
export function lambdaService(setup: {
  topology: Topology;
  engine: Engine;
  functions: Functions & Pick<FunctionPool, "definition">;
  delivery: Delivery;
  log: (line: string) => void;
}): ReturnType<ServiceFactory> {
  const { engine, functions } = setup;
  engine.on(KIND, (payload) => runAsync(setup, payload as AsyncInvocation));
  const accept = (arn: string, payload: unknown) => {
    const call: AsyncInvocation = { arn, requestId: randomUUID(), payload, acceptedAt: engine.now(), attempt: 1 };
    engine.enqueue(KIND, call);
  };
  const arnOf = (path: string) => {
    const name = decodeURIComponent(/\/functions\/([^/]+)\/invocations/.exec(path)?.[1] ?? "");
    return name.startsWith("arn:")
      ? name
      : `arn:aws:lambda:${setup.topology.region}:${setup.topology.account}:function:${name}`;
  };
  return {
    names: ["lambda"],
    permissions: ({ path }) =>
      path.endsWith("/invocations") ? [{ action: "lambda:InvokeFunction", resource: arnOf(path) }] : undefined,
    async handle({ path, headers, body }) {
      const arn = arnOf(path);
      if (!functions.definition(arn)) return restError(404, "ResourceNotFoundException", `Function not found: ${arn}`);
      const payload: unknown = body.length > 0 ? JSON.parse(body.toString()) : {};
      if (headers["x-amz-invocation-type"] === "DryRun") return { status: 204, body: "" };
      if (headers["x-amz-invocation-type"] === "Event") {
        accept(arn, payload);
        return { status: 202, body: "" };
      }
      const outcome = await functions.invoke(arn, payload);
      const json = { "content-type": "application/json", "x-amz-executed-version": "$LATEST" };
      if (outcome.ok) return { status: 200, headers: json, body: JSON.stringify(outcome.payload) };
      return {
        status: 200,
        headers: { ...json, "x-amz-function-error": "Unhandled" },
        body: JSON.stringify(outcome.error),
      };
    },
    accepts: (arn) => arn.split(":")[2] === "lambda" && functions.definition(arn) !== undefined,
    async deliver(arn, payload) {
      accept(arn, payload);
    },
  };
}

function restError(status: number, code: string, message: string) {
  return { status, headers: { "x-amzn-errortype": code }, body: JSON.stringify({ Type: "User", message }) };
}

async function runAsync(setup: Parameters<typeof lambdaService>[0], call: AsyncInvocation): Promise<void> {
  const { topology, engine, functions, delivery, log } = setup;
  const config = configOf(topology, call.arn);
  const outcome = await functions.invoke(call.arn, call.payload);
  const send = async (target: string | undefined, payload: unknown, attributes?: Record<string, string>) => {
    const roleArn = functions.definition(call.arn)?.roleArn;
    if (!target || !roleArn) return;
    const by = { service: "lambda", roleArn, sourceArn: call.arn };
    await delivery.deliver(target, payload, attributes ? { ...by, attributes } : by);
  };
  if (outcome.ok) return send(config.onSuccess, destinationRecord(call, engine.now(), "Success", outcome.payload));
  const retryAt = engine.now() + (RETRY_AFTER_MS[call.attempt - 1] ?? 0);
  if (call.attempt < config.attemptsMax && retryAt - call.acceptedAt <= config.ageMsMax) {
    engine.enqueue(KIND, { ...call, attempt: call.attempt + 1 }, { dueAt: retryAt });
    return;
  }
  log(`lambda: ${call.arn} failed for good: ${outcome.error.errorType}: ${outcome.error.errorMessage}`);
  await send(config.onFailure, destinationRecord(call, engine.now(), "RetriesExhausted", outcome.error));
  const attributes = { RequestID: call.requestId, ErrorCode: "200", ErrorMessage: outcome.error.errorMessage };
  await send(config.deadLetters, call.payload, attributes);
}

function destinationRecord(call: AsyncInvocation, now: number, condition: string, responsePayload: unknown): object {
  return {
    version: "1.0",
    timestamp: new Date(now).toISOString(),
    requestContext: {
      requestId: call.requestId,
      functionArn: `${call.arn}:$LATEST`,
      condition,
      approximateInvokeCount: call.attempt,
    },
    requestPayload: call.payload,
    responseContext: {
      statusCode: 200,
      executedVersion: "$LATEST",
      ...(condition === "Success" ? {} : { functionError: "Unhandled" }),
    },
    responsePayload,
  };
}

function configOf(topology: Topology, arn: string): InvokeConfig {
  const owner = topology.byArn(arn) ?? topology.byArn(arn.split(":").slice(0, 7).join(":"));
  const config =
    topology.all("AWS::Lambda::EventInvokeConfig").find((each) => namesFunction(each, owner))?.properties ?? {};
  const destinations = (config.DestinationConfig ?? {}) as Record<"OnFailure" | "OnSuccess", { Destination?: string }>;
  const deadLetters = owner?.properties.DeadLetterConfig as { TargetArn?: string } | undefined;
  const age = config.MaximumEventAgeInSeconds;
  return {
    attemptsMax: config.MaximumRetryAttempts === undefined ? ATTEMPTS_MAX : Number(config.MaximumRetryAttempts) + 1,
    ageMsMax: age === undefined ? EVENT_AGE_MS_MAX : Number(age) * 1000,
    onFailure: destinations.OnFailure?.Destination,
    onSuccess: destinations.OnSuccess?.Destination,
    deadLetters: deadLetters?.TargetArn,
  };
}

function namesFunction({ properties }: Resource, owner: Resource | undefined): boolean {
  return owner !== undefined && [owner.ref, owner.arn].includes(String(properties.FunctionName));
}
