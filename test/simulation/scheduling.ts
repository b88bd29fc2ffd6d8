import type { Executions } from "../../functions/shell/executions.ts";
import type { OneShot, Scheduler } from "../../functions/shell/scheduler.ts";
import type { Timer } from "./loop.ts";
import { type Ground, type Lambdas, outside, type Process } from "./process.ts";

/** Scheduler is punctual to the minute, and forgets a schedule some time after it ran. */
const JITTER_MS = 30_000;
const FORGETS_MS = 20_000;
/** Retries of infra/constructs/state-machine.ts: attempts, and the first pause between two. */
const ATTEMPTS_MAX = 4;
const INTERVAL_MS = 2_000;

/** EventBridge Scheduler: one-shots by name, at least once, never before their time. */
export class Schedules {
  readonly #ground: Ground;
  readonly #targets: Readonly<Record<string, (input: unknown) => void>>;
  readonly #kept = new Map<string, Timer>();

  /** `targets` by their ARN. */
  constructor(ground: Ground, targets: Readonly<Record<string, (input: unknown) => void>>) {
    this.#ground = ground;
    this.#targets = targets;
  }

  /** Loses everything that is planned. */
  forget(): void {
    for (const timer of this.#kept.values()) this.#ground.loop.cancel(timer);
    this.#kept.clear();
  }

  of(process: Process): Scheduler {
    const call = (site: string, effect: () => void) =>
      outside(this.#ground, process, site, (invocation) => {
        const { faults } = this.#ground;
        if (faults.strikes("throttle")) {
          invocation.faults.push("scheduler out of order");
          throw new Error("Scheduler is out of order.");
        }
        effect();
        if (!faults.strikes("lostAnswer")) return;
        invocation.faults.push("lost answer of the scheduler");
        throw new Error("Scheduler did not answer.");
      });
    return {
      schedule: (wanted) => call("scheduler.schedule", () => this.#plan(wanted)),
      cancel: (name) =>
        call("scheduler.cancel", () => {
          const timer = this.#kept.get(name);
          if (timer) this.#ground.loop.cancel(timer);
          this.#kept.delete(name);
        }),
    };
  }

  #plan({ name, at, target }: OneShot): void {
    if (this.#kept.has(name)) return;
    const { loop, random } = this.#ground;
    const act = this.#targets[target.arn];
    if (!act) throw new Error(`No schedule may target ${target.arn}.`);
    const atMs = Math.ceil(Math.max(Date.parse(at), loop.nowMs + 1_000) / 1_000) * 1_000;
    const timer = loop.after(
      atMs - loop.nowMs + random.below(JITTER_MS),
      () => this.#fire(name, () => act(target.input)),
      true,
    );
    this.#kept.set(name, timer);
  }

  #fire(name: string, act: () => void): void {
    const { loop, random, faults } = this.#ground;
    this.#ground.tell(`scheduler fires ${name}`);
    act();
    if (faults.strikes("twice")) {
      faults.count("schedule", "ran twice");
      loop.after(random.below(JITTER_MS), act);
    }
    loop.after(random.below(FORGETS_MS), () => this.#kept.delete(name), true);
  }
}

/** The Express machine: runs its one task, again as its definition says when it fails; an input may run twice. */
export class Machine {
  /** Executions to come of which every attempt fails. */
  outages = 0;
  readonly #ground: Ground;
  readonly #lambdas: Lambdas;
  readonly #task: string;
  readonly #putAside: (letter: unknown) => void;

  constructor(task: string, ground: Ground, lambdas: Lambdas, putAside: (letter: unknown) => void) {
    this.#putAside = putAside;
    this.#task = task;
    this.#ground = ground;
    this.#lambdas = lambdas;
  }

  of(process: Process): Executions {
    return {
      start: (input) =>
        outside(this.#ground, process, "journeys.start", (invocation) => {
          const { faults } = this.#ground;
          if (faults.strikes("throttle")) {
            invocation.faults.push("machine out of order");
            throw new Error("The machine is out of order.");
          }
          this.start(input);
          if (!faults.strikes("lostAnswer")) return;
          invocation.faults.push("lost answer of the machine");
          throw new Error("The machine did not answer.");
        }),
    };
  }

  start(input: unknown): void {
    const { faults, loop, random } = this.#ground;
    const copy = JSON.parse(JSON.stringify(input)) as unknown;
    const isTwice = faults.strikes("twice");
    if (isTwice) faults.count("execution", "ran twice");
    for (let time = 0; time < (isTwice ? 2 : 1); time += 1) {
      loop.after(random.between(5, 300), () => void this.#run(copy));
    }
  }

  async #run(input: unknown): Promise<void> {
    const isOut = this.outages > 0 || this.#ground.faults.strikes("outage");
    if (this.outages > 0) this.outages -= 1;
    const crash = isOut ? ({ call: 0, when: "before" } as const) : undefined;
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const { ending } = await this.#lambdas.invoke(this.#task, input, crash);
      if (ending.kind === "done") return;
      await this.#ground.loop.pause(INTERVAL_MS * 2 ** (attempt - 1));
    }
    const isEntry = (input as { journeyId?: string }).journeyId !== undefined;
    this.#ground.faults.count("failures of one execution", isEntry ? "put aside" : "left to the sweep");
    if (isEntry) this.#putAside({ entry: input });
  }
}
