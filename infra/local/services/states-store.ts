import type { DatabaseSync } from "node:sqlite";
import type { Millis } from "../ports.ts";
import { openStore, type Store } from "./database.ts";

const SCHEMA = `
CREATE TABLE IF NOT EXISTS states_execution (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, arn TEXT NOT NULL UNIQUE, machine TEXT NOT NULL, name TEXT NOT NULL,
  express INTEGER NOT NULL, status TEXT NOT NULL, input TEXT NOT NULL, started_at INTEGER NOT NULL, stopped_at INTEGER,
  output TEXT, error TEXT, cause TEXT,
  state TEXT NOT NULL, state_input TEXT NOT NULL, visit INTEGER NOT NULL, retries TEXT NOT NULL,
  wake_at INTEGER, due_at INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS states_execution_machine ON states_execution (machine, status);
`;
const EXPRESS_KEPT = 500;

/** How an execution stands. */
export type Status = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";

/** One execution: what it was asked, and exactly where it is. */
export interface Execution {
  arn: string;
  machine: string;
  name: string;
  express: boolean;
  status: Status;
  /** JSON text. */
  input: string;
  startedAt: Millis;
  stoppedAt: Millis | undefined;
  output: string | undefined;
  error: string | undefined;
  cause: string | undefined;
  /** The state that runs or waits, and its raw input as JSON text. */
  state: string;
  stateInput: string;
  /** Counts every step and pause, so that late work of an earlier one is told apart. */
  visit: number;
  /** Retries used up, by the position of the rule in the state's `Retry`. */
  retries: number[];
  /** When a Wait state goes on; none while a state runs or pauses before a retry. */
  wakeAt: Millis | undefined;
  /** When the pause it is in ends; none while it runs. */
  dueAt: Millis | undefined;
}

interface Row {
  arn: string;
  machine: string;
  name: string;
  express: number;
  status: Status;
  input: string;
  started_at: number;
  stopped_at: number | null;
  output: string | null;
  error: string | null;
  cause: string | null;
  state: string;
  state_input: string;
  visit: number;
  retries: string;
  wake_at: number | null;
  due_at: number | null;
}

/** Executions on disk. */
export class ExecutionStore {
  readonly #store: Store;

  constructor(database: DatabaseSync) {
    this.#store = openStore(database, SCHEMA);
  }

  /** Runs synchronous work in one transaction. */
  atomic<T>(work: () => T): T {
    return this.#store.atomic(work);
  }

  add(execution: Execution): void {
    const { arn, machine, name, express, status, input, startedAt, state, stateInput } = execution;
    this.#store.run(
      `INSERT INTO states_execution
       (arn, machine, name, express, status, input, started_at, state, state_input, visit, retries)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '[]')`,
      arn,
      machine,
      name,
      express ? 1 : 0,
      status,
      input,
      startedAt,
      state,
      stateInput,
    );
  }

  find(arn: string): Execution | undefined {
    const row = this.#store.one<Row>("SELECT * FROM states_execution WHERE arn = ?", arn);
    return row && readRow(row);
  }

  /** The newest executions, of one machine or all. */
  list(machine: string | undefined, status: string | undefined, max: number): Execution[] {
    return this.#store
      .all<Row>(
        `SELECT * FROM states_execution WHERE (?1 IS NULL OR machine = ?1) AND (?2 IS NULL OR status = ?2)
         ORDER BY sequence DESC LIMIT ?3`,
        machine ?? null,
        status ?? null,
        max,
      )
      .map(readRow);
  }

  /** Moves a running execution on, unless it was stopped or moved by somebody else meanwhile. */
  move(
    from: Execution,
    to: Pick<Execution, "state" | "stateInput" | "retries" | "wakeAt" | "dueAt">,
  ): Execution | undefined {
    const changed = this.#store.run(
      `UPDATE states_execution SET state = ?, state_input = ?, retries = ?, wake_at = ?, due_at = ?, visit = visit + 1
       WHERE arn = ? AND visit = ? AND status = 'RUNNING'`,
      to.state,
      to.stateInput,
      JSON.stringify(to.retries),
      to.wakeAt ?? null,
      to.dueAt ?? null,
      from.arn,
      from.visit,
    );
    return changed === 1 ? { ...from, ...to, visit: from.visit + 1 } : undefined;
  }

  /** Ends a running execution; false when it had ended before. */
  end(arn: string, at: Millis, end: { status: Status; output?: string; error?: string; cause?: string }): boolean {
    const { status, output = null, error = null, cause = null } = end;
    const changed = this.#store.run(
      `UPDATE states_execution SET status = ?, stopped_at = ?, output = ?, error = ?, cause = ?
       WHERE arn = ? AND status = 'RUNNING'`,
      status,
      at,
      output,
      error,
      cause,
      arn,
    );
    // AWS forgets Express executions at once; the last ones are kept to look at.
    this.#store.run(
      `DELETE FROM states_execution WHERE express = 1 AND status <> 'RUNNING'
       AND sequence <= (SELECT MAX(sequence) FROM states_execution) - ?`,
      EXPRESS_KEPT,
    );
    return changed === 1;
  }
}

function readRow(row: Row): Execution {
  const { arn, machine, name, status, input, state, visit } = row;
  return {
    arn,
    machine,
    name,
    express: row.express === 1,
    status,
    input,
    startedAt: row.started_at,
    stoppedAt: row.stopped_at ?? undefined,
    output: row.output ?? undefined,
    error: row.error ?? undefined,
    cause: row.cause ?? undefined,
    state,
    stateInput: row.state_input,
    visit,
    retries: JSON.parse(row.retries) as number[],
    wakeAt: row.wake_at ?? undefined,
    dueAt: row.due_at ?? undefined,
  };
}
