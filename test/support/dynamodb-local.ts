import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { dynamoTable } from "../../functions/table/dynamo.ts";
import type { Table } from "../../functions/table/table.ts";

const EMULATOR = join(import.meta.dirname, "../../node_modules/amplify-dynamodb-simulator/emulator");
const WATCHDOG = join(import.meta.dirname, "../../infra/local/dynamodb-watchdog.mjs");
const START_ATTEMPTS_MAX = 250;
const START_PAUSE_MS = 100;

/** Amazon's DynamoDB Local in memory: the real rules of the table, for contract suites. */
export interface DynamoDBLocal {
  client: DynamoDBClient;
  /** An empty table, as the data stack makes it. */
  newTable(): Promise<Table>;
  /** One that whoever writes never hears the first answer of; their SDK asks again. */
  newDeafTable(): Promise<Table>;
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

const unheard = () => Object.assign(new Error("There was no answer."), { name: "TimeoutError" });

type Sent = { request: { headers: Record<string, string> } };

/** Loses the answer to the first attempt of every write. */
function deafened(client: DynamoDBClient): DynamoDBClient {
  const losing =
    (next: (args: Sent) => Promise<object>, { commandName = "" }: { commandName?: string }) =>
    async (args: Sent) => {
      const answer = await next(args);
      const { "amz-sdk-request": attempt } = args.request.headers;
      if (/Put|Update|Transact/.test(commandName) && attempt?.startsWith("attempt=1")) throw unheard();
      return answer;
    };
  client.middlewareStack.addRelativeTo(losing as never, { relation: "after", toMiddleware: "retryMiddleware" });
  return client;
}

/** Starts DynamoDB Local on a free port; `stop` ends it, and so does the end of this process, however it comes. */
export async function startDynamoDBLocal(): Promise<DynamoDBLocal> {
  const port = await freePort();
  const options = [
    "-Xmx256m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Djava.library.path=./DynamoDBLocal_lib",
  ];
  const server = ["-jar", "DynamoDBLocal.jar", "-inMemory", "-disableTelemetry", "-port", String(port)];
  const child = spawn(process.execPath, [WATCHDOG, "java", ...options, ...server], {
    cwd: EMULATOR,
    stdio: ["pipe", "ignore", "ignore"],
  });
  const ended = once(child, "exit");
  const settings = {
    endpoint: `http://127.0.0.1:${port}`,
    region: "eu-central-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
  const client = new DynamoDBClient({ ...settings, maxAttempts: 1 });
  const deaf = deafened(new DynamoDBClient({ ...settings, maxAttempts: 2 }));
  const stop = async () => {
    client.destroy();
    deaf.destroy();
    child.stdin.end();
    await ended;
  };
  const died = ended.then(([code]) => {
    throw new Error(`DynamoDB Local ended with code ${code}; it needs Java 11 or newer.`);
  });
  await Promise.race([answering(client), died]).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  // From here on it ends because somebody stops it.
  died.catch(() => undefined);
  let tables = 0;
  const newTableOf = async (of: DynamoDBClient) => {
    tables += 1;
    const name = `table-${tables}`;
    await client.send(createTable(name));
    return dynamoTable(of, name);
  };
  return { client, stop, newTable: () => newTableOf(client), newDeafTable: () => newTableOf(deaf) };
}
