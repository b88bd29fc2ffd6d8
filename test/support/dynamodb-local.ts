import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { dynamoTable } from "../../functions/table/dynamo.ts";
import type { Table } from "../../functions/table/table.ts";

const EMULATOR = join(import.meta.dirname, "../../node_modules/amplify-dynamodb-simulator/emulator");
const START_ATTEMPTS_MAX = 100;
const START_PAUSE_MS = 100;

/** Amazon's DynamoDB Local in memory: the real rules of the table, for contract suites. */
export interface DynamoDBLocal {
  client: DynamoDBClient;
  /** An empty table, as the data stack makes it. */
  newTable(): Promise<Table>;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (!address || typeof address === "string") throw new Error("There is no free port.");
  return address.port;
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

async function answering(client: DynamoDBClient): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.send(new ListTablesCommand({}));
      return;
    } catch (error) {
      if (attempt >= START_ATTEMPTS_MAX) throw error;
      await pause(START_PAUSE_MS);
    }
  }
}

const string = (AttributeName: string) => ({ AttributeName, AttributeType: "S" as const });
const keys = (prefix: string) => [
  { AttributeName: `${prefix}pk`, KeyType: "HASH" as const },
  { AttributeName: `${prefix}sk`, KeyType: "RANGE" as const },
];
const index = (IndexName: string, Projection: object) => ({ IndexName, KeySchema: keys(IndexName), Projection });

const createTable = (TableName: string) =>
  new CreateTableCommand({
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: ["", "gsi1", "gsi2", "gsi3", "gsi4"].flatMap((prefix) =>
      keys(prefix).map(({ AttributeName }) => string(AttributeName)),
    ),
    KeySchema: keys(""),
    GlobalSecondaryIndexes: [
      index("gsi1", { ProjectionType: "ALL" }),
      index("gsi2", { ProjectionType: "INCLUDE", NonKeyAttributes: ["f"] }),
      index("gsi3", { ProjectionType: "INCLUDE", NonKeyAttributes: ["f"] }),
      index("gsi4", { ProjectionType: "KEYS_ONLY" }),
    ],
  });

/** Starts DynamoDB Local on a free port; `stop` ends it, and so does the end of this process. */
export async function startDynamoDBLocal(): Promise<DynamoDBLocal> {
  const port = await freePort();
  const options = ["-Xmx256m", "-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar"];
  const child = spawn("java", [...options, "-inMemory", "-port", String(port)], { cwd: EMULATOR, stdio: "ignore" });
  const failed = new Promise<never>((_, fail) => child.once("error", fail));
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: "eu-central-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  await Promise.race([answering(client), failed]);
  let tables = 0;
  return {
    client,
    async newTable() {
      tables += 1;
      await client.send(createTable(`table-${tables}`));
      return dynamoTable(client, `table-${tables}`);
    },
    async stop() {
      process.off("exit", kill);
      client.destroy();
      const ended = once(child, "exit");
      kill();
      await ended;
    },
  };
}
