import type { Instant } from "../../events/values.ts";
import type { Clock } from "../../functions/shell/port.ts";
import type { Random } from "./random.ts";

/** Something that is planned; cancelled, it never happens. */
export interface Timer {
  atMs: number;
  act: () => void;
  /** A planned look at something that may lie far ahead: no work that is under way. */
  isWait: boolean;
}

const STEPS_MAX = 400_000;

/** Everything that is ready has run, and whatever can go on waits for its turn. */
const drained = () => new Promise<void>((done) => setImmediate(done));

/**
 * One thread, one clock, and one die. Whoever calls outside waits for a turn; the die says who is next, so that
 * handlers overlap in every way, and in the same way for the same seed.
 */
export class Loop {
  /** What one outside call takes at most. */
  latencyMaxMs = 12;
  readonly clock: Clock = { now: () => this.now() };
  readonly #random: Random;
  #nowMs: number;
  #waiting: (() => void)[] = [];
  /** Latest first. */
  readonly #timers: Timer[] = [];
  #steps = 0;

  constructor(random: Random, start: Instant) {
    this.#random = random;
    this.#nowMs = Date.parse(start);
  }

  now(): Instant {
    return new Date(this.#nowMs).toISOString();
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  get steps(): number {
    return this.#steps;
  }

  /** Waits for a turn. */
  turn(): Promise<void> {
    return new Promise((done) => this.#waiting.push(done));
  }

  pause(ms: number): Promise<void> {
    return new Promise((done) => this.after(ms, done));
  }

  /** Plans something; `isWait` says that nobody is at work until then. */
  after(ms: number, act: () => void, isWait = false): Timer {
    const timer = { atMs: this.#nowMs + Math.max(0, Math.ceil(ms)), act, isWait };
    const at = this.#timers.findIndex(({ atMs }) => atMs <= timer.atMs);
    this.#timers.splice(at < 0 ? this.#timers.length : at, 0, timer);
    return timer;
  }

  cancel(timer: Timer): void {
    const at = this.#timers.indexOf(timer);
    if (at >= 0) this.#timers.splice(at, 1);
  }

  /** True while something is under way: only waits are left when it is not. */
  get isBusy(): boolean {
    return this.#waiting.length > 0 || this.#timers.some(({ isWait }) => !isWait);
  }

  /** Goes on until nothing is under way; a world that does not rest within a time is a failure. */
  async rest(limitMs: number): Promise<void> {
    const until = this.#nowMs + limitMs;
    for (await drained(); this.isBusy; await drained()) {
      if (this.#nowMs > until) throw new Error(`The world is not at rest after ${limitMs} ms.`);
      this.#step();
    }
  }

  /** Lets time go by, with all that happens until then. */
  async pass(ms: number): Promise<void> {
    const until = this.#nowMs + ms;
    for (await drained(); this.#waiting.length > 0 || this.#nextMs <= until; await drained()) this.#step();
    this.#nowMs = Math.max(this.#nowMs, until);
  }

  /** Goes on until some work is done. */
  async finish<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const end = () => {
      isDone = true;
    };
    work.then(end, end);
    for (await drained(); !isDone; await drained()) this.#step();
    return work;
  }

  get #nextMs(): number {
    return this.#timers.at(-1)?.atMs ?? Number.POSITIVE_INFINITY;
  }

  #step(): void {
    this.#steps += 1;
    if (this.#steps > STEPS_MAX) throw new Error(`The world takes more than ${STEPS_MAX} steps.`);
    if (this.#nextMs <= this.#nowMs || this.#waiting.length === 0) {
      const timer = this.#timers.pop();
      if (!timer) throw new Error("The world waits for nothing.");
      this.#nowMs = Math.max(this.#nowMs, timer.atMs);
      timer.act();
      return;
    }
    const [resume] = this.#waiting.splice(this.#random.below(this.#waiting.length), 1);
    this.#nowMs += this.#random.below(this.latencyMaxMs);
    resume?.();
  }
}

/** Puts the loop's clock below the pauses that code takes by itself; the answer puts the real one back. */
export function underTimers(loop: Loop): () => void {
  const real = globalThis.setTimeout;
  globalThis.setTimeout = ((act: () => void, ms = 0) => loop.after(ms, act)) as unknown as typeof setTimeout;
  return () => {
    globalThis.setTimeout = real;
  };
}
