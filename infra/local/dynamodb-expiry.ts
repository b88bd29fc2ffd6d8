import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type DynamoClient, DynamoError } from "./dynamodb-client.ts";
import type { Item } from "./dynamodb-permissions.ts";
import type { LocalTable } from "./dynamodb-tables.ts";
import type { LocalEngine } from "./engine.ts";

const KIND = "dynamodb.expiry";
/** AWS promises to remove expired items within a few days; this is often enough to show what that does. */
const EVERY_MS = 6 * 3_600_000;
const SWEEP_MAX = 500;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS expiry (
  item TEXT NOT NULL, name TEXT NOT NULL, expires_at INTEGER NOT NULL, PRIMARY KEY (name, item)
) STRICT;
CREATE INDEX IF NOT EXISTS expiry_due ON expiry (name, expires_at);
`;

/** Time to live on the cloud's clock: DynamoDB Local knows only the wall's. */
export class Expiry {
  readonly #engine: LocalEngine;
  readonly #client: DynamoClient;
  readonly #tables: LocalTable[];
  readonly #written: (table: LocalTable) => void;
  readonly #removing = new Set<string>();
  readonly #statement: Record<"keep" | "forget" | "due", StatementSync>;

  constructor(setup: {
    engine: LocalEngine;
    client: DynamoClient;
    tables: Iterable<LocalTable>;
    written: (table: LocalTable) => void;
  }) {
    const database: DatabaseSync = setup.engine.database;
    this.#engine = setup.engine;
    this.#client = setup.client;
    this.#tables = [...setup.tables].filter(({ ttlAttribute }) => ttlAttribute !== undefined);
    this.#written = setup.written;
    database.exec(SCHEMA);
    this.#statement = {
      keep: database.prepare("INSERT OR REPLACE INTO expiry (item, name, expires_at) VALUES (?, ?, ?)"),
      forget: database.prepare("DELETE FROM expiry WHERE item = ? AND name = ?"),
      due: database.prepare("SELECT item FROM expiry WHERE name = ? AND expires_at <= ? ORDER BY expires_at LIMIT ?"),
    };
    setup.engine.on(KIND, async (_payload, { id, dueAt }) => {
      for (const table of this.#tables) await this.#sweep(table);
      const next = (after: number) => (Math.floor(after / EVERY_MS) + 1) * EVERY_MS;
      setup.engine.enqueue(KIND, null, { id, dueAt: setup.engine.nextTick(dueAt, next) });
    });
  }

  start(): void {
    if (this.#tables.length > 0) this.#engine.enqueue(KIND, null, { id: KIND });
  }

  /** A record of the stream; says whether it is a removal that was made here. */
  changed(table: LocalTable, keys: Item, image: Item | undefined): boolean {
    if (table.ttlAttribute === undefined) return false;
    const item = keyText(table, keys);
    const expiresAt = Number(image?.[table.ttlAttribute]?.N);
    if (Number.isFinite(expiresAt)) this.#statement.keep.run(item, table.name, Math.floor(expiresAt));
    else this.#statement.forget.run(item, table.name);
    return image === undefined && this.#removing.delete(`${table.name} ${item}`);
  }

  async #sweep(table: LocalTable): Promise<void> {
    const now = Math.floor(this.#engine.now() / 1000);
    for (;;) {
      const rows = this.#statement.due.all(table.name, now, SWEEP_MAX);
      for (const row of rows) await this.#remove(table, String(row.item), now);
      if (rows.length < SWEEP_MAX) return;
    }
  }

  async #remove(table: LocalTable, item: string, now: number): Promise<void> {
    const name = `${table.name} ${item}`;
    this.#removing.add(name);
    try {
      await this.#client.call("DeleteItem", {
        TableName: table.name,
        Key: JSON.parse(item),
        ConditionExpression: "#expiry <= :now",
        ExpressionAttributeNames: { "#expiry": table.ttlAttribute },
        ExpressionAttributeValues: { ":now": { N: String(now) } },
      });
      this.#written(table);
    } catch (error) {
      this.#removing.delete(name);
      // It was prolonged or removed in the meantime; its next record says so.
      if (!(error instanceof DynamoError && error.name === "ConditionalCheckFailedException")) throw error;
    }
    this.#statement.forget.run(item, table.name);
  }
}

function keyText({ keys }: LocalTable, item: Item): string {
  return JSON.stringify(Object.fromEntries(keys.map((key) => [key, item[key]])));
}
