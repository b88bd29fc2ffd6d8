import { ExecutionError, StateMachine } from "aws-local-stepfunctions";
import { nestedStates, type State, withTimeouts } from "./states-machines.ts";

type Json = Parameters<StateMachine["run"]>[0];
type Context = Record<string, unknown>;

/** Carries out a task: its resource and its effective input. */
export type RunTask = (resource: string, input: unknown) => Promise<unknown>;

/** A failure that a state machine sees: its name in `ErrorEquals`, its message as the cause. */
export class StateError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** What one state gave: its output, and where it leads (nowhere at the end). */
export interface Step {
  output: unknown;
  next: string | undefined;
  /** States entered inside it (Map, Parallel). */
  nested: number;
}

/**
 * Runs one state through the library, without its `Retry`, `Catch` and waiting: those are durable and belong to the
 * cloud's clock. Throws a `StateError`.
 */
export async function evaluate(state: State, input: unknown, context: Context, runTask: RunTask): Promise<Step> {
  if (state.Type === "Choice") return { ...(await choose(state, input, context)), nested: 0 };
  const { Next, Retry: _retry, Catch: _catch, ...rest } = withTimeouts(state);
  const ends = rest.Type === "Succeed" || rest.Type === "Fail" ? rest : { ...rest, End: true };
  const tasks = [{ name: "state", state }, ...nestedStates(state)].filter((found) => found.state.Type === "Task");
  const handlers = tasks.map(({ name, state: { Resource = "" } }) => [name, (value: Json) => runTask(Resource, value)]);
  const retriers = nestedStates(state).map(({ name }) => [name, 0]);
  const { output, entered } = await runMachine({ state: ends }, input, context, {
    taskResourceLocalHandlers: Object.fromEntries(handlers),
    retryIntervalOverrides: Object.fromEntries(retriers),
  });
  return { output, next: Next, nested: entered - 1 };
}

/** The first choice that holds, found by giving every possible successor a state that says its name. */
async function choose(state: State, input: unknown, context: Context): Promise<Omit<Step, "nested">> {
  const targets = new Set([
    ...(state.Choices ?? []).map(({ Next }) => Next),
    ...(state.Default ? [state.Default] : []),
  ]);
  const names = Object.fromEntries([...targets].map((target, index) => [target, `target${index}`]));
  const states: Record<string, unknown> = {
    state: {
      ...state,
      Choices: state.Choices?.map((choice) => ({ ...choice, Next: names[choice.Next] })),
      ...(state.Default && { Default: names[state.Default] }),
    },
  };
  for (const [next, name] of Object.entries(names))
    states[name] = { Type: "Pass", End: true, Parameters: { next, "output.$": "$" } };
  const { output } = await runMachine(states, input, context);
  return output as { next: string; output: unknown };
}

/** How long a Wait state waits: an instant, or so many seconds. */
export async function waitOf(
  state: State,
  input: unknown,
  context: Context,
): Promise<{ until: number } | { forMs: number }> {
  const path = state.SecondsPath ?? state.TimestampPath;
  const { InputPath } = state;
  const asked = path
    ? await reshape({ Parameters: { "value.$": path }, ...(InputPath !== undefined && { InputPath }) }, input, context)
    : undefined;
  const value = asked === undefined ? (state.Seconds ?? state.Timestamp) : (asked as { value: unknown }).value;
  if (typeof value === "number" && value >= 0) return { forMs: value * 1000 };
  const until = typeof value === "string" ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(until)) throw new StateError("States.Runtime", `The wait ${JSON.stringify(value)} is not valid.`);
  return { until };
}

/** Applies paths and templates (`InputPath`, `Parameters`, `Result`, `ResultPath`, `OutputPath`) to a value. */
export async function reshape(fields: Record<string, unknown>, input: unknown, context: Context): Promise<unknown> {
  return (await runMachine({ state: { ...fields, Type: "Pass", End: true } }, input, context)).output;
}

type RunOptions = NonNullable<Parameters<StateMachine["run"]>[1]>;

async function runMachine(
  states: Record<string, unknown>,
  input: unknown,
  context: Context,
  overrides: RunOptions["overrides"] = {},
): Promise<{ output: unknown; entered: number }> {
  const definition = { StartAt: "state", States: states } as unknown as ConstructorParameters<typeof StateMachine>[0];
  const machine = new StateMachine(definition, { validationOptions: { noValidate: true } });
  const execution = machine.run(input as Json, { overrides, context });
  const entered = countEntered(execution.eventLogs);
  try {
    return { output: (await execution.result) ?? null, entered: await entered };
  } catch (error) {
    const cause = error instanceof ExecutionError ? error.cause : error;
    const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
    throw new StateError(name, message);
  }
}

async function countEntered(events: AsyncGenerator<{ type: string }>): Promise<number> {
  let entered = 0;
  for await (const { type } of events) if (type === "StateEntered") entered++;
  return entered;
}
