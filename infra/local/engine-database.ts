import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { CannotStart } from "./errors.ts";

const DATABASE = "cloud.db";

/** True where a cloud has been. */
export const hasDatabase = (dataDir: string): boolean => existsSync(join(dataDir, DATABASE));

/** Opens the cloud's own database and keeps it for this process alone. */
export function openDatabase(dataDir: string): DatabaseSync {
  mkdirSync(dataDir, { recursive: true });
  const database = new DatabaseSync(join(dataDir, DATABASE), { timeout: 1_000 });
  try {
    // A write-ahead log outlives the process without an fsync per commit; an exclusive lock ends with the process.
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
    database.exec("CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;");
    database.exec("BEGIN IMMEDIATE; COMMIT;");
  } catch (cause) {
    database.close();
    throw new CannotStart(`Another local cloud uses ${dataDir}: stop it, or choose another data directory.`, { cause });
  }
  return database;
}

/** A setting that outlives the process. */
export function readSetting(database: DatabaseSync, name: string): string | undefined {
  return database.prepare("SELECT value FROM setting WHERE name = ?").get(name)?.value as string | undefined;
}

/** Replaces a setting. */
export function writeSetting(database: DatabaseSync, name: string, value: string): void {
  database.prepare("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)").run(name, value);
}
