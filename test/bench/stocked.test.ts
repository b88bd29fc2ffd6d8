import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, describe, expect, it } from "vitest";
import { stock, templateOf } from "./stocked.ts";

const dataDir = mkdtempSync(join(tmpdir(), "kolo-stocked-"));
const file = join(dataDir, "dynamodb", "shared-local-instance.db");
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const ORDER = `ord_${"0NE".padStart(26, "0")}`;
const CUSTOMER = `cus_${"TW0".padStart(26, "0")}`;
const bytes = (text: string) => Buffer.from(text);

/** A table as DynamoDB Local keeps it: a store, an order with its buyer and identity, and a metric of both. */
function aTable(): void {
  mkdirSync(join(dataDir, "dynamodb"), { recursive: true });
  const database = new DatabaseSync(file);
  database.exec(`CREATE TABLE dm (TableName TEXT); INSERT INTO dm VALUES ('kolo');
    CREATE TABLE kolo (hashKey TEXT, rangeKey TEXT, hashValue BLOB, rangeValue BLOB, ObjectJSON BLOB, indexKey_0 TEXT,
      PRIMARY KEY (hashKey, rangeKey))`);
  const insert = database.prepare("INSERT INTO kolo VALUES (?, ?, ?, ?, ?, ?)");
  const put = (pk: string, sk: string, item: object, index?: string) =>
    insert.run(
      ...[pk, sk, "h", "r", JSON.stringify({ pk: { S: pk }, ...item })].map(bytes),
      index ? bytes(index) : null,
    );
  put("store#sto_1", "state", { name: { S: ORDER } });
  put(`order#${ORDER}`, "state", { customerId: { S: CUSTOMER } }, "orders#sto_1#0");
  put(`customer#${CUSTOMER}`, "state", { orders: { S: ORDER } });
  put("identity#hmac-of-somebody", "owner", { customerId: { S: CUSTOMER } });
  put("metric#sales#sto_1", "2026-11-20#0", { revenue: { N: "49800" }, revision: { N: "2" } });
  database.close();
}

function all(where: string): Record<string, string>[] {
  const database = new DatabaseSync(file);
  const rows = database.prepare(`SELECT hashKey, ObjectJSON, indexKey_0 FROM kolo WHERE ${where}`).all();
  database.close();
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, Buffer.from((value ?? []) as Uint8Array).toString()]),
    ),
  );
}

describe("a stocked table", () => {
  it("has copies of a real order under ids of their own, in every list, and metrics that count them", () => {
    aTable();
    const template = templateOf(dataDir, ORDER);
    expect(template.rows).toHaveLength(3);
    stock(dataDir, template, { from: 1, to: 4 });
    const orders = all("hashKey LIKE CAST('order#%' AS BLOB)");
    expect(new Set(orders.map(({ hashKey }) => hashKey)).size).toBe(4);
    expect(orders.map(({ indexKey_0 }) => indexKey_0)).toEqual(
      expect.arrayContaining(["orders#sto_1#0", "orders#sto_1#1"]),
    );
    const buyers = all("hashKey LIKE CAST('customer#%' AS BLOB)").map(({ hashKey = "" }) => hashKey.slice(9));
    const named = orders.map(({ ObjectJSON = "" }) => JSON.parse(ObjectJSON).customerId.S);
    expect(named.sort()).toEqual(buyers.sort());
    expect(new Set(all("hashKey LIKE CAST('identity#%' AS BLOB)").map(({ hashKey }) => hashKey)).size).toBe(4);
    expect(all("hashKey LIKE CAST('store#%' AS BLOB)")).toHaveLength(1);
    const [metric] = all("hashKey LIKE CAST('metric#%' AS BLOB)");
    expect(JSON.parse(metric?.ObjectJSON ?? "")).toMatchObject({ revenue: { N: "199200" }, revision: { N: "2" } });
  });

  it("grows from one number to the next", () => {
    const before = all("hashKey LIKE CAST('order#%' AS BLOB)").length;
    stock(dataDir, templateOf(dataDir, ORDER), { from: 4, to: 6 });
    expect(all("hashKey LIKE CAST('order#%' AS BLOB)").length).toBe(before + 2);
  });
});
