import { messageOf } from "../errors.ts";
import type { Cloud } from "./cloud.ts";
import { AwsError } from "./errors.ts";
import { type RunTask, StateError } from "./states-evaluate.ts";
import type { Machine } from "./states-machines.ts";

type Input = Record<string, unknown>;

/** Service integrations with a JSON protocol: the name in errors, the signing name and the target prefix. */
const JSON_SERVICES: Record<string, { name: string; signing: string; target: string; version: string }> = {
  sqs: { name: "SQS", signing: "sqs", target: "AmazonSQS", version: "1.0" },
  dynamodb: { name: "DynamoDB", signing: "dynamodb", target: "DynamoDB_20120810", version: "1.0" },
  events: { name: "EventBridge", signing: "events", target: "AWSEvents", version: "1.1" },
  states: { name: "StepFunctions", signing: "states", target: "AWSStepFunctions", version: "1.0" },
};

/** Carries out the tasks of a machine, each checked against the machine's role. */
export function taskRunner(cloud: Cloud, machine: Machine): RunTask {
  return async (resource, input) => {
    const [, service, action] = /^arn:aws:states:::(?:aws-sdk:)?(\w+):(\w+)$/.exec(resource) ?? [];
    const parameters = (input ?? {}) as Input;
    if (resource.startsWith("arn:aws:lambda:")) return invoke(cloud, machine, resource, input);
    if (service === "lambda" && action === "invoke") {
      const { FunctionName, Payload = {} } = parameters;
      const target = functionArn(cloud, String(FunctionName));
      return { ExecutedVersion: "$LATEST", Payload: await invoke(cloud, machine, target, Payload), StatusCode: 200 };
    }
    if (service === "sns" && action === "publish") return publish(cloud, machine, parameters);
    const integration = JSON_SERVICES[service ?? ""];
    if (!integration || !action) throw new StateError("States.Runtime", `The resource ${resource} is not emulated.`);
    const body = JSON.stringify(texts(parameters));
    const type = `application/x-amz-json-${integration.version}`;
    const target = `${integration.target}.${action.charAt(0).toUpperCase()}${action.slice(1)}`;
    const headers = { "content-type": type, "x-amz-target": target };
    return JSON.parse(await send(cloud, machine, integration, { headers, body }));
  };
}

async function invoke(cloud: Cloud, machine: Machine, arn: string, payload: unknown): Promise<unknown> {
  try {
    cloud.access.checkActor({ service: "states", roleArn: machine.roleArn, sourceArn: machine.arn }, [
      { action: "lambda:InvokeFunction", resource: arn },
    ]);
  } catch (error) {
    throw new StateError("States.Permissions", messageOf(error));
  }
  const invoked = await cloud.functions.invoke(arn, payload);
  if (invoked.ok) return invoked.payload ?? null;
  // The cause is the function's error as JSON text, as Lambda answers it.
  throw new StateError(invoked.error.errorType, JSON.stringify(invoked.error));
}

/** Functions may be named by ARN, by ARN with a qualifier, or by name. */
function functionArn({ topology }: Cloud, name: string): string {
  if (!name.startsWith("arn:")) return `arn:aws:lambda:${topology.region}:${topology.account}:function:${name}`;
  return name.split(":").slice(0, 7).join(":");
}

async function publish(cloud: Cloud, machine: Machine, parameters: Input): Promise<unknown> {
  const { TopicArn, Message, Subject, MessageAttributes = {} } = texts(parameters);
  const form = new URLSearchParams({ Action: "Publish", TopicArn: String(TopicArn), Message: String(Message) });
  if (Subject !== undefined) form.set("Subject", String(Subject));
  for (const [index, [name, value]] of Object.entries(MessageAttributes as Record<string, Input>).entries()) {
    form.set(`MessageAttributes.entry.${index + 1}.Name`, name);
    for (const [part, text] of Object.entries(value))
      form.set(`MessageAttributes.entry.${index + 1}.Value.${part}`, String(text));
  }
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const answer = await send(cloud, machine, { name: "SNS", signing: "sns" }, { headers, body: form.toString() });
  return { MessageId: /<MessageId>([^<]+)</.exec(answer)?.[1] };
}

/** Bodies that AWS takes as text may be JSON in a state machine. */
function texts(parameters: Input): Input {
  const asText = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  const entries = parameters.Entries as Input[] | undefined;
  return {
    ...parameters,
    ...("MessageBody" in parameters && { MessageBody: asText(parameters.MessageBody) }),
    ...("Message" in parameters && { Message: asText(parameters.Message) }),
    ...("Input" in parameters && { input: asText(parameters.Input) }),
    ...("StateMachineArn" in parameters && { stateMachineArn: parameters.StateMachineArn }),
    ...("Name" in parameters && { name: parameters.Name }),
    ...(entries && { Entries: entries.map((entry) => ({ ...entry, Detail: asText(entry.Detail) })) }),
  };
}

async function send(
  cloud: Cloud,
  machine: Machine,
  { name, signing }: { name: string; signing: string },
  { headers, body }: { headers: Record<string, string>; body: string },
): Promise<string> {
  const request = { service: signing, method: "POST", path: "/", query: new URLSearchParams(), headers };
  const answer = await cloud.call({ ...request, body: Buffer.from(body), principal: machine.roleArn });
  const text = answer.body.toString();
  if (answer.status < 300) return text;
  const code = /"__type"\s*:\s*"(?:[^"]*#)?([^"]+)"/.exec(text)?.[1] ?? /<Code>([^<]+)</.exec(text)?.[1] ?? "Unknown";
  throw new StateError(`${name}.${code}`, text);
}

/** The error a caller gets who starts a machine that cannot run here. */
export function refuseProblems({ name, problems }: Machine): void {
  if (problems.length > 0)
    throw new AwsError("InvalidDefinition", `The local cloud cannot run ${name}: ${problems.join("; ")}`);
}
