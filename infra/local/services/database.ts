import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";

/** A small door to SQLite for services: statements are prepared once, rows come back as plain typed objects. */
export interface Store {
  run(sql: string, ...values: SQLInputValue[]): number;
  one<T>(sql: string, ...values: SQLInputValue[]): T | undefined;
  all<T>(sql: string, ...values: SQLInputValue[]): T[];
  /** Runs synchronous work in one transaction; inside another one it simply joins. */
  atomic<T>(work: () => T): T;
}

/** Opens a service's tables (created when they are not there yet). */
export function openStore(database: DatabaseSync, schema: string): Store {
  database.exec(schema);
  const statements = new Map<string, StatementSync>();
  function prepare(sql: string): StatementSync {
    const known = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, known);
    return known;
  }
  return {
    run: (sql, ...values) => Number(prepare(sql).run(...values).changes),
    one: <T>(sql: string, ...values: SQLInputValue[]) => prepare(sql).get(...values) as T | undefined,
    all: <T>(sql: string, ...values: SQLInputValue[]) => prepare(sql).all(...values) as T[],
    atomic(work) {
      if (database.isTransaction) return work();
      database.exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        database.exec("COMMIT");
        return result;
      } catch (error) {
        database.exec("ROLLBACK");
        throw error;
      }
    },
  };
}
