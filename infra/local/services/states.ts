import type {
  DescribeExecutionInput,
  DescribeStateMachineInput,
  ListExecutionsInput,
  StartExecutionInput,
  StopExecutionInput,
} from "@aws-sdk/client-sfn";
import type { ServiceFactory } from "../ports.ts";
import { AwsError, required } from "./errors.ts";
import { allow } from "./permissions.ts";
import { awsService, type Counters, type Operations } from "./protocol.ts";
import { jsonCodec } from "./protocol-json.ts";
import { Executions } from "./states-executions.ts";
import type { Execution } from "./states-store.ts";

const NAME = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u;
const INPUT_MAX_BYTES = 262_144;
const LISTED_MAX = 1000;
const SHOWN_MAX = 100;

/** AWS Step Functions: the state machines of the templates, Standard and Express, in JSONPath. */
export const states: ServiceFactory = (cloud) => {
  const counters: Counters = {};
  const executions = new Executions(cloud, counters);
  const operations = { ...starters(executions), ...readers(executions) };
  return {
    ...awsService({ names: ["states"], codec: jsonCodec("1.0"), operations, counters, log: cloud.log }),
    accepts: (arn) => executions.machines().some((machine) => machine.arn === arn),
    async deliver(arn, payload) {
      executions.start(executions.machine(arn), JSON.stringify(payload ?? {}));
    },
    views: {
      executions: () => executions.store.list(undefined, undefined, SHOWN_MAX).map(shown).reverse(),
      stats: () => counters,
    },
  };
};

function starters(executions: Executions): Operations {
  const start = ({ stateMachineArn, input = "{}", name }: StartExecutionInput) => {
    const machine = executions.machine(required(stateMachineArn, "stateMachineArn"));
    if (name !== undefined && !NAME.test(name)) throw new AwsError("InvalidName", `Invalid Name: '${name}'`);
    checkInput(input);
    return { machine, execution: executions.start(machine, input, name) };
  };
  return {
    StartExecution: {
      needs: (input: StartExecutionInput) =>
        allow("states:StartExecution", required(input.stateMachineArn, "stateMachineArn")),
      run(input: StartExecutionInput) {
        const { execution } = start(input);
        return { executionArn: execution.arn, startDate: new Date(execution.startedAt) };
      },
    },
    StartSyncExecution: {
      needs: (input: StartExecutionInput) =>
        allow("states:StartSyncExecution", required(input.stateMachineArn, "stateMachineArn")),
      async run(input: StartExecutionInput) {
        if (!executions.machine(input.stateMachineArn ?? "").express)
          throw new AwsError(
            "StateMachineTypeNotSupported",
            "This operation is not supported by this type of state machine",
          );
        return described(await executions.ended(start(input).execution));
      },
    },
    StopExecution: {
      needs: ({ executionArn }: StopExecutionInput) =>
        allow("states:StopExecution", required(executionArn, "executionArn")),
      run: ({ executionArn = "", error, cause }: StopExecutionInput) => ({
        stopDate: new Date(executions.stop(executionArn, error, cause)),
      }),
    },
  };
}

function readers(executions: Executions): Operations {
  return {
    DescribeExecution: {
      needs: ({ executionArn }: DescribeExecutionInput) =>
        allow("states:DescribeExecution", required(executionArn, "executionArn")),
      run({ executionArn = "" }: DescribeExecutionInput) {
        const execution = executions.store.find(executionArn);
        if (!execution || execution.express)
          throw new AwsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${executionArn}'`);
        return described(execution);
      },
    },
    ListExecutions: {
      needs: ({ stateMachineArn }: ListExecutionsInput) =>
        allow("states:ListExecutions", required(stateMachineArn, "stateMachineArn")),
      run({ stateMachineArn = "", statusFilter, maxResults }: ListExecutionsInput) {
        if (executions.machine(stateMachineArn).express)
          throw new AwsError(
            "StateMachineTypeNotSupported",
            "This operation is not supported by this type of state machine",
          );
        const found = executions.store.list(stateMachineArn, statusFilter, maxResults || LISTED_MAX);
        return { executions: found.map(summary) };
      },
    },
    DescribeStateMachine: {
      needs: ({ stateMachineArn }: DescribeStateMachineInput) =>
        allow("states:DescribeStateMachine", required(stateMachineArn, "stateMachineArn")),
      run({ stateMachineArn = "" }: DescribeStateMachineInput) {
        const { arn, name, text, roleArn, express } = executions.machine(stateMachineArn);
        const type = express ? "EXPRESS" : "STANDARD";
        return { stateMachineArn: arn, name, type, roleArn, status: "ACTIVE", definition: text };
      },
    },
    ListStateMachines: {
      needs: () => allow("states:ListStateMachines", "*"),
      run: () => ({
        stateMachines: executions
          .machines()
          .map(({ arn, name, express }) => ({ stateMachineArn: arn, name, type: express ? "EXPRESS" : "STANDARD" })),
      }),
    },
  };
}

function checkInput(input: string): void {
  if (Buffer.byteLength(input) > INPUT_MAX_BYTES)
    throw new AwsError("InvalidExecutionInput", `The input is longer than ${INPUT_MAX_BYTES} bytes.`);
  try {
    JSON.parse(input);
  } catch {
    throw new AwsError("InvalidExecutionInput", "Invalid State Machine Execution Input: it is not JSON.");
  }
}

function summary({ arn, machine, name, status, startedAt, stoppedAt }: Execution): Record<string, unknown> {
  return {
    executionArn: arn,
    stateMachineArn: machine,
    name,
    status,
    startDate: new Date(startedAt),
    ...(stoppedAt !== undefined && { stopDate: new Date(stoppedAt) }),
  };
}

function described(execution: Execution): Record<string, unknown> {
  const { input, output, error, cause } = execution;
  return { ...summary(execution), input, output, error, cause };
}

/** What the page shows: where an execution is, never its data. */
function shown({ arn, name, status, state, startedAt, stoppedAt, wakeAt, error }: Execution): Record<string, unknown> {
  return { arn, name, status, state, startedAt, stoppedAt, wakeAt, error };
}
