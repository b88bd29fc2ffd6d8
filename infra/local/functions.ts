import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import type { LocalEngine } from "./engine.ts";
import type { FunctionDefinition } from "./functions-definition.ts";
import { Environment } from "./functions-environment.ts";
import { FunctionLog } from "./functions-logs.ts";
import type { Functions, Invocation } from "./ports.ts";

const REQUEST_BYTES_MAX = 6_291_456;
const ENVIRONMENTS_MAX = 32;
/** More processes than this for one function make a small machine slower, not faster. */
const PER_FUNCTION_MAX = Math.max(2, 2 * availableParallelism());

type Failure = { errorType: string; errorMessage: string };

/** Counters of one function since the start. */
export interface FunctionStats {
  invocations: number;
  coldStarts: number;
  initMs: number;
  errors: number;
  timeouts: number;
  durationMs: number;
  /** Duration times configured memory, as Lambda is billed. */
  gbSeconds: number;
  logBytes: number;
  platformLogBytes: number;
  logLines: number;
}

/** What an environment gets from the platform. */
export interface Platform {
  platformEnv(definition: FunctionDefinition): Record<string, string>;
  spawned(pid: number | undefined): void;
}

interface Waiting {
  payload: string;
  done(outcome: Invocation): void;
}

/** One function with its environments, its queue and its counters. */
class LocalFunction {
  readonly definition: FunctionDefinition;
  readonly log = new FunctionLog();
  readonly idle: Environment[] = [];
  readonly all = new Set<Environment>();
  readonly queue: Waiting[] = [];
  readonly counters = { invocations: 0, coldStarts: 0, initMs: 0, errors: 0, timeouts: 0, durationMs: 0, gbSeconds: 0 };
  starting = 0;

  constructor(definition: FunctionDefinition) {
    this.definition = definition;
  }

  get stats(): FunctionStats {
    const { bytes, platformBytes, count } = this.log;
    return { ...this.counters, logBytes: bytes, platformLogBytes: platformBytes, logLines: count };
  }
}

/** The functions of the templates: real bundles in child processes, reused while they are idle. */
export class FunctionPool implements Functions {
  readonly #functions = new Map<string, LocalFunction>();
  readonly #engine: LocalEngine;
  readonly #platform: Platform;
  #stopped = false;

  constructor(definitions: FunctionDefinition[], engine: LocalEngine, platform: Platform) {
    this.#engine = engine;
    this.#platform = platform;
    for (const definition of definitions) this.#functions.set(definition.arn, new LocalFunction(definition));
    engine.onMove((offsetMs) => {
      for (const each of this.#environments()) each.shift(offsetMs);
    });
  }

  /** The function of an ARN, a qualified one too. */
  definition(functionArn: string): FunctionDefinition | undefined {
    return this.#find(functionArn)?.definition;
  }

  definitions(): FunctionDefinition[] {
    return [...this.#functions.values()].map(({ definition }) => definition);
  }

  stats(): Record<string, FunctionStats> {
    return Object.fromEntries([...this.#functions.values()].map(({ definition, stats }) => [definition.name, stats]));
  }

  /** The newest log lines of a function. */
  logs(name: string): readonly string[] | undefined {
    return [...this.#functions.values()].find(({ definition }) => definition.name === name)?.log.lines;
  }

  invoke(functionArn: string, payload: unknown): Promise<Invocation> {
    const fn = this.#find(functionArn);
    const body = JSON.stringify(payload ?? {});
    if (!fn) return refused("ResourceNotFoundException", `Function not found: ${functionArn}`);
    if (Buffer.byteLength(body) > REQUEST_BYTES_MAX)
      return refused("RequestTooLargeException", `Request must be smaller than ${REQUEST_BYTES_MAX} bytes`);
    if (fn.definition.concurrency === 0) return refused("TooManyRequestsException", "Rate Exceeded.");
    return this.#engine.busy(
      () =>
        new Promise((done) => {
          fn.queue.push({ payload: body, done });
          this.#drain(fn);
        }),
    );
  }

  /** Kills the environments of one function, or of all of them, as AWS may at any moment. */
  kill(name?: string): number {
    const owners = [...this.#functions.values()].filter(({ definition }) => !name || definition.name === name);
    const victims = owners.flatMap((fn) => [...fn.all].map((environment) => ({ fn, environment })));
    for (const { fn, environment } of victims) this.#retire(fn, environment);
    return victims.length;
  }

  /** Ends all processes; invocations under way never answer, so that nobody takes a stop for a failure. */
  stop(): void {
    this.#stopped = true;
    for (const environment of this.#environments()) environment.kill();
  }

  #find(functionArn: string): LocalFunction | undefined {
    return this.#functions.get(functionArn) ?? this.#functions.get(functionArn.split(":").slice(0, 7).join(":"));
  }

  #environments(): Environment[] {
    return [...this.#functions.values()].flatMap(({ all }) => [...all]);
  }

  #drain(fn: LocalFunction): void {
    while (fn.queue.length > 0 && !this.#stopped) {
      const environment = fn.idle.pop();
      if (!environment) break;
      void this.#run(fn, environment, fn.queue.shift() as Waiting);
    }
    if (fn.queue.length > fn.starting && this.#mayGrow(fn)) this.#startOne(fn);
  }

  #mayGrow(fn: LocalFunction): boolean {
    if (this.#stopped || fn.all.size >= Math.min(fn.definition.concurrency ?? PER_FUNCTION_MAX, PER_FUNCTION_MAX))
      return false;
    if (this.#environments().length < ENVIRONMENTS_MAX) return true;
    const idle = [...this.#functions.values()].flatMap((owner) =>
      owner.idle.map((environment) => ({ owner, environment })),
    );
    const oldest = idle.sort((a, b) => a.environment.usedAt - b.environment.usedAt)[0];
    if (oldest) this.#retire(oldest.owner, oldest.environment);
    return oldest !== undefined;
  }

  #startOne(fn: LocalFunction): void {
    const { definition } = fn;
    const env = { ...definition.env, ...this.#platform.platformEnv(definition) };
    const environment: Environment = new Environment(definition, env, this.#engine.offsetMs, {
      output: (chunk) => fn.log.write(chunk),
      gone: () => this.#gone(fn, environment),
    });
    this.#platform.spawned(environment.pid);
    fn.all.add(environment);
    fn.starting += 1;
    fn.counters.coldStarts += 1;
    environment.ready
      .then((initMs) => {
        fn.starting -= 1;
        fn.counters.initMs += initMs;
        this.#release(fn, environment);
      })
      .catch((error: Failure) => {
        fn.starting -= 1;
        this.#finish(fn, fn.queue.shift(), randomUUID(), { ok: false, error, durationMs: 0 });
        this.#drain(fn);
      });
  }

  async #run(fn: LocalFunction, environment: Environment, waiting: Waiting): Promise<void> {
    const requestId = randomUUID();
    const outcome = await environment.run(requestId, waiting.payload, this.#engine.offsetMs);
    this.#finish(fn, waiting, requestId, outcome);
    this.#release(fn, environment);
  }

  #finish(fn: LocalFunction, waiting: Waiting | undefined, requestId: string, outcome: Invocation): void {
    if (!waiting || this.#stopped) return;
    const { counters, definition, log } = fn;
    counters.invocations += 1;
    counters.durationMs += outcome.durationMs;
    counters.gbSeconds += (Math.ceil(outcome.durationMs) / 1000) * (definition.memoryMb / 1024);
    if (definition.logsPlatformLines) log.report(requestId, outcome.durationMs, definition.memoryMb);
    if (!outcome.ok) {
      counters.errors += 1;
      if (outcome.error.errorType === "Sandbox.Timedout") counters.timeouts += 1;
    }
    waiting.done(outcome);
  }

  #release(fn: LocalFunction, environment: Environment): void {
    if (!fn.all.has(environment)) return;
    environment.usedAt = performance.now();
    fn.idle.push(environment);
    this.#drain(fn);
    if (this.#environments().length < ENVIRONMENTS_MAX) return;
    for (const other of this.#functions.values()) if (other.queue.length > 0) this.#drain(other);
  }

  /** Ends an environment and gives it no more work. */
  #retire(fn: LocalFunction, environment: Environment): void {
    this.#forget(fn, environment);
    environment.kill();
  }

  #forget(fn: LocalFunction, environment: Environment): void {
    fn.all.delete(environment);
    const index = fn.idle.indexOf(environment);
    if (index >= 0) fn.idle.splice(index, 1);
  }

  #gone(fn: LocalFunction, environment: Environment): void {
    this.#forget(fn, environment);
    for (const each of this.#functions.values()) this.#drain(each);
  }
}

function refused(errorType: string, errorMessage: string): Promise<Invocation> {
  return Promise.resolve({ ok: false, error: { errorType, errorMessage }, durationMs: 0 });
}
