import { StateMachine } from "aws-local-stepfunctions";
import { messageOf } from "../errors.ts";
import type { Resource } from "../ports.ts";
import { type Cloud, document } from "./cloud.ts";

/** A state as ASL writes it; only what the cloud itself reads is named. */
export interface State {
  Type: string;
  Next?: string;
  End?: boolean;
  Default?: string;
  Resource?: string;
  TimeoutSeconds?: number;
  TimeoutSecondsPath?: string;
  Seconds?: number;
  SecondsPath?: string;
  Timestamp?: string;
  TimestampPath?: string;
  InputPath?: string | null;
  OutputPath?: string | null;
  Choices?: { Next: string }[];
  Retry?: Retrier[];
  Catch?: { ErrorEquals: string[]; Next: string; ResultPath?: string | null }[];
  Branches?: States[];
  Iterator?: States;
  ItemProcessor?: States & { ProcessorConfig?: { Mode?: string } };
}

/** One rule of a state's `Retry`. */
export interface Retrier {
  ErrorEquals: string[];
  IntervalSeconds?: number;
  MaxAttempts?: number;
  BackoffRate?: number;
  MaxDelaySeconds?: number;
}

interface States {
  StartAt: string;
  States: Record<string, State>;
  TimeoutSeconds?: number;
}

/** A state machine of the templates. */
export interface Machine {
  arn: string;
  name: string;
  roleArn: string;
  express: boolean;
  definition: States;
  /** The definition as the template has it. */
  text: string;
  /** Why the local cloud cannot run it; empty for one it can. */
  problems: string[];
}

const TASK_TIMEOUT_SECONDS = 900;
/** The library sets `$$.Execution` anew for every run, but one execution here is many runs of one state each. */
export const EXECUTION_KEY = "RunningExecution";

/** Reads every state machine of the templates; those beyond the emulation are named in the log and refuse to start. */
export function readMachines({ topology, log }: Pick<Cloud, "topology" | "log">): Machine[] {
  return topology.all("AWS::StepFunctions::StateMachine").map((resource) => {
    const machine = readMachine(resource);
    for (const problem of machine.problems) log(`states: ${machine.name} cannot run here: ${problem}`);
    return machine;
  });
}

function readMachine({ arn, properties }: Resource): Machine {
  const { DefinitionString, Definition, DefinitionSubstitutions, RoleArn, StateMachineType } = properties;
  const source = DefinitionString ?? Definition;
  const substitutes = Object.entries((DefinitionSubstitutions ?? {}) as Record<string, string>);
  const text = substitutes.reduce(
    (filled, [name, value]) => filled.replaceAll(`\${${name}}`, () => value),
    typeof source === "string" ? source : JSON.stringify(source ?? { StartAt: "", States: {} }),
  );
  const problems = problemsOf(text);
  const definition = document<States>(text.replaceAll("$$.Execution", () => `$$.${EXECUTION_KEY}`));
  return {
    arn,
    name: arn.split(":").at(-1) ?? arn,
    roleArn: String(RoleArn),
    express: StateMachineType === "EXPRESS",
    definition: definition ?? { StartAt: "", States: {} },
    text,
    problems,
  };
}

function problemsOf(text: string): string[] {
  try {
    new StateMachine(JSON.parse(text), { validationOptions: { checkArn: false } });
  } catch (error) {
    return [messageOf(error)];
  }
  const all = everyState(JSON.parse(text) as States);
  const nested = all.filter(({ depth, state }) => depth > 0 && state.Type === "Wait");
  const refused: [RegExp, string][] = [
    [/"QueryLanguage"\s*:\s*"JSONata"/, "JSONata"],
    [/"Assign"\s*:/, "variables (Assign)"],
    [/\.waitForTaskToken"/, "task tokens"],
    [/\.sync(:\d)?"/, "waiting for a job (.sync)"],
    [/"Mode"\s*:\s*"DISTRIBUTED"/, "distributed maps"],
  ];
  const features = refused.flatMap(([pattern, name]) => (pattern.test(text) ? [`it uses ${name}`] : []));
  return nested.length > 0 ? [...features, "it waits inside a Map or Parallel state"] : features;
}

/** All states of a definition, those inside Map and Parallel too. */
export function everyState(definition: States, depth = 0): { name: string; state: State; depth: number }[] {
  return Object.entries(definition.States).flatMap(([name, state]) => [
    { name, state, depth },
    ...nestedStates(state, depth),
  ]);
}

/** The states inside one Map or Parallel state. */
export function nestedStates(state: State, depth = 0): { name: string; state: State; depth: number }[] {
  const inner = [...(state.Branches ?? []), state.ItemProcessor, state.Iterator].filter((found) => found !== undefined);
  return inner.flatMap((definition) => everyState(definition, depth + 1));
}

/** A state with an explicit timeout on every task in it: the library's own default is a minute, Lambda's limit 15. */
export function withTimeouts(state: State): State {
  const copy = structuredClone(state);
  for (const { state: one } of [{ state: copy }, ...nestedStates(copy)])
    if (one.Type === "Task" && !one.TimeoutSecondsPath) one.TimeoutSeconds ??= TASK_TIMEOUT_SECONDS;
  return copy;
}
