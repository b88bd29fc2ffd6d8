import { DatabaseSync } from "node:sqlite";
import type { Engine, Millis, WorkItem } from "../../../infra/local/ports.ts";

interface Due {
  item: WorkItem;
  payload: string;
}

const BACKOFF_MS = 1000;
const TRIES_MAX = 8;
const TICKS_A_JUMP = 100;

/** An engine in memory: the same promises as the real one, time moves only when told. */
export class EngineDouble implements Engine {
  readonly database = new DatabaseSync(":memory:");
  readonly #workers = new Map<string, Parameters<Engine["on"]>[1]>();
  readonly #due = new Map<string, Due>();
  #now: Millis = Date.parse("2026-11-20T10:00:00Z");
  #names = 0;
  #strideMs = 0;

  now(): Millis {
    return this.#now;
  }

  on(kind: string, run: Parameters<Engine["on"]>[1]): void {
    this.#workers.set(kind, run);
  }

  enqueue(kind: string, payload: unknown, { id, dueAt }: { id?: string; dueAt?: Millis } = {}): void {
    const item = { id: id ?? `item-${++this.#names}`, kind, dueAt: dueAt ?? this.#now, attempt: 1 };
    this.#due.delete(item.id);
    this.#due.set(item.id, { item, payload: JSON.stringify(payload) ?? "null" });
  }

  cancel(id: string): void {
    this.#due.delete(id);
  }

  busy<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  nextTick(after: Millis, next: (after: Millis) => Millis): Millis {
    return next(after + Math.max(0, this.#strideMs - 1));
  }

  /** Kinds and instants of everything on the list, earliest first. */
  waiting(): { kind: string; dueAt: Millis }[] {
    return [...this.#due.values()]
      .map(({ item: { kind, dueAt } }) => ({ kind, dueAt }))
      .sort((a, b) => a.dueAt - b.dueAt);
  }

  /** Runs everything that is due, and whatever falls due meanwhile, without moving time. */
  async settle(): Promise<void> {
    await this.advance(0);
  }

  /** Moves time: whatever falls due runs in order, each at its own instant. */
  async advance(byMs: number): Promise<void> {
    const target = this.#now + byMs;
    this.#strideMs = byMs / TICKS_A_JUMP;
    for (let next = this.#next(target); next; next = this.#next(target)) {
      this.#now = Math.max(this.#now, next.item.dueAt);
      await this.#run(next);
    }
    this.#now = target;
    this.#strideMs = 0;
  }

  #next(until: Millis): Due | undefined {
    let first: Due | undefined;
    for (const due of this.#due.values())
      if (due.item.dueAt <= until && (!first || due.item.dueAt < first.item.dueAt)) first = due;
    return first;
  }

  async #run(due: Due): Promise<void> {
    const { item, payload } = due;
    const worker = this.#workers.get(item.kind);
    if (!worker) throw new Error(`No worker for ${item.kind}.`);
    try {
      await worker(JSON.parse(payload), item);
      // A worker may have put new work under its own id.
      if (this.#due.get(item.id) === due) this.#due.delete(item.id);
    } catch (error) {
      if (item.attempt >= TRIES_MAX) throw error;
      due.item = { ...item, attempt: item.attempt + 1, dueAt: this.#now + BACKOFF_MS };
    }
  }
}
