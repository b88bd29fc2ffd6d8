import { type DynamoClient, DynamoError } from "./dynamodb-client.ts";
import type { Resource, Topology } from "./ports.ts";

type KeySchema = { AttributeName: string; KeyType: "HASH" | "RANGE" }[];

interface IndexProperties {
  IndexName: string;
  KeySchema: KeySchema;
  Projection: { ProjectionType?: string; NonKeyAttributes?: string[] };
}

/** A secondary index of a table. */
export interface LocalIndex {
  name: string;
  hashKey: string;
  keys: string[];
  /** `undefined` projects everything. */
  attributes: Set<string> | undefined;
}

/** A table of the templates. */
export interface LocalTable {
  name: string;
  arn: string;
  hashKey: string;
  keys: string[];
  indexes: Map<string, LocalIndex>;
  /** ARN by which templates name the stream. */
  streamArn: string | undefined;
  /** ARN by which DynamoDB Local names it. */
  localStreamArn: string | undefined;
  /** ARN of a customer-managed key. */
  keyArn: string | undefined;
  ttlAttribute: string | undefined;
}

/** Creates the tables of the templates that are not there yet, and finds the streams of all. */
export async function prepareTables(
  topology: Topology,
  client: DynamoClient,
  log: (line: string) => void,
): Promise<Map<string, LocalTable>> {
  const resources = ["AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"].flatMap((type) => topology.all(type));
  const tables = await Promise.all(resources.map((resource) => prepareTable(resource, topology, client, log)));
  return new Map(tables.map((table) => [table.name, table]));
}

async function prepareTable(
  resource: Resource,
  topology: Topology,
  client: DynamoClient,
  log: (line: string) => void,
): Promise<LocalTable> {
  const table = readTable(resource, topology);
  const found = await describe(client, table.name);
  if (!found) await client.call("CreateTable", creation(resource, table));
  else await addIndexes(resource, found, client, log);
  table.localStreamArn = (await describe(client, table.name))?.LatestStreamArn;
  return table;
}

interface Description {
  LatestStreamArn?: string;
  KeySchema: KeySchema;
  GlobalSecondaryIndexes?: IndexProperties[];
}

async function describe(client: DynamoClient, TableName: string): Promise<Description | undefined> {
  try {
    return (await client.call<{ Table: Description }>("DescribeTable", { TableName })).Table;
  } catch (error) {
    if (error instanceof DynamoError && error.name === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

function creation({ properties }: Resource, { name, streamArn }: LocalTable): object {
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, LocalSecondaryIndexes } = properties;
  const view = (properties.StreamSpecification as { StreamViewType?: string } | undefined)?.StreamViewType;
  return {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions,
    KeySchema,
    GlobalSecondaryIndexes: indexesOf(GlobalSecondaryIndexes)?.map(indexCreation),
    LocalSecondaryIndexes: indexesOf(LocalSecondaryIndexes)?.map(indexCreation),
    StreamSpecification: streamArn ? { StreamEnabled: true, StreamViewType: view } : undefined,
  };
}

/** Indexes that the template gained since the data was created. */
async function addIndexes(
  { properties, ref }: Resource,
  found: Description,
  client: DynamoClient,
  log: (line: string) => void,
): Promise<void> {
  if (JSON.stringify(found.KeySchema) !== JSON.stringify(properties.KeySchema))
    log(`dynamodb: the key of ${ref} differs from the data on disk; remove the data directory to use the new one`);
  const there = new Set(found.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName));
  for (const index of indexesOf(properties.GlobalSecondaryIndexes) ?? []) {
    if (there.has(index.IndexName)) continue;
    await client.call("UpdateTable", {
      TableName: ref,
      AttributeDefinitions: properties.AttributeDefinitions,
      GlobalSecondaryIndexUpdates: [{ Create: indexCreation(index) }],
    });
  }
}

function readTable({ properties, ref, arn }: Resource, topology: Topology): LocalTable {
  const schema = properties.KeySchema as KeySchema;
  const keys = namesOf(schema);
  const all = [
    ...(indexesOf(properties.GlobalSecondaryIndexes) ?? []),
    ...(indexesOf(properties.LocalSecondaryIndexes) ?? []),
  ];
  const sse = (properties.SSESpecification ?? {}) as { KMSMasterKeyId?: string };
  const ttl = properties.TimeToLiveSpecification as { AttributeName?: string; Enabled?: boolean } | undefined;
  return {
    name: ref,
    arn,
    hashKey: hashOf(schema),
    keys,
    indexes: new Map(all.map((index) => [index.IndexName, readIndex(index, keys)])),
    streamArn: properties.StreamSpecification ? `${arn}/stream/local` : undefined,
    localStreamArn: undefined,
    keyArn: keyArn(sse.KMSMasterKeyId, topology),
    ttlAttribute: ttl?.Enabled === false ? undefined : ttl?.AttributeName,
  };
}

function readIndex({ IndexName, KeySchema, Projection }: IndexProperties, tableKeys: string[]): LocalIndex {
  const keys = namesOf(KeySchema);
  const kept = new Set([...tableKeys, ...keys, ...(Projection.NonKeyAttributes ?? [])]);
  const attributes = Projection.ProjectionType === "ALL" ? undefined : kept;
  return { name: IndexName, hashKey: hashOf(KeySchema), keys, attributes };
}

function indexCreation({ IndexName, KeySchema, Projection }: IndexProperties): IndexProperties {
  return { IndexName, KeySchema, Projection };
}

function indexesOf(value: unknown): IndexProperties[] | undefined {
  return Array.isArray(value) && value.length > 0 ? (value as IndexProperties[]) : undefined;
}

function namesOf(schema: KeySchema): string[] {
  return schema.map(({ AttributeName }) => AttributeName);
}

function hashOf(schema: KeySchema): string {
  return schema.find(({ KeyType }) => KeyType === "HASH")?.AttributeName ?? "";
}

/** Keys of AWS itself (`alias/aws/dynamodb`, or none) need no permission. */
function keyArn(keyId: string | undefined, topology: Topology): string | undefined {
  if (keyId === undefined || keyId.startsWith("alias/aws/")) return undefined;
  return keyId.startsWith("arn:") ? keyId : topology.all("AWS::KMS::Key").find(({ ref }) => ref === keyId)?.arn;
}
