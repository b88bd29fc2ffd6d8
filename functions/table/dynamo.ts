import {
  type AttributeValue,
  BatchGetItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { port, setting } from "../shell/port.ts";
import { type Condition, Conflict, type Item, type Key, type Range, type Table, type Write } from "./table.ts";

const ATTEMPTS_MAX = 4;
const BATCH_GET_MAX = 100;

const pack = (value: Record<string, unknown>) => marshall(value, { removeUndefinedValues: true });
const unpack = (item: Record<string, AttributeValue>) => unmarshall(item) as Item;
const packKey = ({ pk, sk }: Key) => pack({ pk, sk });

interface Expressions {
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, AttributeValue>;
}

function conditionOf(when: Condition | undefined): Expressions {
  if (!when) return {};
  if ("absent" in when) return { ConditionExpression: "attribute_not_exists(pk)" };
  if ("present" in when) return { ConditionExpression: "attribute_exists(pk)" };
  const entries = Object.entries(when.equals);
  return {
    ConditionExpression: entries.map((_, index) => `#w${index} = :w${index}`).join(" AND "),
    ExpressionAttributeNames: Object.fromEntries(entries.map(([name], index) => [`#w${index}`, name])),
    ExpressionAttributeValues: pack(Object.fromEntries(entries.map(([, value], index) => [`:w${index}`, value]))),
  };
}

function updateOf(write: Extract<Write, { add: Key }>): Expressions & { UpdateExpression: string } {
  const sums = Object.entries(write.sums);
  const sets = Object.entries(write.set ?? {});
  const condition = conditionOf(write.when);
  const parts = [
    sums.length > 0 ? `ADD ${sums.map((_, index) => `#a${index} :a${index}`).join(", ")}` : "",
    sets.length > 0 ? `SET ${sets.map((_, index) => `#s${index} = :s${index}`).join(", ")}` : "",
  ];
  const values = [
    ...sums.map(([, value], index) => [`:a${index}`, value] as const),
    ...sets.map(([, value], index) => [`:s${index}`, value] as const),
  ];
  return {
    ...condition,
    UpdateExpression: parts.filter(Boolean).join(" "),
    ExpressionAttributeNames: {
      ...condition.ExpressionAttributeNames,
      ...Object.fromEntries(sums.map(([name], index) => [`#a${index}`, name])),
      ...Object.fromEntries(sets.map(([name], index) => [`#s${index}`, name])),
    },
    ExpressionAttributeValues: { ...condition.ExpressionAttributeValues, ...pack(Object.fromEntries(values)) },
  };
}

function actionOf(TableName: string, write: Write): TransactWriteItem {
  if ("put" in write) return { Put: { TableName, Item: pack(write.put), ...conditionOf(write.when) } };
  if ("add" in write) return { Update: { TableName, Key: packKey(write.add), ...updateOf(write) } };
  if ("remove" in write) return { Delete: { TableName, Key: packKey(write.remove), ...conditionOf(write.when) } };
  const { ConditionExpression = "", ...rest } = conditionOf(write.when);
  return { ConditionCheck: { TableName, Key: packKey(write.check), ConditionExpression, ...rest } };
}

const singleOf = (TableName: string, write: Write) => {
  if ("put" in write) return new PutItemCommand({ TableName, Item: pack(write.put), ...conditionOf(write.when) });
  if ("add" in write) return new UpdateItemCommand({ TableName, Key: packKey(write.add), ...updateOf(write) });
  if ("remove" in write)
    return new DeleteItemCommand({ TableName, Key: packKey(write.remove), ...conditionOf(write.when) });
  return undefined;
};

/** Which writes lost, when that is why the call failed; anything else is a fault. */
function asConflict(error: unknown): unknown {
  const { name, CancellationReasons } = error as { name?: string; CancellationReasons?: { Code?: string }[] };
  if (name === "ConditionalCheckFailedException") return new Conflict([0], error);
  if (name === "TransactionConflictException") return new Conflict([], error);
  if (name !== "TransactionCanceledException") return error;
  const codes = (CancellationReasons ?? []).map(({ Code }) => Code);
  const ours = codes.every(
    (code) => code === "None" || code === "ConditionalCheckFailed" || code === "TransactionConflict",
  );
  if (!ours) return error;
  return new Conflict(
    codes.flatMap((code, index) => (code === "ConditionalCheckFailed" ? [index] : [])),
    error,
  );
}

function keyCondition(range: Range) {
  const index = range.index ?? "";
  const names: Record<string, string> = { "#pk": `${index}pk` };
  const values: Record<string, unknown> = { ":pk": range.pk };
  const parts = ["#pk = :pk"];
  const bound = (condition: string, entries: Record<string, string>) => {
    names["#sk"] = `${index}sk`;
    Object.assign(values, entries);
    parts.push(condition);
  };
  if (range.prefix !== undefined) bound("begins_with(#sk, :prefix)", { ":prefix": range.prefix });
  else if (range.from !== undefined && range.to !== undefined) {
    bound("#sk BETWEEN :from AND :to", { ":from": range.from, ":to": range.to });
  } else if (range.from !== undefined) bound("#sk >= :from", { ":from": range.from });
  else if (range.to !== undefined) bound("#sk <= :to", { ":to": range.to });
  const filters = Object.entries(range.filter ?? {}).map(([name, value], position) => {
    names["#f"] = "f";
    names[`#f${position}`] = name;
    values[`:f${position}`] = value;
    return `#f.#f${position} = :f${position}`;
  });
  return {
    KeyConditionExpression: parts.join(" AND "),
    ...(filters.length > 0 && { FilterExpression: filters.join(" AND ") }),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: pack(values),
  };
}

/** The table in DynamoDB. */
export function dynamoTable(client: Pick<DynamoDBClient, "send">, TableName: string): Table {
  return {
    async get(key) {
      const { Item } = await client.send(new GetItemCommand({ TableName, Key: packKey(key), ConsistentRead: true }));
      return Item && unpack(Item);
    },
    async getMany(keys) {
      const items: Item[] = [];
      for (let start = 0; start < keys.length; start += BATCH_GET_MAX) {
        let wanted: Record<string, AttributeValue>[] = keys.slice(start, start + BATCH_GET_MAX).map(packKey);
        for (let attempt = 1; wanted.length > 0; attempt += 1) {
          if (attempt > ATTEMPTS_MAX) throw new Error("The table did not return all items of a batch.");
          const answer = await client.send(
            new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: wanted } } }),
          );
          items.push(...(answer.Responses?.[TableName] ?? []).map(unpack));
          wanted = answer.UnprocessedKeys?.[TableName]?.Keys ?? [];
        }
      }
      return items;
    },
    async query(range) {
      const answer = await client.send(
        new QueryCommand({
          TableName,
          ...(range.index && { IndexName: range.index }),
          ...keyCondition(range),
          ScanIndexForward: !range.newestFirst,
          Limit: range.limit,
          ...(range.after && { ExclusiveStartKey: pack(range.after) }),
          ...(range.consistent && { ConsistentRead: true }),
        }),
      );
      const next = answer.LastEvaluatedKey && (unmarshall(answer.LastEvaluatedKey) as Record<string, string>);
      return { items: (answer.Items ?? []).map(unpack), ...(next && { next }) };
    },
    async write(writes) {
      if (writes.length === 0) return;
      const single = writes.length === 1 ? singleOf(TableName, writes[0] as Write) : undefined;
      const all = new TransactWriteItemsCommand({ TransactItems: writes.map((write) => actionOf(TableName, write)) });
      await client.send((single ?? all) as TransactWriteItemsCommand).catch((error: unknown) => {
        throw asConflict(error);
      });
    },
    async scan({ segment, segments, after, consistent }) {
      const answer = await client.send(
        new ScanCommand({
          TableName,
          Segment: segment,
          TotalSegments: segments,
          ...(after && { ExclusiveStartKey: pack(after) }),
          ...(consistent && { ConsistentRead: true }),
        }),
      );
      const next = answer.LastEvaluatedKey && (unmarshall(answer.LastEvaluatedKey) as Record<string, string>);
      return { items: (answer.Items ?? []).map(unpack), ...(next && { next }) };
    },
  };
}

/** The table of this deployment. */
export const table = port("table", (runtime) =>
  dynamoTable(new DynamoDBClient({ maxAttempts: ATTEMPTS_MAX }), setting(runtime, "TABLE_NAME")),
);
