import type { Runtime } from "../../functions/shell/port.ts";
import type { LogLine } from "../support/doubles.ts";
import { linesOnStack } from "./call-sites.ts";
import type { Faults } from "./faults.ts";
import type { Loop } from "./loop.ts";
import type { Random } from "./random.ts";

/**
 * What happens around the n-th outside call of an invocation: it dies before the call is made, or when it is done and
 * the answer is on its way; or the answer is lost and it lives.
 */
export interface Crash {
  call: number;
  when: "before" | "after" | "unanswered";
}

/** One run of a Lambda. */
export interface Invocation {
  readonly fn: string;
  /** What it does: the function's name, or the route. */
  readonly does: string;
  calls: number;
  /** The call sites, in the order of calling. */
  readonly sites: string[];
  /** The lines of the code that each of them came from, with those that waited for it; none unless asked for. */
  readonly lines: (readonly string[])[];
  isDead: boolean;
  /** What was done to it. */
  readonly faults: string[];
  readonly crash: Crash | undefined;
  die(): void;
  /** Resolves when it died. */
  readonly death: Promise<void>;
}

/** How an invocation ended. */
export type Ending = { kind: "done"; answer: unknown } | { kind: "failed"; error: unknown } | { kind: "died" };

/** A warm Lambda: a runtime that it keeps, and what it is at. */
export interface Process {
  readonly fn: string;
  runtime: Runtime;
  handler: (event: unknown) => Promise<unknown>;
  invocation: Invocation | undefined;
  /** What it wrote during the invocation. */
  readonly logs: LogLine[];
}

/** What processes stand on. */
export interface Ground {
  loop: Loop;
  random: Random;
  faults: Faults;
  /** Notes what happened, for the trace. */
  tell(line: string): void;
  /** Whether somebody wants to know which lines of the code outside calls come from. */
  isPlaced: boolean;
}

/** What does something for the first time crashes at its first call. */
const CALLS_MIN = 1;

/** Failures that are nobody's fault: somebody else has the message, or was faster ten times. */
const EXPECTED = /is being sent|Conditions of writes|Another transaction was faster/;

/** Whether an invocation failed, or says that it did. */
function isFailure(ending: Ending): boolean {
  if (ending.kind !== "done") return ending.kind === "failed";
  const { batchItemFailures = [], statusCode = 200 } = (ending.answer ?? {}) as {
    batchItemFailures?: unknown[];
    statusCode?: number;
  };
  return batchItemFailures.length > 0 || statusCode >= 500;
}

function messageOf({ message, extra }: LogLine): string {
  const [{ error } = {}] = extra as { error?: Error }[];
  const cause = error?.cause instanceof Error ? error.cause.message : "";
  return `${message} ${error?.message ?? ""} ${cause}`;
}

/** Why an invocation says that it failed; those reasons that nobody expects. */
function failures(ending: Ending, logs: readonly LogLine[]): string[] {
  if (!isFailure(ending)) return [];
  const errors = logs.filter(({ level }) => level === "error").map(messageOf);
  return errors.length > 0 ? errors.filter((error) => !EXPECTED.test(error)) : ["no word of why"];
}

const never = () => new Promise<never>(() => undefined);

/** Begins an invocation; one that will crash knows where. */
export function begin(fn: string, does: string, crash: Crash | undefined): Invocation {
  const { promise: death, resolve } = Promise.withResolvers<void>();
  const invocation: Invocation = {
    fn,
    does,
    calls: 0,
    sites: [],
    lines: [],
    isDead: false,
    faults: [],
    crash,
    death,
    die() {
      invocation.isDead = true;
      invocation.faults.push(`crash ${invocation.crash?.when} a call`);
      resolve();
    },
  };
  return invocation;
}

const unanswered = () => Object.assign(new Error("There was no answer."), { name: "TimeoutError" });

/**
 * Makes an outside call of a process: it waits for its turn, and the process may die around it. `doubt` is what the
 * port says when there is no answer, where it does not throw.
 */
export async function outside<T>(
  ground: Ground,
  process: Process,
  site: string,
  effect: (invocation: Invocation) => T | Promise<T>,
  doubt?: () => T,
): Promise<T> {
  const { invocation } = process;
  if (!invocation) throw new Error(`${process.fn} calls ${site} while nobody invoked it.`);
  if (invocation.isDead) return never();
  const number = invocation.calls;
  invocation.calls += 1;
  invocation.sites.push(site);
  invocation.lines.push(ground.isPlaced ? linesOnStack() : []);
  await ground.loop.turn();
  if (invocation.isDead) return never();
  const { crash } = invocation;
  const isLast = crash?.call === number;
  if (isLast && crash.when === "before") return dying(ground, invocation, site);
  try {
    const result = await effect(invocation);
    ground.tell(`${process.fn} ${site}`);
    if (!isLast) return result;
    if (crash.when === "after") return dying(ground, invocation, site);
    invocation.faults.push("no answer");
    if (doubt) return doubt();
    throw unanswered();
  } catch (error) {
    ground.tell(`${process.fn} ${site}: ${(error as Error).name}`);
    if (isLast && crash.when === "after") return dying(ground, invocation, site);
    throw error;
  }
}

function dying(ground: Ground, invocation: Invocation, site: string): Promise<never> {
  ground.tell(`${invocation.fn} dies ${invocation.crash?.when} ${site}`);
  invocation.die();
  return never();
}

/** The functions of a deployment: warm processes that are reused, and new ones when none is free. */
export class Lambdas {
  /** Invocations that failed though nothing was done to them. */
  readonly unexplained: string[] = [];
  /** Every invocation so far. */
  readonly invocations: Invocation[] = [];
  /** The crash of the n-th invocation from now on, where one is planned. */
  planned: { nth: number; crash: Crash } | undefined;
  readonly #ground: Ground;
  readonly #make: (fn: string) => Process;
  readonly #idle = new Map<string, Process[]>();
  /** How many outside calls each kind of invocation made the last time. */
  readonly #usual = new Map<string, number>();

  constructor(ground: Ground, make: (fn: string) => Process) {
    this.#ground = ground;
    this.#make = make;
  }

  /** Invokes a function; a crash ends its process, whose memory is gone. */
  async invoke(fn: string, event: unknown, wanted?: Crash): Promise<{ ending: Ending; faults: readonly string[] }> {
    const does = (event as { routeKey?: string } | undefined)?.routeKey ?? fn;
    const crash = this.#crashOf(does, wanted);
    const idle = this.#idle.get(fn) ?? [];
    this.#idle.set(fn, idle);
    const process = idle.pop() ?? this.#make(fn);
    const invocation = begin(fn, does, crash);
    this.invocations.push(invocation);
    process.invocation = invocation;
    process.logs.length = 0;
    const ran = process.handler(event).then(
      (answer): Ending => ({ kind: "done", answer }),
      (error: unknown): Ending => ({ kind: "failed", error }),
    );
    const ending = await Promise.race([ran, invocation.death.then((): Ending => ({ kind: "died" }))]);
    process.invocation = undefined;
    if (ending.kind !== "died") {
      idle.push(process);
      this.#usual.set(does, invocation.calls);
    }
    for (const fault of new Set(invocation.faults)) this.#ground.faults.count(fault, ending.kind);
    this.#ground.tell(`${fn} ${ending.kind}`);
    if (invocation.faults.length === 0)
      this.unexplained.push(...failures(ending, process.logs).map((failure) => `${fn}: ${failure}`));
    return { ending, faults: invocation.faults };
  }

  /** Where an invocation dies: at any of the calls that its kind makes. */
  #crashOf(does: string, wanted: Crash | undefined): Crash | undefined {
    const { planned } = this;
    if (planned) planned.nth -= 1;
    if (planned?.nth === -1) return planned.crash;
    if (planned || wanted) return wanted;
    const { faults, random } = this.#ground;
    if (!faults.strikes("crash")) return undefined;
    const calls = Math.max(CALLS_MIN, this.#usual.get(does) ?? 0);
    return { call: random.below(calls), when: random.chance(0.5) ? "before" : "after" };
  }
}
