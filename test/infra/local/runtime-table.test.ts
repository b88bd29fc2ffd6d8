import { describe, expect, it } from "vitest";
import { dynamoPermissions } from "../../../infra/local/dynamodb-permissions.ts";
import { indexWriteUnits, itemBytes, writeUnits } from "../../../infra/local/dynamodb-sizes.ts";
import type { LocalTable } from "../../../infra/local/dynamodb-tables.ts";
import { type Spending, Units } from "../../../infra/local/dynamodb-units.ts";

const ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/orders";
const KEY = "arn:aws:kms:us-east-1:000000000000:key/k";
const index = (name: string, hashKey: string, ...attributes: string[]) => ({
  name,
  hashKey,
  keys: [hashKey],
  attributes: attributes.length > 0 ? new Set([...attributes, hashKey, "pk", "sk"]) : undefined,
});
const table: LocalTable = {
  name: "orders",
  arn: ARN,
  hashKey: "pk",
  keys: ["pk", "sk"],
  indexes: new Map([
    ["all", index("all", "g1")],
    ["some", index("some", "g2", "f")],
  ]),
  streamArn: undefined,
  localStreamArn: undefined,
  keyArn: undefined,
  ttlAttribute: undefined,
};
const text = (value: string) => ({ S: value });

describe("the size of an item", () => {
  it.each<[string, Parameters<typeof itemBytes>[0], number]>([
    ["text in UTF-8 with its name", { name: text("Ольга") }, 14],
    ["a number by its digits", { n: { N: "12345" } }, 5],
    ["a negative number with its sign", { n: { N: "-12345" } }, 6],
    ["outer zeros not at all", { n: { N: "0.00100" } }, 3],
    ["yes and no as one", { ok: { BOOL: true } }, 3],
    ["bytes, not their base64", { b: { B: "AAECAw==" } }, 5],
    ["a list with its overhead", { l: { L: [text("ab"), text("c")] } }, 9],
    ["a map with its overhead", { m: { M: { a: text("b") } } }, 7],
    ["a set by its members", { s: { SS: ["ab", "cde"] } }, 6],
  ])("counts %s", (_what, item, bytes) => expect(itemBytes(item)).toBe(bytes));

  it("is paid in whole kilobytes, one at least", () => {
    expect([0, 1_024, 1_025, 4_097].map(writeUnits)).toEqual([1, 1, 2, 5]);
  });
});

describe("the indexes of a write", () => {
  const item = { pk: text("p"), sk: text("s"), g1: text("a"), g2: text("b"), f: text("x"), other: text("y") };
  const { g2: _g2, ...outside } = item;

  it.each<[string, Parameters<typeof indexWriteUnits>[1], Parameters<typeof indexWriteUnits>[2], object]>([
    ["an insertion in each that it is in", undefined, item, { all: 1, some: 1 }],
    ["a removal likewise", item, undefined, { all: 1, some: 1 }],
    ["nothing where nothing changed", item, { ...item }, {}],
    ["a change only where it is projected", item, { ...item, other: text("z") }, { all: 1 }],
    ["a change in both where both project it", item, { ...item, f: text("z") }, { all: 1, some: 1 }],
    ["a move of its key twice", item, { ...item, g2: text("c") }, { all: 1, some: 2 }],
    ["a leave once", outside, item, { all: 1, some: 1 }],
  ])("cost %s", (_what, before, after, units) => expect(indexWriteUnits(table, before, after)).toEqual(units));
});

describe("the units of a table", () => {
  const Key = { pk: text("p"), sk: text("s") };
  const Item = { ...Key, g2: text("b"), f: text("x"), data: text("x".repeat(1_100)) };
  const transaction = { caller: "role-a", factor: 2 } as const;

  it("are told with who spent them, on which item, when the stream has shown the change", () => {
    const told: Spending[] = [];
    const units = new Units((spending) => told.push(spending));
    units.streamed(table);
    units.wrote(table, { Item }, transaction);
    units.wrote(table, { Key }, { caller: "role-b", factor: 1 });
    expect(told).toEqual([]);
    units.changed(table, Key, undefined, Item);
    units.changed(table, Key, Item, undefined);
    const item = { key: Key, bytes: itemBytes(Item) };
    const write = { table: "orders", readUnits: 0, indexWriteUnits: { some: 1 }, item };
    expect(told).toEqual([
      { ...write, caller: "role-a", writeUnits: 4 },
      { ...write, caller: "role-b", writeUnits: 2 },
    ]);
    expect(units.stats()).toMatchObject({ orders: { writeUnits: 6, indexWriteUnits: 2 } });
  });

  it("are told of reads and of writes that a condition refused", () => {
    const told: Spending[] = [];
    const units = new Units((spending) => told.push(spending));
    units.read(table, 0.5, "role-a");
    units.refused(table, { Item }, transaction);
    expect(told).toMatchObject([
      { caller: "role-a", readUnits: 0.5, writeUnits: 0 },
      { caller: "role-a", readUnits: 0, writeUnits: 4, indexWriteUnits: {} },
    ]);
  });
});

describe("the permissions of a call", () => {
  const place = { region: "us-east-1", account: "000000000000" };
  const needs = (operation: string, input: object, encrypted = false) =>
    dynamoPermissions(operation, input, place, () => (encrypted ? { ...table, keyArn: KEY } : table));
  const Key = { pk: text("p"), sk: text("s") };
  const leading = (key: string) => ({ context: { "dynamodb:LeadingKeys": [key] } });

  it("name the action, the table and the partition", () =>
    expect(needs("GetItem", { TableName: "orders", Key })).toEqual([
      { action: "dynamodb:GetItem", resource: ARN, ...leading("p") },
    ]));

  it("name an index, and the partition out of the query's condition", () => {
    const query = {
      TableName: "orders",
      IndexName: "some",
      KeyConditionExpression: "#k = :v",
      ExpressionAttributeNames: { "#k": "g2" },
      ExpressionAttributeValues: { ":v": text("b") },
    };
    expect(needs("Query", query)).toEqual([
      { action: "dynamodb:Query", resource: `${ARN}/index/some`, ...leading("b") },
    ]);
  });

  it("are those of each member of a transaction", () => {
    const TransactItems = [
      { Put: { TableName: "orders", Item: Key } },
      { Update: { TableName: "orders", Key } },
      { ConditionCheck: { TableName: "orders", Key } },
    ];
    const actions = needs("TransactWriteItems", { TransactItems }).map(({ action }) => action);
    expect(actions).toEqual(["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:ConditionCheckItem"]);
  });

  it("are those of a batch as a whole", () => {
    const RequestItems = { orders: { Keys: [Key, { ...Key, pk: text("q") }] } };
    expect(needs("BatchGetItem", { RequestItems })).toEqual([
      { action: "dynamodb:BatchGetItem", resource: ARN, context: { "dynamodb:LeadingKeys": ["p", "q"] } },
    ]);
  });

  it("ask for the key of an encrypted table once", () => {
    const actions = needs("GetItem", { TableName: "orders", Key }, true).map(({ action }) => action);
    expect(actions).toEqual(["dynamodb:GetItem", "kms:Decrypt"]);
  });
});
