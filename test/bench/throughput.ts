import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startCloud } from "../../infra/local/cloud.ts";
import { startDynamo } from "../../infra/local/dynamodb-process.ts";
import { prepareTables } from "../../infra/local/dynamodb-tables.ts";
import { Processes } from "../../infra/local/processes.ts";
import { loadTopology } from "../../infra/local/topology.ts";
import { Load, type Ran } from "./load.ts";
import { openShop } from "./shop.ts";
import { median, percentile } from "./text.ts";

/** One side of a row: medians over the rounds. */
export interface Pace {
  perSecond: number;
  p50: number;
  p99: number;
}

/** The API and the bare table at so many clients. */
export interface ThroughputRow {
  clients: number;
  api: Pace;
  bare: Pace;
  /** The median of the ratios of neighbouring rounds. */
  ratio: number;
}

/** How long a row is measured. */
export interface Rounds {
  pairs: number;
  /** Orders of a round, by clients. */
  orders: Readonly<Record<number, number>>;
}

type Start = (place: { assembly: string; folder: string }) => Promise<{ load: Load; stop(): Promise<void> }>;

/** The local cloud with its consumers paused. */
const startApi: Start = async ({ assembly, folder }) => {
  const cloud = await startCloud({ assembly, dataDir: join(folder, "paused"), port: 0 });
  const { client, key } = await openShop(cloud.url);
  await client.settle();
  await client.json("/_local/faults", { method: "POST", body: { paused: true } });
  const load = new Load({ kind: "api", url: cloud.url, key });
  return { load, stop: () => load.stop().then(() => cloud.stop()) };
};

/** A DynamoDB Local of the same kind, on disk, with the table of the same template. */
const startBare: Start = async ({ assembly, folder }) => {
  const dataDir = join(folder, "bare");
  mkdirSync(dataDir);
  const processes = new Processes(dataDir);
  const dynamo = await startDynamo({ dataDir, inMemory: false, processes });
  const [table] = (await prepareTables(loadTopology(assembly, ""), dynamo.client, console.error)).keys();
  const load = new Load({ kind: "bare", endpoint: dynamo.endpoint, table: table ?? "" });
  const stop = async () => {
    await load.stop();
    await dynamo.stop();
    processes.forget();
  };
  return { load, stop };
};

/** Measures both sides by turns, so that the machine's noise meets both. */
export async function measureThroughput(
  place: { assembly: string; folder: string },
  rounds: Rounds,
  measured: (row: ThroughputRow) => void,
): Promise<void> {
  const api = await startApi(place);
  try {
    const bare = await startBare(place);
    try {
      let from = 1;
      for (const [clients, orders] of Object.entries(rounds.orders)) {
        const round = { orders, clients: Number(clients) };
        const pairs: { api: Ran; bare: Ran }[] = [];
        // The first pair warms up: processes start, code is compiled, files grow.
        for (let pair = 0; pair <= rounds.pairs; pair += 1) {
          const a = await api.load.run({ ...round, from });
          const b = await bare.load.run({ ...round, from });
          if (pair > 0) pairs.push({ api: a, bare: b });
          from += orders;
        }
        measured(rowOf(round.clients, pairs));
      }
    } finally {
      await bare.stop();
    }
  } finally {
    await api.stop();
  }
}

function rowOf(clients: number, pairs: readonly { api: Ran; bare: Ran }[]): ThroughputRow {
  const failures = pairs.flatMap(({ api, bare }) => [api.firstFailure ?? [], bare.firstFailure ?? []]).flat();
  if (failures.length > 0) throw new Error(`Requests failed at ${clients} clients; the first: ${failures[0]}`);
  const ratios = pairs.map(({ api, bare }) => speedOf(api) / speedOf(bare));
  const [api, bare] = (["api", "bare"] as const).map((side) => paceOf(pairs.map((pair) => pair[side])));
  return { clients, api: api as Pace, bare: bare as Pace, ratio: median(ratios) };
}

const speedOf = ({ latenciesMs, elapsedMs }: Ran) => (latenciesMs.length / elapsedMs) * 1_000;

function paceOf(rounds: readonly Ran[]): Pace {
  const latencies = rounds.flatMap(({ latenciesMs }) => latenciesMs);
  return { perSecond: median(rounds.map(speedOf)), p50: percentile(latencies, 50), p99: percentile(latencies, 99) };
}
