import { join } from "node:path";
import { type Cloud, startCloud } from "../../infra/local/cloud.ts";
import type { Counted } from "../../infra/local/control-stats.ts";
import type { Spending } from "../../infra/local/dynamodb-units.ts";
import type { FunctionStats } from "../../infra/local/functions.ts";
import { expressGbSeconds, type TickUsage, type Usage } from "./bill.ts";
import { type BenchFunction, functionsOf } from "./functions.ts";
import { openShop, orderBody, type Shop, TOTAL } from "./shop.ts";
import { type FunctionRow, functionRows, type ItemRow, itemRows } from "./spending.ts";
import { storedBytes } from "./stored.ts";

/** The average of some lives that were alike. */
export interface LifeReport {
  usage: Usage;
  schedulesCreated: number;
  schedulesDeleted: number;
  functions: FunctionRow[];
  items: ItemRow[];
  /** Bytes that stay in the table and its indexes. */
  storedBytes: number;
}

/** Everything that is measured on the settled cloud. */
export interface Lives {
  fresh: LifeReport;
  returning: LifeReport;
  tick: TickUsage;
}

interface Scene {
  cloud: Cloud;
  shop: Shop;
  functions: BenchFunction[];
  spendings: Spending[];
}

type Stats = Record<string, Counted> & { functions: Record<string, FunctionStats> };

const WARM_UP = 3;
const MONTH_ORDERS = 300;
const GB = 1024 ** 3;
const DAY_SECONDS = 86_400;

/** The month of the idle bill: orders of new customers, and what a year of them leaves in the table. */
export const monthOf = ({ fresh, tick }: Lives) => ({
  orders: MONTH_ORDERS,
  life: fresh.usage,
  tick,
  storedGb: (fresh.storedBytes * MONTH_ORDERS * 12) / GB,
});

/** Lives through orders one after another, each step settled, for new buyers and again for the same ones. */
export async function measureLives(place: { assembly: string; folder: string }, lives: number): Promise<Lives> {
  const spendings: Spending[] = [];
  const spent = (spending: Spending) => spendings.push(spending);
  const cloud = await startCloud({ assembly: place.assembly, dataDir: join(place.folder, "lives"), port: 0, spent });
  try {
    const shop = await openShop(cloud.url);
    const scene: Scene = { cloud, shop, functions: functionsOf(cloud.topology), spendings };
    for (let each = 0; each < WARM_UP; each += 1) await live(scene, each, each);
    const buyers = Array.from({ length: lives }, (_, index) => WARM_UP + index);
    const fresh = await measured(scene, lives, () => inTurn(buyers, (buyer) => live(scene, buyer, buyer)));
    const returning = await measured(scene, lives, () => inTurn(buyers, (buyer) => live(scene, 10_000 + buyer, buyer)));
    return { fresh, returning, tick: await measureTicks(scene) };
  } finally {
    await cloud.stop();
  }
}

async function inTurn<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  for (const one of all) await work(one);
}

/** Placed, paid, shipped, delivered; everything that follows has happened before the next step. */
async function live({ shop }: Scene, order: number, buyer: number): Promise<void> {
  const { client, key } = shop;
  const step = async (path: string, body: unknown) => {
    const answer = await client.json<{ id: string }>(path, { token: key, method: "POST", body });
    await client.settle();
    return answer;
  };
  const now = async () => new Date(await client.now()).toISOString();
  const { id } = await step("/v1/orders", orderBody(order, buyer, await now()));
  const capturedAt = await now();
  await step(`/v1/orders/${id}/payments`, { externalId: `p-${order}`, provider: "manual", amount: TOTAL, capturedAt });
  for (const stage of ["shipped", "delivered"]) await step(`/v1/orders/${id}/stage`, { stage });
}

async function measured(scene: Scene, lives: number, run: () => Promise<void>): Promise<LifeReport> {
  const { client } = scene.shop;
  const storedBefore = await storedBytes(scene.cloud);
  await client.json("/_local/stats/reset", { method: "POST", body: {} });
  scene.spendings.length = 0;
  await run();
  const stats = await client.json<Stats>("/_local/stats");
  // A tick of the clock may come by: it belongs to the month, not to an order.
  const asked = scene.functions.filter(({ kind }) => kind !== "tick");
  const ticks = scene.functions.filter(({ kind }) => kind === "tick").map(({ physicalName }) => physicalName);
  const roles = new Set<string | undefined>(asked.map(({ roleArn }) => roleArn));
  const spendings = scene.spendings.filter(({ caller }) => roles.has(caller));
  const functions = functionRows({ functions: asked, stats: stats.functions, spendings, lives });
  const report: LifeReport = {
    usage: usageOf(stats, functions, lives, invocationsOf(stats, ticks)),
    schedulesCreated: countOf(stats, "scheduler", "CreateSchedule") / lives,
    schedulesDeleted: countOf(stats, "scheduler", "DeleteSchedule") / lives,
    functions,
    items: itemRows(spendings, lives),
    storedBytes: ((await storedBytes(scene.cloud)) - storedBefore) / lives,
  };
  expectWhole(report);
  return report;
}

const invocationsOf = ({ functions }: Stats, names: readonly string[]) =>
  names.reduce((sum, name) => sum + (functions[name]?.invocations ?? 0), 0);

function usageOf(stats: Stats, functions: readonly FunctionRow[], lives: number, ticks: number): Usage {
  const sum = (value: (row: FunctionRow) => number) => functions.reduce((total, row) => total + value(row), 0);
  const count = (service: string, name: string) => countOf(stats, service, name) / lives;
  const executions = count("states", "executionsExpress");
  const stretch = functions.find(({ name }) => name === "run-stretch");
  return {
    apiRequests: sum(({ kind, invocations }) => (kind === "api" ? invocations : 0)),
    invocations: sum(({ invocations }) => invocations),
    gbSeconds: sum(({ gbSeconds }) => gbSeconds),
    writeUnits: sum(({ writeUnits, indexWriteUnits }) => writeUnits + indexWriteUnits),
    readUnits: sum(({ readUnits }) => readUnits),
    busEvents: count("events", "events"),
    queueMessages: count("sources", "messages"),
    notifications: count("sns", "published"),
    schedulesFired: count("scheduler", "fired") - ticks / lives,
    executions,
    executionGbSeconds: executions * expressGbSeconds(stretch ? stretch.ms / stretch.invocations : 0),
    standardTransitions: count("states", "transitionsStandard"),
    logBytes: sum(({ logBytes }) => logBytes),
    mails: count("ses", "mails"),
  };
}

const countOf = (stats: Stats, service: string, name: string) => (stats[service]?.[name] as number | undefined) ?? 0;

/** A life in which the mail was not sent or the journey not entered and left is not the one that is priced. */
function expectWhole({ usage, schedulesCreated, schedulesDeleted, functions }: LifeReport): void {
  const counts = { apiRequests: [usage.apiRequests, 4], mails: [usage.mails, 1], fired: [usage.schedulesFired, 0] };
  const all = { ...counts, schedulesCreated: [schedulesCreated, 1], schedulesDeleted: [schedulesDeleted, 1] };
  const odd = Object.entries(all).filter(([, [is, wanted]]) => is !== wanted);
  const failing = functions.filter(({ errors }) => errors > 0).map(({ name }) => name);
  if (odd.length === 0 && failing.length === 0) return;
  throw new Error(`The lives went otherwise: ${JSON.stringify(Object.fromEntries(odd))}, errors in [${failing}].`);
}

/** What a tick uses on average over a day of the clock. */
async function measureTicks({ shop: { client }, functions, spendings }: Scene): Promise<TickUsage> {
  await client.json("/_local/stats/reset", { method: "POST", body: {} });
  spendings.length = 0;
  await client.advance(DAY_SECONDS);
  await client.settle();
  const stats = await client.json<Stats>("/_local/stats");
  const ticking = functions.filter(({ kind }) => kind === "tick");
  const rows = functionRows({ functions: ticking, stats: stats.functions, spendings, lives: 1 });
  const sum = (value: (row: FunctionRow) => number) => rows.reduce((total, row) => total + value(row), 0);
  const ticks = sum(({ invocations }) => invocations);
  if (ticks === 0) throw new Error("No tick came within a day of the clock.");
  return {
    gbSeconds: sum(({ gbSeconds }) => gbSeconds) / ticks,
    readUnits: sum(({ readUnits }) => readUnits) / ticks,
    writeUnits: sum(({ writeUnits, indexWriteUnits }) => writeUnits + indexWriteUnits) / ticks,
    standardTransitions: countOf(stats, "states", "transitionsStandard") / ticks,
  };
}
