import { DatabaseSync } from "node:sqlite";
import type { Engine, Millis, WorkItem } from "../../../infra/local/ports.ts";

interface Row extends WorkItem {
  sequence: number;
  payload: string;
}

const SCHEMA = `
CREATE TABLE work (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, payload TEXT NOT NULL,
  dueAt INTEGER NOT NULL, attempt INTEGER NOT NULL
) STRICT;
`;
const BACKOFF_MS = 1000;
const TRIES_MAX = 8;
const TICKS_A_JUMP = 100;

/** An engine in memory: the same promises as the real one, but its time moves only when told. */
export class EngineDouble implements Engine {
  readonly database = new DatabaseSync(":memory:");
  readonly #workers = new Map<string, Parameters<Engine["on"]>[1]>();
  #now: Millis = Date.parse("2026-11-20T10:00:00Z");
  #names = 0;
  #strideMs = 0;

  constructor() {
    this.database.exec(SCHEMA);
  }

  now(): Millis {
    return this.#now;
  }

  on(kind: string, run: Parameters<Engine["on"]>[1]): void {
    this.#workers.set(kind, run);
  }

  enqueue(kind: string, payload: unknown, options: { id?: string; dueAt?: Millis } = {}): void {
    const { id = `item-${++this.#names}`, dueAt = this.#now } = options;
    this.database
      .prepare("INSERT OR REPLACE INTO work (id, kind, payload, dueAt, attempt) VALUES (?, ?, ?, ?, 1)")
      .run(id, kind, JSON.stringify(payload) ?? "null", dueAt);
  }

  cancel(id: string): void {
    this.database.prepare("DELETE FROM work WHERE id = ?").run(id);
  }

  busy<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  nextTick(after: Millis, next: (after: Millis) => Millis): Millis {
    return next(after + Math.max(0, this.#strideMs - 1));
  }

  /** Kinds and instants of everything on the list, earliest first. */
  waiting(): { kind: string; dueAt: Millis }[] {
    const rows = this.database.prepare("SELECT kind, dueAt FROM work ORDER BY dueAt, sequence").all();
    return rows.map(({ kind, dueAt }) => ({ kind: String(kind), dueAt: Number(dueAt) }));
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
      this.#now = Math.max(this.#now, next.dueAt);
      await this.#run(next);
    }
    this.#now = target;
    this.#strideMs = 0;
  }

  #next(until: Millis): Row | undefined {
    const sql = "SELECT * FROM work WHERE dueAt <= ? ORDER BY dueAt, sequence LIMIT 1";
    return this.database.prepare(sql).get(until) as Row | undefined;
  }

  async #run({ sequence, payload, ...item }: Row): Promise<void> {
    const worker = this.#workers.get(item.kind);
    if (!worker) throw new Error(`No worker for ${item.kind}.`);
    try {
      await worker(JSON.parse(payload), item);
      // A worker may have put new work under its own id: that is another row.
      this.database.prepare("DELETE FROM work WHERE sequence = ?").run(sequence);
    } catch (error) {
      if (item.attempt >= TRIES_MAX) throw error;
      const again = "UPDATE work SET attempt = attempt + 1, dueAt = ? WHERE sequence = ?";
      this.database.prepare(again).run(this.#now + BACKOFF_MS, sequence);
    }
  }
}
