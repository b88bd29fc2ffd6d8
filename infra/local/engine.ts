import { randomUUID } from "node:crypto";
import { setTimeout as pause, setImmediate as turn } from "node:timers/promises";
import { readSetting, writeSetting } from "./engine-database.ts";
import { WorkList, type WorkRow } from "./engine-work.ts";
import { stackOf } from "./errors.ts";
import type { Engine, Millis, WorkItem } from "./ports.ts";

const RUNNING_MAX = 32;
const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 60_000;
const TIMER_MAX_MS = 2 ** 31 - 1;
/** How many ticks of one recurring item a jump of the clock runs, about. */
const TICKS_PER_JUMP = 100;
const LOOK_AGAIN_MS = 20;
/** The setting that keeps how far the clock is ahead of the wall's, in ms. */
const OFFSET = "clock.offset";

type Worker = (payload: unknown, item: WorkItem) => Promise<void>;

/** The durable work list and the clock, with what only the runtime itself may do to them. */
export class LocalEngine implements Engine {
  readonly database: Engine["database"];
  readonly #work: WorkList;
  readonly #log: (line: string) => void;
  readonly #workers = new Map<string, Worker>();
  readonly #watched = new Map<string, () => number>();
  readonly #hurried = new Set<() => void>();
  readonly #moved = new Set<(offsetMs: number) => void>();
  #offsetMs: number;
  #busy = 0;
  #settling = 0;
  #running = 0;
  #state: "made" | "started" | "stopped" = "made";
  #timer: NodeJS.Timeout | undefined;
  #jump: { from: Millis; to: Millis } | undefined;
  #jumps: Promise<unknown> = Promise.resolve();
  #wake: () => void = () => {};

  /** `startAt` is where a clock begins that has never run. */
  constructor(database: Engine["database"], log: (line: string) => void, startAt: Millis = Date.now()) {
    this.database = database;
    this.#work = new WorkList(database);
    this.#log = log;
    const kept = readSetting(database, OFFSET);
    this.#offsetMs = Math.round(Number(kept ?? startAt - Date.now()));
    if (kept === undefined) writeSetting(database, OFFSET, String(this.#offsetMs));
  }

  now(): Millis {
    return Date.now() + this.#offsetMs;
  }

  /** How far the cloud's clock is ahead of the wall's. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  on(kind: string, run: Worker): void {
    if (this.#workers.has(kind)) throw new Error(`The work "${kind}" has a worker already.`);
    this.#workers.set(kind, run);
  }

  enqueue(kind: string, payload: unknown, options: { id?: string; dueAt?: Millis } = {}): void {
    const { id = randomUUID(), dueAt = this.now() } = options;
    this.#work.put({ id, kind, payload: JSON.stringify(payload ?? null), dueAt, attempt: 1 });
    this.#arm(dueAt);
  }

  cancel(id: string): void {
    this.#work.cancel(id);
  }

  nextTick(after: Millis, next: (after: Millis) => Millis): Millis {
    const tick = next(after);
    const jump = this.#jump;
    if (!jump || tick > jump.to) return jump || tick > this.now() ? tick : next(this.now());
    const stride = (jump.to - jump.from) / TICKS_PER_JUMP;
    const later = tick - after >= stride ? tick : next(after + stride - 1);
    if (later <= jump.to) return later;
    let last = tick;
    for (let each = tick; each <= jump.to; each = next(each)) last = each;
    return last;
  }

  async busy<T>(work: () => Promise<T>): Promise<T> {
    this.#busy += 1;
    try {
      return await work();
    } finally {
      this.#busy -= 1;
      this.touch();
    }
  }

  /** Counts what is in flight elsewhere, under a name that a stuck settling can show. */
  watch(name: string, count: () => number): void {
    this.#watched.set(name, count);
  }

  /** Tells whoever settles to look again. */
  touch(): void {
    this.#wake();
  }

  /** Calls back with the new offset whenever the clock has moved. */
  onMove(listener: (offsetMs: number) => void): void {
    this.#moved.add(listener);
  }

  start(): void {
    this.#state = "started";
    this.#pump();
  }

  stop(): void {
    this.#state = "stopped";
    clearTimeout(this.#timer);
  }

  /** What is in flight, by name; nothing when the cloud is quiet. */
  inFlight(): Record<string, number> {
    const counts = [...this.#watched].map(([name, count]): [string, number] => [name, count()]);
    counts.push(
      ["busy", this.#busy],
      ["running", this.#running],
      ["due", this.#work.countDue(this.now(), this.#kinds())],
    );
    return Object.fromEntries(counts.filter(([, count]) => count > 0));
  }

  /** Calls back whenever somebody begins to wait for quiet. */
  onSettle(hurry: () => void): void {
    this.#hurried.add(hurry);
  }

  /** Whether somebody waits for quiet: then nothing lingers to gather larger batches. */
  get settling(): boolean {
    return this.#settling > 0;
  }

  /** Resolves when nothing is in flight; work that hands over to other work never looks quiet in between. */
  async settle(): Promise<void> {
    this.#settling += 1;
    for (const hurry of this.#hurried) hurry();
    try {
      await this.#untilQuiet();
    } finally {
      this.#settling -= 1;
    }
  }

  async #untilQuiet(): Promise<void> {
    for (let quietTurns = 0; quietTurns < 2; ) {
      if (this.#state === "stopped") return;
      if (Object.keys(this.inFlight()).length === 0) {
        quietTurns += 1;
        await turn();
      } else {
        quietTurns = 0;
        const woken = new Promise<void>((resolve) => (this.#wake = resolve));
        await Promise.race([woken, pause(LOOK_AGAIN_MS)]);
      }
    }
  }

  /** Moves the clock; everything that falls due runs in order, and the cloud settles after each step. */
  advance(byMs: number): Promise<void> {
    const jump = this.#jumps.then(() => this.#advance(byMs));
    this.#jumps = jump.catch(() => {});
    return jump;
  }

  async #advance(byMs: number): Promise<void> {
    await this.settle();
    const from = this.now();
    const to = from + byMs;
    this.#jump = { from, to };
    try {
      for (let due = this.#nextDue(to); due !== undefined; due = this.#nextDue(to)) {
        this.#moveTo(due);
        await this.settle();
      }
      this.#moveTo(to);
      await this.settle();
    } finally {
      this.#jump = undefined;
    }
  }

  #nextDue(until: Millis): Millis | undefined {
    if (this.#state === "stopped") return undefined;
    const due = this.#work.nextDue(this.#kinds());
    return due !== undefined && due <= until ? due : undefined;
  }

  #moveTo(instant: Millis): void {
    const ahead = instant - this.now();
    if (ahead > 0) {
      this.#offsetMs += ahead;
      writeSetting(this.database, OFFSET, String(this.#offsetMs));
      for (const listener of this.#moved) listener(this.#offsetMs);
    }
    this.#pump();
  }

  #kinds(): string {
    return JSON.stringify([...this.#workers.keys()]);
  }

  #arm(dueAt: Millis): void {
    if (this.#state !== "started") return;
    const delay = dueAt - this.now();
    if (delay <= 0) setImmediate(() => this.#pump());
    else this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const next = this.#work.nextDue(this.#kinds());
    if (next === undefined || this.#state !== "started") return;
    this.#timer = setTimeout(() => this.#pump(), Math.min(Math.max(next - this.now(), 0), TIMER_MAX_MS));
    this.#timer.unref();
  }

  #pump(): void {
    if (this.#state !== "started") return;
    const free = RUNNING_MAX - this.#running;
    if (free > 0) for (const row of this.#work.take(this.now(), free, this.#kinds())) void this.#run(row);
    if (this.#running < RUNNING_MAX) this.#schedule();
  }

  async #run(row: WorkRow): Promise<void> {
    this.#running += 1;
    const { id, kind, dueAt, attempt } = row;
    try {
      await this.#workers.get(kind)?.(JSON.parse(row.payload), { id, kind, dueAt, attempt });
      if (this.#state === "started") this.#work.done(row);
    } catch (error) {
      if (this.#state === "started") {
        this.#log(`engine: ${kind} failed (attempt ${attempt}): ${stackOf(error)}`);
        const backoff = Math.min(RETRY_MIN_MS * 2 ** (attempt - 1), RETRY_MAX_MS);
        this.#work.again(row, this.now() + backoff);
      }
    } finally {
      this.#running -= 1;
      this.touch();
      this.#pump();
    }
  }
}
