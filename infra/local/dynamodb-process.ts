import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { DynamoClient } from "./dynamodb-client.ts";
import { CannotStart } from "./errors.ts";
import { freePort, type Processes } from "./processes.ts";

const START_MS_MAX = 60_000;
const POLL_MS = 25;
const WATCHDOG = fileURLToPath(new URL("dynamodb-watchdog.mjs", import.meta.url));
const JAVA_NEEDED =
  "DynamoDB Local needs Java 11 or newer: install it (for example `apt install default-jre`), or set JAVA_HOME.";

/** Amazon's DynamoDB Local, running. */
export interface DynamoProcess {
  client: DynamoClient;
  /** Where SDK clients reach it. */
  endpoint: string;
  stop(): Promise<void>;
}

/** Starts DynamoDB Local on a free port; `inMemory` forgets everything at the end but writes faster. */
export async function startDynamo(setup: {
  dataDir: string;
  inMemory: boolean;
  processes: Processes;
}): Promise<DynamoProcess> {
  const { dataDir, inMemory, processes } = setup;
  const folder = join(dataDir, "dynamodb");
  mkdirSync(folder, { recursive: true });
  if (!inMemory) prepareDisk(folder);
  const port = await freePort();
  const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, "bin", "java") : "java";
  const home = join(
    dirname(createRequire(import.meta.url).resolve("amplify-dynamodb-simulator/package.json")),
    "emulator",
  );
  const storage = inMemory ? ["-inMemory"] : ["-dbPath", folder];
  // On a small machine the optimizing compiler and a parallel collector cost more than they save: half the start.
  const options = [
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    `-Djava.library.path=${join(home, "DynamoDBLocal_lib")}`,
  ];
  const server = ["-jar", join(home, "DynamoDBLocal.jar"), "-port", String(port), "-sharedDb", "-disableTelemetry"];
  // Detached, so that Ctrl-C reaches only the cloud, which then stops its children in order.
  const child = spawn(process.execPath, [WATCHDOG, java, ...options, ...server, ...storage], {
    // DynamoDB Local leaves a file of its own where it runs.
    cwd: folder,
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  const output = watchOutput(child, processes);
  const client = new DynamoClient(port);
  await ready(client, child, output);
  return {
    client,
    endpoint: `http://127.0.0.1:${port}`,
    async stop() {
      client.close();
      child.stdin?.end();
      if (child.exitCode === null && child.signalCode === null)
        await new Promise((resolve) => child.once("exit", resolve));
    },
  };
}

/** A write-ahead log makes commits twice as fast, and DynamoDB Local keeps the mode that it finds. */
function prepareDisk(folder: string): void {
  const file = join(folder, "shared-local-instance.db");
  if (existsSync(file)) return;
  const database = new DatabaseSync(file);
  database.exec("PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; CREATE TABLE start (x); DROP TABLE start;");
  database.close();
}

function watchOutput(child: ChildProcess, processes: Processes): () => string {
  let text = "";
  const keep = (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-4_000);
    const pid = /^pid (\d+)$/m.exec(text)?.[1];
    if (pid) processes.remember(Number(pid), "DynamoDBLocal.jar");
    text = text.replace(/^pid \d+$/m, "");
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  return () => text;
}

async function ready(client: DynamoClient, child: ChildProcess, output: () => string): Promise<void> {
  for (const until = performance.now() + START_MS_MAX; performance.now() < until; await pause(POLL_MS)) {
    if (child.exitCode !== null) throw new CannotStart(whyNot(child.exitCode, output()));
    try {
      await client.call("ListTables", {});
      return;
    } catch {
      // Nobody listens yet.
    }
  }
  child.stdin?.end();
  throw new CannotStart(`DynamoDB Local did not answer within ${START_MS_MAX / 1000} s: ${lastLine(output())}`);
}

function whyNot(exitCode: number, output: string): string {
  const noJava = exitCode === 127 || /UnsupportedClassVersionError|Java Runtime|ENOENT|not found/i.test(output);
  return noJava ? JAVA_NEEDED : `DynamoDB Local ended with code ${exitCode}: ${lastLine(output)}`;
}

function lastLine(output: string): string {
  return output.trim().split("\n").at(-1) ?? "";
}
