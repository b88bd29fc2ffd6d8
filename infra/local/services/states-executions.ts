import { randomUUID } from "node:crypto";
import type { Millis } from "../ports.ts";
import type { Cloud } from "./cloud.ts";
import { AwsError } from "./errors.ts";
import { type Counters, count } from "./protocol.ts";
import { evaluate, reshape, StateError, type Step, waitOf } from "./states-evaluate.ts";
import { EXECUTION_KEY, type Machine, type Retrier, readMachines, type State } from "./states-machines.ts";
import { type Execution, ExecutionStore, type Status } from "./states-store.ts";
import { refuseProblems, taskRunner } from "./states-tasks.ts";

const EXPRESS_MAX_SECONDS = 300;

/** The executions of all machines: one durable step per state, so that a kill repeats one state at most. */
export class Executions {
  readonly #cloud: Cloud;
  readonly #machines: Machine[];
  readonly #counters: Counters;
  readonly #waiting = new Map<string, (execution: Execution) => void>();
  readonly store: ExecutionStore;

  constructor(cloud: Cloud, counters: Counters) {
    this.#cloud = cloud;
    this.#counters = counters;
    this.#machines = readMachines(cloud);
    this.store = new ExecutionStore(cloud.engine.database);
    cloud.engine.on("states.step", async (payload) => {
      const { arn, visit } = payload as { arn: string; visit: number };
      const execution = this.store.find(arn);
      if (execution && isNext(execution, visit)) await this.#run(execution);
    });
  }

  machines(): Machine[] {
    return this.#machines;
  }

  machine(arn: string): Machine {
    const machine = this.#machines.find((candidate) => candidate.arn === arn);
    if (!machine) throw new AwsError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
    return machine;
  }

  /** Accepts an execution durably. A standard one with a known name and input, still running, is the same one. */
  start(machine: Machine, input: string, name: string = randomUUID()): Execution {
    refuseProblems(machine);
    const arn = executionArn(machine, name);
    const known = this.store.find(arn);
    if (known?.status === "RUNNING" && known.input === input) return known;
    if (known) throw new AwsError("ExecutionAlreadyExists", `Execution Already Exists: '${arn}'`);
    const execution: Execution = {
      arn,
      machine: machine.arn,
      name,
      express: machine.express,
      status: "RUNNING",
      input,
      startedAt: this.#cloud.engine.now(),
      stoppedAt: undefined,
      output: undefined,
      error: undefined,
      cause: undefined,
      state: machine.definition.StartAt,
      stateInput: input,
      visit: 0,
      retries: [],
      wakeAt: undefined,
      dueAt: undefined,
    };
    this.store.atomic(() => {
      this.store.add(execution);
      this.#enqueue(execution, execution.startedAt);
    });
    count(this.#counters, machine.express ? "executionsExpress" : "executionsStandard");
    return execution;
  }

  /** Resolves when an execution has ended. */
  ended({ arn }: Execution): Promise<Execution> {
    return new Promise((resolve) => this.#waiting.set(arn, resolve));
  }

  stop(arn: string, error?: string, cause?: string): Millis {
    const now = this.#cloud.engine.now();
    if (!this.store.find(arn)) throw new AwsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
    this.#end(arn, { status: "ABORTED", ...(error && { error }), ...(cause && { cause }) });
    return now;
  }

  #enqueue({ arn, visit }: Execution, dueAt: Millis): void {
    this.#cloud.engine.enqueue("states.step", { arn, visit }, { id: `states.step:${arn}:${visit}`, dueAt });
  }

  /** Runs states until the execution ends or pauses; each result is on disk before the next state begins. */
  async #run(from: Execution): Promise<void> {
    const machine = this.machine(from.machine);
    for (let execution: Execution | undefined = from; execution; ) {
      if (this.#isLate(machine, execution)) {
        this.#end(execution.arn, { status: "TIMED_OUT", error: "States.Timeout" });
        return;
      }
      execution = await this.#step(machine, execution);
    }
  }

  /** One state: gives the execution at its next state, or nothing when it ended, pauses or was stopped. */
  async #step(machine: Machine, execution: Execution): Promise<Execution | undefined> {
    const state = machine.definition.States[execution.state];
    if (!state) throw new Error(`${machine.name} has no state ${execution.state}`);
    const pause = execution.wakeAt === undefined && state.Type === "Wait";
    if (execution.retries.length === 0 && execution.wakeAt === undefined) this.#transition(machine, 1);
    try {
      if (pause) return await this.#pause(machine, execution, state);
      const step = await this.#evaluate(machine, execution, state);
      this.#transition(machine, step.nested);
      return this.#proceed(execution, step);
    } catch (error) {
      return this.#fail(machine, execution, state, stateErrorOf(error)).catch((second) => {
        this.#failed(execution, stateErrorOf(second));
        return undefined;
      });
    }
  }

  async #evaluate(machine: Machine, execution: Execution, state: State): Promise<Step> {
    const input: unknown = JSON.parse(execution.stateInput);
    const context = this.#context(machine, execution);
    if (state.Type !== "Wait") return evaluate(state, input, context, taskRunner(this.#cloud, machine));
    const { InputPath, OutputPath } = state;
    const fields = { ...(InputPath !== undefined && { InputPath }), ...(OutputPath !== undefined && { OutputPath }) };
    return { output: await reshape(fields, input, context), next: state.Next, nested: 0 };
  }

  async #pause(machine: Machine, execution: Execution, state: State): Promise<Execution | undefined> {
    const now = this.#cloud.engine.now();
    const wait = await waitOf(state, JSON.parse(execution.stateInput), this.#context(machine, execution));
    const wakeAt = Math.round("until" in wait ? wait.until : now + wait.forMs);
    if (wakeAt <= now) return this.store.move(execution, { ...execution, wakeAt });
    return this.#sleep(machine, { ...execution, wakeAt }, wakeAt);
  }

  /** Puts the execution aside until an instant, or until it times out before. */
  #sleep(machine: Machine, execution: Execution, until: Millis): undefined {
    const dueAt = Math.min(until, deadline(machine, execution));
    this.store.atomic(() => {
      const paused = this.store.move(execution, { ...execution, dueAt });
      if (paused) this.#enqueue(paused, dueAt);
    });
  }

  #proceed(execution: Execution, { output, next }: Step): Execution | undefined {
    const text = JSON.stringify(output ?? null);
    if (next !== undefined)
      return this.store.move(execution, {
        ...{ state: next, stateInput: text, retries: [] },
        ...{ wakeAt: undefined, dueAt: undefined },
      });
    this.#end(execution.arn, { status: "SUCCEEDED", output: text });
    return undefined;
  }

  /** Retries by the state's rules, else catches, else fails the execution. */
  async #fail(machine: Machine, execution: Execution, state: State, error: StateError): Promise<Execution | undefined> {
    const index = (state.Retry ?? []).findIndex(({ ErrorEquals }) => isNamed(ErrorEquals, error.name, state));
    const retrier = state.Retry?.[index];
    const used = execution.retries[index] ?? 0;
    if (retrier && used < (retrier.MaxAttempts ?? 3)) {
      const retries = (state.Retry ?? []).map((_, at) => (execution.retries[at] ?? 0) + (at === index ? 1 : 0));
      this.#transition(machine, 1);
      return this.#sleep(machine, { ...execution, retries }, this.#cloud.engine.now() + intervalMs(retrier, used));
    }
    const catcher = (state.Catch ?? []).find(({ ErrorEquals }) => isNamed(ErrorEquals, error.name, state));
    if (catcher) {
      const { ResultPath } = catcher;
      const Result = { Error: error.name, Cause: error.message };
      const input = JSON.parse(execution.stateInput) as unknown;
      const fields = { Result, ...(ResultPath !== undefined && { ResultPath }) };
      const output = await reshape(fields, input, this.#context(machine, execution));
      return this.#proceed(execution, { output, next: catcher.Next, nested: 0 });
    }
    this.#failed(execution, error);
    return undefined;
  }

  #failed({ arn }: Execution, { name, message }: StateError): void {
    this.#end(arn, { status: "FAILED", error: name, cause: message });
  }

  #end(arn: string, end: { status: Status; output?: string; error?: string; cause?: string }): void {
    if (!this.store.end(arn, this.#cloud.engine.now(), end)) return;
    count(this.#counters, end.status.toLowerCase());
    if (end.error) this.#cloud.log(`states: ${arn} ${end.status}: ${end.error} ${end.cause ?? ""}`);
    const execution = this.store.find(arn);
    if (execution) this.#waiting.get(arn)?.(execution);
    this.#waiting.delete(arn);
  }

  #transition(machine: Machine, by: number): void {
    count(this.#counters, machine.express ? "transitionsExpress" : "transitionsStandard", by);
  }

  #context(machine: Machine, { arn, name, input, startedAt, state, retries }: Execution): Record<string, unknown> {
    const RoleArn = machine.roleArn;
    const StartTime = new Date(startedAt).toISOString();
    return {
      [EXECUTION_KEY]: { Id: arn, Name: name, Input: JSON.parse(input), RoleArn, StartTime },
      StateMachine: { Id: machine.arn, Name: machine.name },
      State: {
        Name: state,
        EnteredTime: new Date(this.#cloud.engine.now()).toISOString(),
        RetryCount: retries.reduce((sum, used) => sum + used, 0),
      },
    };
  }

  #isLate(machine: Machine, execution: Execution): boolean {
    return this.#cloud.engine.now() >= deadline(machine, execution);
  }
}

/**
 * Whether work on the list is still to be done: it names the very step of the execution, or an earlier one, when a kill
 * cut off the run that had come further. A pause has work of its own.
 */
function isNext({ status, visit, dueAt }: Execution, listed: number): boolean {
  return status === "RUNNING" && (visit === listed || (visit > listed && dueAt === undefined));
}

/** Failures of states are outcomes; anything else is a defect of the cloud, which the engine reports. */
function stateErrorOf(error: unknown): StateError {
  if (error instanceof StateError) return error;
  throw error;
}

function executionArn({ arn, express }: Machine, name: string): string {
  if (!express) return `${arn.replace(":stateMachine:", ":execution:")}:${name}`;
  return `${arn.replace(":stateMachine:", ":express:")}:${name}:${randomUUID()}`;
}

/** When an execution times out: by its definition, and an Express one after five minutes in any case. */
function deadline({ definition, express }: Machine, { startedAt }: Execution): Millis {
  const seconds = definition.TimeoutSeconds ?? Number.MAX_SAFE_INTEGER / 4000;
  return Math.round(startedAt + (express ? Math.min(seconds, EXPRESS_MAX_SECONDS) : seconds) * 1000);
}

/** Whether an error is meant by `ErrorEquals`, wildcards included. */
function isNamed(names: string[], error: string, { Type }: State): boolean {
  // A defect of the definition is never retried or caught by a wildcard.
  const final = error === "States.Runtime" || error === "States.DataLimitExceeded";
  return names.some((name) => {
    if (name === error) return true;
    if (name === "States.ALL") return !final;
    return name === "States.TaskFailed" && Type === "Task" && error !== "States.Timeout" && !final;
  });
}

function intervalMs({ IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds }: Retrier, used: number): number {
  const seconds = IntervalSeconds * BackoffRate ** used;
  return Math.round(Math.min(seconds, MaxDelaySeconds ?? Number.POSITIVE_INFINITY) * 1000);
}
