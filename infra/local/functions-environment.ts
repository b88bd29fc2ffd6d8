import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { FunctionDefinition } from "./functions-definition.ts";
import type { Invocation } from "./ports.ts";

const WORKER = fileURLToPath(new URL("functions-worker.mjs", import.meta.url));
const INIT_MS_MAX = 30_000;

type Failure = { errorType: string; errorMessage: string };
type Answer =
  | { type: "ready"; initMs: number }
  | { type: "failed"; error: Failure }
  | { type: "result"; requestId: string; ok: true; payload: string }
  | { type: "result"; requestId: string; ok: false; error: Failure };

/** What happens to an environment. */
export interface EnvironmentEvents {
  output(chunk: Buffer): void;
  /** The process has ended, whatever the reason; nothing follows. */
  gone(): void;
}

/** One Lambda environment: a child process that runs one invocation at a time. */
export class Environment {
  readonly #child: ChildProcess;
  readonly #definition: FunctionDefinition;
  /** Resolves with the time of the init phase, or rejects with the error of loading the bundle. */
  readonly ready: Promise<number>;
  #answered: ((answer: Answer | undefined) => void) | undefined;
  #killedBy: Failure | undefined;
  #exit = "exit status 1";
  usedAt = 0;

  constructor(
    definition: FunctionDefinition,
    env: Record<string, string>,
    offsetMs: number,
    events: EnvironmentEvents,
  ) {
    this.#definition = definition;
    this.#child = fork(WORKER, [JSON.stringify({ offsetMs })], {
      cwd: definition.root,
      env,
      execArgv: [`--max-old-space-size=${Math.max(64, Math.floor(definition.memoryMb * 0.9))}`],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      serialization: "advanced",
    });
    this.#child.stdout?.on("data", (chunk: Buffer) => events.output(chunk));
    this.#child.stderr?.on("data", (chunk: Buffer) => events.output(chunk));
    this.#child.on("message", (answer) => this.#settle(answer as Answer));
    this.#child.on("error", () => this.#settle(undefined));
    this.#child.on("exit", (code, signal) => {
      this.#exit = signal ? `signal: ${signal}` : `exit status ${code}`;
      this.#settle(undefined);
      events.gone();
    });
    this.ready = this.#init();
    this.ready.catch(() => {});
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  async #init(): Promise<number> {
    const limit = setTimeout(
      () => this.kill({ errorType: "Sandbox.Timedout", errorMessage: "Init timed out" }),
      INIT_MS_MAX,
    );
    const answer = await this.#answer();
    clearTimeout(limit);
    if (answer?.type === "ready") return answer.initMs;
    throw answer?.type === "failed" ? answer.error : this.#failure();
  }

  /** Runs one invocation under the function's timeout; one that takes longer loses its process. */
  async run(requestId: string, payload: string, offsetMs: number): Promise<Invocation> {
    const { timeoutMs, name, arn, memoryMb } = this.#definition;
    const started = performance.now();
    const seconds = (timeoutMs / 1000).toFixed(2);
    const late = {
      errorType: "Sandbox.Timedout",
      errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
    };
    const timer = setTimeout(() => this.kill(late), timeoutMs);
    const context = {
      functionName: name,
      functionVersion: "$LATEST",
      invokedFunctionArn: arn,
      memoryLimitInMB: String(memoryMb),
      logGroupName: `/aws/lambda/${name}`,
      logStreamName: "local",
    };
    this.#tell({ type: "invoke", requestId, payload, offsetMs, timeoutMs, context });
    const answer = await this.#answer();
    clearTimeout(timer);
    const durationMs = performance.now() - started;
    if (answer?.type !== "result") return { ok: false, error: this.#failure(requestId), durationMs };
    return answer.ok
      ? { ok: true, payload: JSON.parse(answer.payload), durationMs }
      : { ok: false, error: answer.error, durationMs };
  }

  /** Tells the process where the cloud's clock is now. */
  shift(offsetMs: number): void {
    this.#tell({ type: "clock", offsetMs });
  }

  kill(reason?: Failure): void {
    this.#killedBy ??= reason;
    this.#child.kill("SIGKILL");
  }

  #tell(message: object): void {
    // A process that is going down answers by its exit.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #answer(): Promise<Answer | undefined> {
    return new Promise((resolve) => {
      this.#answered = resolve;
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) this.#settle(undefined);
    });
  }

  #settle(answer: Answer | undefined): void {
    const answered = this.#answered;
    this.#answered = undefined;
    answered?.(answer);
  }

  #failure(requestId = "unknown"): Failure {
    const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: ${this.#exit}`;
    return this.#killedBy ?? { errorType: "Runtime.ExitError", errorMessage };
  }
}
