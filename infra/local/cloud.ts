import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { assemble, type Parts } from "./cloud-parts.ts";
import { startDynamo } from "./dynamodb-process.ts";
import type { Spending } from "./dynamodb-units.ts";
import { hasDatabase, openDatabase } from "./engine-database.ts";
import { CannotStart } from "./errors.ts";
import type { ServiceFactory } from "./ports.ts";
import { Processes } from "./processes.ts";
import { services as allServices } from "./services/index.ts";
import { loadTopology } from "./topology.ts";

const DRAIN_MS_MAX = 2_000;
const STARTING = JSON.stringify({ message: "Service Unavailable" });

/** What a local cloud is started from. */
export interface CloudOptions {
  /** Directory of the synthesized CDK app, `cdk.out`. */
  assembly: string;
  /** Where everything durable is kept; one cloud at a time. */
  dataDir: string;
  /** Port of the public server; 0 takes any free one. */
  port: number;
  host?: string;
  /** Keeps the tables in memory only: faster, for tests that do not restart. */
  inMemory?: boolean;
  /** What the clock of a new data directory shows at first, in ms; an older one goes on as it was. */
  startAt?: number;
  services?: readonly ServiceFactory[];
  /** Hears what each access to a table cost, by AWS's rule, and who asked for it. */
  spent?: (spending: Spending) => void;
  log?: (line: string) => void;
}

/** A running local cloud. */
export interface Cloud {
  /** Origin of the API and of `/_local`. */
  url: string;
  /** Origin of the AWS endpoint. */
  endpoint: string;
  topology: Parts["topology"];
  settle(): Promise<void>;
  advance(seconds: number): Promise<void>;
  /** Ends everything; no process is left. */
  stop(): Promise<void>;
}

/** Starts the synthesized templates on this machine. A `CannotStart` says in one sentence what is missing. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { host = "127.0.0.1", inMemory = false, log = () => {} } = options;
  const dataDir = resolve(options.dataDir);
  const undo: (() => unknown)[] = [];
  const stop = once(async () => {
    for (const step of undo.reverse()) await step();
  });
  try {
    const open = await listen(options.port, host);
    undo.push(() => close(open.server));
    const door = await listen(0, "127.0.0.1");
    undo.push(() => close(door.server));
    const topology = loadTopology(options.assembly, door.origin);
    const database = openDatabase(dataDir);
    undo.push(() => database.close());
    const processes = new Processes(dataDir);
    processes.endLeftovers();
    undo.push(() => processes.forget());
    const dynamo = await startDynamo({ dataDir, inMemory, processes });
    undo.push(() => dynamo.stop());
    const parts = await assemble({
      ...{ topology, database, dataDir, processes, log, url: open.origin, endpoint: door.origin },
      startAt: options.startAt,
      spent: options.spent,
      client: dynamo.client,
      services: options.services ?? allServices,
    });
    undo.push(() => parts.stop());
    door.answer(parts.frontDoor.listener);
    open.answer((message, response) => {
      const control = /^\/_local(?:[/?]|$)/.test(message.url ?? "");
      (control ? parts.control : parts.api).listener(message, response);
    });
    parts.start();
    undo.push(() => drain(parts));
    return {
      url: open.origin,
      endpoint: door.origin,
      topology,
      settle: () => parts.engine.settle(),
      advance: (seconds) => parts.engine.advance(seconds * 1000),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Refuses, as a start would, where another cloud has the port or the data directory; changes nothing. */
export async function checkFree({ port, host = "127.0.0.1", ...at }: Pick<CloudOptions, "port" | "host" | "dataDir">) {
  const { server } = await listen(port, host);
  await close(server);
  const dataDir = resolve(at.dataDir);
  if (hasDatabase(dataDir)) openDatabase(dataDir).close();
}

/** Stops the cloud in order when the process is asked to end. */
export function stopOnSignals(cloud: Pick<Cloud, "stop">): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => void cloud.stop().finally(() => process.exit(0)));
}

/** Lets invocations that are under way come to their end, if they do so soon. */
async function drain({ engine, quiesce }: Parts): Promise<void> {
  quiesce();
  const until = performance.now() + DRAIN_MS_MAX;
  while (performance.now() < until && (engine.inFlight().busy ?? 0) > 0) await pause(20);
}

interface Listening {
  server: Server;
  origin: string;
  /** Sets who answers; until then callers are told that the cloud is not there yet. */
  answer(listener: RequestListener): void;
}

function listen(port: number, host: string): Promise<Listening> {
  let listener: RequestListener = (_message, response) => response.writeHead(503).end(STARTING);
  const server = createServer({ keepAliveTimeout: 60_000 }, (message, response) => listener(message, response));
  return new Promise((done, failed) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const taken = `Port ${port} is taken: stop what listens there, or choose another one (PORT=4001 npm start).`;
      failed(cause.code === "EADDRINUSE" ? new CannotStart(taken, { cause }) : cause);
    });
    server.listen(port, host, () => {
      const origin = `http://${host}:${(server.address() as AddressInfo).port}`;
      done({ server, origin, answer: (next) => (listener = next) });
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= work());
}
