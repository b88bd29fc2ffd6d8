import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { sns } from "../../../infra/local/services/sns.ts";
import { sqs } from "../../../infra/local/services/sqs.ts";
import { states } from "../../../infra/local/services/states.ts";
import type { EngineDouble } from "./service-engine.ts";
import { arn, queue, resource, startServices } from "./service-harness.ts";

export const machineArn = arn("states", "stateMachine:m");
export const inbox = queue("inbox");
export const topic = resource("AWS::SNS::Topic", arn("sns", "alarms"));
const fn = arn("lambda", "function:work");
export const RoleArn = "arn:aws:iam::000000000000:role/machine";

type Handler = (event: never) => unknown;

/** One machine of the given states (it starts at `A`); functions by their bare names. */
export async function startMachine(
  States: Record<string, unknown>,
  {
    handlers = {},
    express = false,
    engine,
  }: { handlers?: Record<string, Handler>; express?: boolean; engine?: EngineDouble } = {},
) {
  const DefinitionString = JSON.stringify({ StartAt: "A", States });
  const StateMachineType = express ? "EXPRESS" : "STANDARD";
  const machine = resource("AWS::StepFunctions::StateMachine", machineArn, {
    DefinitionString,
    RoleArn,
    StateMachineType,
  });
  const functions = Object.fromEntries(
    Object.entries(handlers).map(([name, run]) => [arn("lambda", `function:${name}`), run]),
  );
  const cloud = await startServices({
    factories: [states, sqs, sns],
    resources: [machine, inbox, topic],
    functions: functions as Record<string, (event: unknown) => unknown>,
    ...(engine && { engine }),
  });
  const client = new SFNClient({ ...cloud.options, disableHostPrefix: true });
  const begin = (input: unknown, name?: string) =>
    client.send(
      new StartExecutionCommand({ stateMachineArn: machineArn, input: JSON.stringify(input), ...(name && { name }) }),
    );
  const look = async (executionArn: string | undefined) => {
    const { status, output, error, cause } = await client.send(new DescribeExecutionCommand({ executionArn }));
    return { status, output: output && JSON.parse(output), error, cause };
  };
  return {
    ...cloud,
    client,
    begin,
    look,
    /** Runs one execution until nothing is due. */
    async run(input: unknown) {
      const { executionArn } = await begin(input);
      await cloud.engine.settle();
      return look(executionArn);
    },
    stats: () => cloud.stats("states"),
  };
}

/** A task that invokes the function by its ARN. */
export const task = (fields: Record<string, unknown> = {}) => ({ Type: "Task", Resource: fn, End: true, ...fields });
/** A task that invokes the function through the integration. */
export const invokeTask = (fields: Record<string, unknown> = {}) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Parameters: { FunctionName: fn, "Payload.$": "$" },
  End: true,
  ...fields,
});

/** A function that fails so many times before it answers. */
export function failing(times: number, name = "Error"): Handler {
  let calls = 0;
  return () => {
    if (calls++ < times) throw Object.assign(new Error("no luck"), { name });
    return { calls };
  };
}
