import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Millis } from "./ports.ts";

/** One row of the work list; `sequence` changes whenever the item is replaced. */
export interface WorkRow {
  sequence: number;
  id: string;
  kind: string;
  payload: string;
  dueAt: Millis;
  attempt: number;
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS work (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
  payload TEXT NOT NULL, due_at INTEGER NOT NULL, attempt INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS work_due ON work (due_at, sequence);
`;

/** The list of due work on disk. An item stays there while it runs, so a kill brings it back. */
export class WorkList {
  readonly #running = new Map<string, number>();
  readonly #statement: Record<"put" | "cancel" | "take" | "done" | "again" | "count" | "next", StatementSync>;

  constructor(database: DatabaseSync) {
    database.exec(SCHEMA);
    const known = "kind IN (SELECT value FROM json_each(?))";
    this.#statement = {
      put: database.prepare("INSERT OR REPLACE INTO work (id, kind, payload, due_at, attempt) VALUES (?, ?, ?, ?, ?)"),
      cancel: database.prepare("DELETE FROM work WHERE id = ? AND sequence <> ?"),
      take: database.prepare(
        `SELECT sequence, id, kind, payload, due_at AS dueAt, attempt FROM work
         WHERE due_at <= ? AND ${known} ORDER BY due_at, sequence LIMIT ?`,
      ),
      done: database.prepare("DELETE FROM work WHERE sequence = ?"),
      again: database.prepare("UPDATE work SET due_at = ?, attempt = attempt + 1 WHERE sequence = ?"),
      count: database.prepare(`SELECT COUNT(*) AS count FROM work WHERE due_at <= ? AND ${known}`),
      next: database.prepare(`SELECT due_at AS dueAt, id FROM work WHERE ${known} ORDER BY due_at, sequence LIMIT ?`),
    };
  }

  put(item: Omit<WorkRow, "sequence">): void {
    this.#statement.put.run(item.id, item.kind, item.payload, item.dueAt, item.attempt);
  }

  /** Forgets an item; one that is running goes on to its end. */
  cancel(id: string): void {
    this.#statement.cancel.run(id, this.#running.get(id) ?? 0);
  }

  /** Takes due items in the order of their time; an item whose earlier version still runs waits for it. */
  take(now: Millis, max: number, kinds: string): WorkRow[] {
    const rows = this.#statement.take.all(now, kinds, max + this.#running.size) as unknown as WorkRow[];
    const free = rows.filter(({ id }) => !this.#running.has(id)).slice(0, max);
    for (const { id, sequence } of free) this.#running.set(id, sequence);
    return free;
  }

  done({ id, sequence }: WorkRow): void {
    this.#running.delete(id);
    this.#statement.done.run(sequence);
  }

  again({ id, sequence }: WorkRow, dueAt: Millis): void {
    this.#running.delete(id);
    this.#statement.again.run(dueAt, sequence);
  }

  countDue(now: Millis, kinds: string): number {
    return Number(this.#statement.count.get(now, kinds)?.count);
  }

  /** When the next item that does not run yet is due. */
  nextDue(kinds: string): Millis | undefined {
    const rows = this.#statement.next.all(kinds, this.#running.size + 1) as unknown as WorkRow[];
    return rows.find(({ id }) => !this.#running.has(id))?.dueAt;
  }
}
