import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";

type Row = Record<string, SQLInputValue>;

/** Ids of ours in an item: what makes one order's items another order's. */
const ID = /\b(?:ord|cus|msg|enr|pay|mis)_[0-9A-Z]{26}\b/g;
/** So much of an id is in every key made of it, also in the short ones that break ties. */
const TAIL = 8;
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** A list's partition that is one of several. */
const SHARDED = /((?:orders#sto_\w+|customers)#)[01](?=$|")/g;
const ROWS_PER_COMMIT = 20_000;

/** The whole of one real order, as the table has it: a template of many. */
export interface Template {
  rows: Row[];
  tails: string[];
  /** Metric items that only the template contributes to. */
  metrics: Row[];
}

const asText = (value: SQLInputValue | undefined): string =>
  value instanceof Uint8Array ? Buffer.from(value).toString("utf8") : String(value ?? "");
const asBytes = (text: string): Buffer => Buffer.from(text, "utf8");

/** Opens the file of DynamoDB Local, which must not run, and gives its one table. */
function open(dataDir: string): { database: DatabaseSync; table: string } {
  const database = new DatabaseSync(join(dataDir, "dynamodb", "shared-local-instance.db"));
  const [{ TableName }] = database.prepare("SELECT TableName FROM dm").all() as [{ TableName: string }];
  return { database, table: TableName };
}

/** Reads all that one order of the only store has left in the table. */
export function templateOf(dataDir: string, orderId: string): Template {
  const { database, table } = open(dataDir);
  const rows = database.prepare(`SELECT * FROM "${table}"`).all() as Row[];
  database.close();
  const about = (row: Row, ids: readonly string[]) => {
    const text = asText(row.ObjectJSON);
    return !/^(store|key|hook|metric)#/.test(asText(row.hashKey)) && ids.some((id) => text.includes(id));
  };
  let ids = [orderId];
  // Its customer, its message, its enrollment, and what names only those.
  for (const _ of [1, 2]) {
    const found = rows.filter((row) => about(row, ids)).flatMap((row) => asText(row.ObjectJSON).match(ID) ?? []);
    ids = [...new Set([...ids, ...found])];
  }
  const own = rows.filter((row) => about(row, ids));
  const identities = own.flatMap((row) => /^identity#(.+)$/.exec(asText(row.hashKey))?.[1] ?? []);
  return {
    rows: own,
    tails: [...new Set([...ids, ...identities].map((id) => id.slice(-TAIL)))],
    metrics: rows.filter((row) => asText(row.hashKey).startsWith("metric#")),
  };
}

/**
 * Brings the table to so many orders by copies of a template with fresh ids, written into DynamoDB Local's own file: by
 * its API a hundred thousand orders take half an hour. Nothing hears of them, and the metrics are multiplied. Copies
 * are found by their keys and in every index; only the order in which a scan meets them is not DynamoDB Local's own.
 */
export function stock(dataDir: string, template: Template, { from, to }: { from: number; to: number }): void {
  const { database, table } = open(dataDir);
  const columns = Object.keys(template.rows[0] ?? {});
  const marks = columns.map(() => "?").join(", ");
  const insert = database.prepare(`INSERT OR REPLACE INTO "${table}" (${columns.join(", ")}) VALUES (${marks})`);
  database.exec("BEGIN");
  let written = 0;
  for (let index = from; index < to; index += 1) {
    const copy = copier(template.tails, index);
    for (const row of template.rows) {
      insert.run(...columns.map((column) => copied(column, row[column] ?? null, copy)));
      written += 1;
      if (written % ROWS_PER_COMMIT === 0) database.exec("COMMIT; BEGIN");
    }
  }
  const find = database.prepare(`SELECT ObjectJSON FROM "${table}" WHERE hashKey = ? AND rangeKey = ?`);
  for (const row of template.metrics) {
    const now = find.get(row.hashKey ?? null, row.rangeKey ?? null) as Row | undefined;
    const grown: Row = { ...row, ObjectJSON: plus(now?.ObjectJSON, row.ObjectJSON, to - from) };
    insert.run(...columns.map((column) => grown[column] ?? null));
  }
  database.exec("COMMIT; PRAGMA wal_checkpoint(TRUNCATE);");
  database.close();
}

/** Rewrites texts of the template for one copy. */
function copier(tails: readonly string[], index: number): (text: string) => string {
  const fresh = new Map(tails.map((tail, place) => [tail, encoded(index * tails.length + place)]));
  const all = new RegExp(tails.map((tail) => tail.replace(/[^\w]/g, "\\$&")).join("|"), "g");
  return (text) =>
    text.replace(all, (tail) => fresh.get(tail) ?? tail).replace(SHARDED, (_, list) => `${list}${index % 2}`);
}

/** Eight characters of an id's alphabet; the first one keeps them apart from real ids for a million copies. */
function encoded(value: number): string {
  const digits = Array.from({ length: TAIL }, (_, place) => ALPHABET[Math.floor(value / 32 ** place) % 32]);
  return digits.reverse().join("");
}

function copied(column: string, value: SQLInputValue, copy: (text: string) => string): SQLInputValue {
  if (/^hash(Range)?Value$/.test(column)) return randomBytes(20);
  if (value instanceof Uint8Array && column !== "rangeValue") return asBytes(copy(asText(value)));
  return value;
}

/** A metric item that so many more orders like the template contribute to. */
function plus(now: SQLInputValue | undefined, template: SQLInputValue | undefined, orders: number): SQLInputValue {
  const item = JSON.parse(asText(now)) as Record<string, { N?: string }>;
  for (const [name, { N }] of Object.entries(JSON.parse(asText(template)) as typeof item))
    if (N !== undefined && name !== "revision")
      item[name] = { N: String(BigInt(item[name]?.N ?? 0) + BigInt(N) * BigInt(orders)) };
  return asBytes(JSON.stringify(item));
}
