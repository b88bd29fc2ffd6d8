import { join } from "node:path";
import { Api } from "./api.ts";
import { readApis } from "./api-routes.ts";
import { Control, type Switches } from "./control.ts";
import type { Counted } from "./control-stats.ts";
import { LocalDelivery } from "./delivery.ts";
import { DynamoDb } from "./dynamodb.ts";
import type { DynamoClient } from "./dynamodb-client.ts";
import { Expiry } from "./dynamodb-expiry.ts";
import { prepareTables } from "./dynamodb-tables.ts";
import { type Spending, Units } from "./dynamodb-units.ts";
import { LocalEngine } from "./engine.ts";
import { FrontDoor } from "./front-door.ts";
import { FunctionPool } from "./functions.ts";
import { type FunctionDefinition, readFunctions } from "./functions-definition.ts";
import { lambdaService } from "./functions-service.ts";
import { Iam } from "./iam.ts";
import { type Issuer, makeIssuer } from "./issuer.ts";
import type { Engine, ServiceFactory } from "./ports.ts";
import type { Processes } from "./processes.ts";
import { Sources } from "./sources.ts";
import type { LocalTopology } from "./topology.ts";

/** What the parts are put together from. */
export interface Ground {
  topology: LocalTopology;
  database: Engine["database"];
  client: DynamoClient;
  processes: Processes;
  services: readonly ServiceFactory[];
  dataDir: string;
  startAt: number | undefined;
  spent: ((spending: Spending) => void) | undefined;
  url: string;
  endpoint: string;
  log: (line: string) => void;
}

/** The running parts of a local cloud. */
export interface Parts {
  topology: LocalTopology;
  engine: LocalEngine;
  frontDoor: FrontDoor;
  api: Api;
  control: Control;
  start(): void;
  /** Takes no new work from queues and streams. */
  quiesce(): void;
  stop(): Promise<void>;
}

type LocalService = ReturnType<ServiceFactory>;

/** Makes every part of the cloud and ties them together; nothing runs before `start`. */
export async function assemble(ground: Ground): Promise<Parts> {
  const { topology, client, url, endpoint, log } = ground;
  const engine = new LocalEngine(ground.database, log, ground.startAt);
  const iam = new Iam(topology, () => engine.now());
  const issuer = await makeIssuer(topology, engine, url);
  const switches: Switches = { duplicate: false, paused: false };
  const services: LocalService[] = [];
  const units = new Units(ground.spent);
  const tables = await prepareTables(topology, client, log);
  const functions = makeFunctions(ground, engine, issuer);
  const roles = new Map(functions.definitions().map(({ accessKey, roleArn }) => [accessKey, roleArn]));
  const delivery = new LocalDelivery({ topology, iam, targets: () => services, duplicates: () => switches.duplicate });
  const frontDoor = new FrontDoor({ services: () => services, iam, roles, log });
  const call: FrontDoor["call"] = (request) => frontDoor.call(request);
  const expiry = new Expiry({ engine, client, tables: tables.values(), written: (table) => sources.written(table) });
  const dynamo = new DynamoDb({ topology, client, tables, units, written: (table) => sources.written(table) });
  services.push(dynamo, lambdaService({ topology, engine, functions, delivery, log }));
  const shared = { topology, engine, functions, delivery, access: iam, call, faults: switches, endpoint, url, log };
  for (const make of ground.services) services.push(make(shared));
  for (const { names, pending } of services) if (pending) engine.watch(names[0] ?? "service", pending);
  const sources = new Sources({
    ...{ topology, engine, functions, delivery, iam, call, client, units, expiry, tables, switches, log },
    queues: services.find(({ queues }) => queues)?.queues,
  });
  const { region, account } = topology;
  const api = new Api({ apis: readApis(topology), engine, functions, access: iam, region, account, log });
  const control = new Control({
    ...{ topology, engine, functions, iam, issuer, switches, url, endpoint, log },
    switched: () => sources.wake(),
    views: () => viewsOf(services),
    counters: () => countersOf({ api, functions, units, frontDoor, sources, services }),
  });
  return {
    ...{ topology, engine, frontDoor, api, control },
    start() {
      engine.start();
      for (const service of services) service.start?.();
      sources.start();
      expiry.start();
    },
    quiesce: () => sources.stop(),
    async stop() {
      sources.stop();
      engine.stop();
      functions.stop();
      for (const service of services) await service.stop?.();
    },
  };
}

function makeFunctions(
  { topology, dataDir, endpoint, processes }: Ground,
  engine: LocalEngine,
  issuer: Issuer,
): FunctionPool {
  const definitions = readFunctions(topology, dataDir).map((definition) => ({
    ...definition,
    env: Object.fromEntries(Object.entries(definition.env).map(([name, value]) => [name, issuer.localize(value)])),
  }));
  const platformEnv = (definition: FunctionDefinition) =>
    lambdaEnv(definition, { region: topology.region, endpoint, dataDir });
  return new FunctionPool(definitions, engine, {
    platformEnv,
    spawned: (pid) => processes.remember(pid, "functions-worker.mjs"),
  });
}

/** The variables that AWS Lambda sets, with the endpoint and the key that lead to the front door. */
function lambdaEnv(
  { name, memoryMb, handler, root, accessKey }: FunctionDefinition,
  { region, endpoint, dataDir }: { region: string; endpoint: string; dataDir: string },
): Record<string, string> {
  return {
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: "local",
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: accessKey,
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_SESSION_TOKEN: "local",
    AWS_ENDPOINT_URL: endpoint,
    // The settings of whoever runs the cloud are none of the function's business.
    AWS_CONFIG_FILE: join(dataDir, "none"),
    AWS_SHARED_CREDENTIALS_FILE: join(dataDir, "none"),
    LAMBDA_TASK_ROOT: root,
    _HANDLER: handler,
    TZ: "UTC",
    LANG: "en_US.UTF-8",
    PATH: process.env.PATH ?? "",
    NODE_COMPILE_CACHE: join(dataDir, "compile-cache"),
  };
}

function viewsOf(services: readonly LocalService[]): Record<string, () => unknown> {
  const { stats: _stats, ...views } = Object.assign({}, ...services.map(({ views = {} }) => views));
  return views;
}

function countersOf(parts: {
  api: Api;
  functions: FunctionPool;
  units: Units;
  frontDoor: FrontDoor;
  sources: Sources;
  services: readonly LocalService[];
}): Counted {
  const own = parts.services.flatMap(({ names, views }) => (views?.stats ? [[names[0] ?? "", views.stats()]] : []));
  const counters = {
    api: parts.api.stats(),
    functions: parts.functions.stats(),
    tables: parts.units.stats(),
    calls: parts.frontDoor.stats(),
    sources: parts.sources.stats(),
    ...Object.fromEntries(own),
  };
  // Counters are read now: services hand out the object that they go on counting in.
  return structuredClone(counters) as unknown as Counted;
}
