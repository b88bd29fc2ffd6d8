import { join } from "node:path";
import { OwnCloud } from "../flows/support/own-cloud.ts";
import { openShop, orderBody, type Shop, TOTAL } from "./shop.ts";
import { stock, templateOf } from "./stocked.ts";
import { median, percentile } from "./text.ts";
import { runTraffic, type TrafficPlan, type TrafficReport } from "./traffic.ts";

/** What an order costs, and how quickly Kolo answers, beside so many stored ones. */
export interface GrowthRow {
  stored: number;
  /** Of one order's life, in units and calls. */
  writeUnits: number;
  readUnits: number;
  invocations: number;
  /** Of one order's life with all that follows, in ms. */
  lifeMs: number;
  /** Medians of single requests in a quiet moment, in ms. */
  placeMs: number;
  readMs: number;
  listMs: number;
  metricMs: number;
  traffic: TrafficReport;
}

interface Stats {
  tables: Record<string, { writeUnits: number; indexWriteUnits: number; readUnits: number }>;
  functions: Record<string, { invocations: number }>;
}

const LIVES = 5;
const WARM_UP = 2;
const REPEATS = 15;

/** Measures the same at each number of stored orders, smallest first. */
export async function measureGrowth(
  place: { assembly: string; folder: string },
  sizes: readonly number[],
  plan: TrafficPlan,
  measured: (row: GrowthRow) => void,
): Promise<void> {
  const directory = join(place.folder, "growth");
  const cloud = new OwnCloud({ assembly: place.assembly, directory });
  try {
    const { url } = await cloud.start();
    const shop = await openShop(url);
    const orderId = await live(shop, 900_000);
    await cloud.end("SIGINT");
    const template = templateOf(directory, orderId);
    let from = 1;
    for (const stored of sizes) {
      stock(directory, template, { from, to: stored });
      from = stored;
      await cloud.start();
      measured(await measureAt(cloud, shop, stored, plan));
      await cloud.end("SIGINT");
    }
  } finally {
    cloud.remove();
  }
}

async function measureAt(cloud: OwnCloud, shop: Shop, stored: number, plan: TrafficPlan): Promise<GrowthRow> {
  const { client, storeId, owner } = shop;
  const number = stored * 10;
  for (let each = 0; each < WARM_UP; each += 1) await live(shop, number + each);
  await client.json("/_local/stats/reset", { method: "POST", body: {} });
  const lives: number[] = [];
  let orderId = "";
  for (let each = 0; each < LIVES; each += 1) {
    const started = performance.now();
    orderId = await live(shop, number + WARM_UP + each);
    lives.push(performance.now() - started);
  }
  const stats = await client.json<Stats>("/_local/stats");
  const [table] = Object.values(stats.tables);
  const { writeUnits = 0, indexWriteUnits = 0, readUnits = 0 } = table ?? {};
  const invocations = Object.values(stats.functions).reduce((sum, one) => sum + one.invocations, 0);
  const read = (path: string) => timed(() => client.json(path, { token: owner }));
  const day = new Date(await client.now()).toISOString().slice(0, 10);
  let placed = number + 100;
  return {
    stored,
    writeUnits: (writeUnits + indexWriteUnits) / LIVES,
    readUnits: readUnits / LIVES,
    invocations: invocations / LIVES,
    lifeMs: median(lives),
    placeMs: await timed(() => place(shop, placed++)),
    readMs: await read(`/v1/orders/${orderId}`),
    listMs: await read(`/v1/orders?storeId=${storeId}&limit=25`),
    metricMs: await read(`/v1/metrics/revenue?storeId=${storeId}&from=${day.slice(0, 8)}01&to=${day}`),
    traffic: await runTraffic(cloud.deployment(), plan),
  };
}

/** Placed, paid, shipped, delivered; everything that follows has happened before the next step. */
async function live(shop: Shop, number: number): Promise<string> {
  const { client, key } = shop;
  const { id } = await place(shop, number);
  await client.settle();
  const capturedAt = new Date(await client.now()).toISOString();
  const payment = { externalId: `p-${number}`, provider: "manual", amount: TOTAL, capturedAt };
  await client.json(`/v1/orders/${id}/payments`, { token: key, method: "POST", body: payment });
  await client.settle();
  for (const stage of ["shipped", "delivered"]) {
    await client.json(`/v1/orders/${id}/stage`, { token: key, method: "POST", body: { stage } });
    await client.settle();
  }
  return id;
}

async function place({ client, key }: Shop, number: number): Promise<{ id: string }> {
  const body = orderBody(number, number, new Date(await client.now()).toISOString());
  return client.json<{ id: string }>("/v1/orders", { token: key, method: "POST", body });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const all: number[] = [];
  for (let each = 0; each < REPEATS; each += 1) {
    const started = performance.now();
    await work();
    all.push(performance.now() - started);
  }
  return percentile(all, 50);
}
