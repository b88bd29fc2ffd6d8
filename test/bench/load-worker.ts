import { Agent, request } from "node:http";
import { parentPort, workerData } from "node:worker_threads";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { transactionsOf } from "./capture.ts";
import type { Ran, Round, Target } from "./load.ts";
import { orderBody } from "./shop.ts";

/** What a client does again and again; a result is why it failed. */
type Work = () => Promise<string | undefined>;

const target = workerData as Target;
const SOCKETS_MAX = 64;
const numbersOf = ({ from, orders }: Round) => Array.from({ length: orders }, (_, index) => from + index);

function apiWork({ url, key }: Extract<Target, { kind: "api" }>): (round: Round) => Promise<Work[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX });
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const post = (body: string) =>
    new Promise<string | undefined>((resolve, reject) => {
      const call = request(`${url}/v1/orders`, { method: "POST", agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          resolve(response.statusCode === 201 ? undefined : `${response.statusCode} ${text.slice(0, 300)}`);
        });
      });
      call.on("error", reject);
      call.end(body);
    });
  return async (round) => {
    const placedAt = new Date().toISOString();
    const bodies = numbersOf(round).map((number) => JSON.stringify(orderBody(number, number, placedAt)));
    return bodies.map((body) => () => post(body));
  };
}

function bareWork({ endpoint, table }: Extract<Target, { kind: "bare" }>): (round: Round) => Promise<Work[]> {
  const client = new DynamoDBClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  return async (round) => {
    const commands = await transactionsOf(numbersOf(round), table);
    return commands.map((command) => () => client.send(command).then(() => undefined, String));
  };
}

/** Each client takes the next piece of work when it has its answer. */
async function run(works: readonly Work[], clients: number): Promise<Ran> {
  const ran: Ran = { elapsedMs: 0, latenciesMs: [], failed: 0 };
  let next = 0;
  const client = async () => {
    for (let work = works[next++]; work; work = works[next++]) {
      const started = performance.now();
      const failure = await work();
      ran.latenciesMs.push(performance.now() - started);
      if (failure === undefined) continue;
      ran.failed += 1;
      ran.firstFailure ??= failure;
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: clients }, client));
  return { ...ran, elapsedMs: performance.now() - started };
}

const prepare = target.kind === "api" ? apiWork(target) : bareWork(target);
parentPort?.on("message", (round: Round) => {
  prepare(round)
    .then((works) => run(works, round.clients))
    .catch((error: unknown) => ({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }))
    .then((answer) => parentPort?.postMessage(answer));
});
