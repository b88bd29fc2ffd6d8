import type { LocalTable } from "./dynamodb-tables.ts";
import type { Permission } from "./ports.ts";

/** An attribute value on the wire, `{ "S": "text" }`. */
export type Attribute = Record<string, unknown>;
/** An item or key on the wire. */
export type Item = Record<string, Attribute>;

/** The parts of DynamoDB's requests that permissions and units are told by. */
export interface DynamoInput {
  TableName?: string;
  IndexName?: string;
  Key?: Item;
  Item?: Item;
  ConsistentRead?: boolean;
  KeyConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Item;
  RequestItems?: Record<string, unknown>;
  TransactItems?: Record<string, DynamoInput>[];
  ReturnConsumedCapacity?: string;
  Expected?: unknown;
}

/** The action that IAM checks for each kind of member of a transaction. */
const MEMBER_ACTIONS: Record<string, string> = {
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  ConditionCheck: "ConditionCheckItem",
  Get: "GetItem",
};

/** Finds a table by its name or ARN. */
export type FindTable = (name: string | undefined) => LocalTable | undefined;

/** What a call needs, item by item; an encrypted table asks for its key too. */
export function dynamoPermissions(
  operation: string,
  input: DynamoInput,
  place: { region: string; account: string },
  find: FindTable,
): Permission[] {
  const needs = itemPermissions(operation, input, place, find);
  const tables = new Set(needs.map(({ resource }) => resource.split("/index/")[0]));
  const context = { "kms:ViaService": `dynamodb.${place.region}.amazonaws.com`, "kms:CallerAccount": place.account };
  for (const arn of tables) {
    const keyArn = find(arn)?.keyArn;
    if (keyArn) needs.push({ action: "kms:Decrypt", resource: keyArn, context });
  }
  return needs;
}

function itemPermissions(
  operation: string,
  input: DynamoInput,
  { region, account }: { region: string; account: string },
  find: FindTable,
): Permission[] {
  const arnOf = (name = "*") =>
    name.startsWith("arn:") ? name : `arn:aws:dynamodb:${region}:${account}:table/${name}`;
  const need = (action: string, name: string | undefined, leading: (string | undefined)[] = []): Permission => {
    const keys = leading.filter((key) => key !== undefined);
    const permission = { action: `dynamodb:${action}`, resource: arnOf(name) };
    return keys.length > 0 ? { ...permission, context: { "dynamodb:LeadingKeys": keys } } : permission;
  };
  const leadingOf = (name: string | undefined, item: Item | undefined) => keyText(item?.[find(name)?.hashKey ?? ""]);
  switch (operation) {
    case "TransactWriteItems":
    case "TransactGetItems":
      return (input.TransactItems ?? []).flatMap((member) =>
        Object.entries(member).map(([kind, { TableName, Key, Item: item }]) =>
          need(MEMBER_ACTIONS[kind] ?? kind, TableName, [leadingOf(TableName, Key ?? item)]),
        ),
      );
    case "BatchGetItem":
    case "BatchWriteItem":
      return Object.entries(input.RequestItems ?? {}).map(([name, members]) =>
        need(
          operation,
          name,
          batchItems(members).map((item) => leadingOf(name, item)),
        ),
      );
    case "Query":
      return [onIndex(need("Query", input.TableName, [queriedKey(input, find)]), input)];
    case "Scan":
      return [onIndex(need("Scan", input.TableName), input)];
    default:
      return [need(operation, input.TableName, [leadingOf(input.TableName, input.Key ?? input.Item)])];
  }
}

function onIndex(permission: Permission, { IndexName }: DynamoInput): Permission {
  return IndexName ? { ...permission, resource: `${permission.resource}/index/${IndexName}` } : permission;
}

/** The keys or items that a batch request names. */
function batchItems(members: unknown): (Item | undefined)[] {
  if (!Array.isArray(members)) return (members as { Keys?: Item[] }).Keys ?? [];
  return members.map(({ PutRequest, DeleteRequest }) => PutRequest?.Item ?? DeleteRequest?.Key);
}

/** The partition that a query reads, out of `#pk = :pk`. */
function queriedKey(input: DynamoInput, find: FindTable): string | undefined {
  const table = find(input.TableName);
  const hashKey = input.IndexName ? table?.indexes.get(input.IndexName)?.hashKey : table?.hashKey;
  for (const [, name = "", value = ""] of (input.KeyConditionExpression ?? "").matchAll(/([#\w.-]+)\s*=\s*(:\w+)/g))
    if ((input.ExpressionAttributeNames?.[name] ?? name) === hashKey)
      return keyText(input.ExpressionAttributeValues?.[value]);
  return undefined;
}

/** A key value as text. */
export function keyText(value: Attribute | undefined): string | undefined {
  const text = value?.S ?? value?.N ?? value?.B;
  return typeof text === "string" ? text : undefined;
}
