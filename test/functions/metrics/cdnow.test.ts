import { describe, expect, it } from "vitest";
import { handler as getMetric } from "../../../functions/http/metrics/get-metric.ts";
import type { Write } from "../../../functions/table/table.ts";
import { cdnow, cdnowStates, hasCdnow } from "../../support/cdnow.ts";
import { call } from "../../support/http.ts";
import type { Change, MemoryTable } from "../../support/memory-table.ts";
import { changeOf, projecting } from "../../support/projecting.ts";
import { openStore } from "../../support/samples.ts";

const BATCH = 100;
/** Every so many changes are told a second time. */
const REPEATED = 10;

/** Stores every order and customer in its last version, and returns what the stream would tell of all versions. */
async function store(table: MemoryTable): Promise<Change[]> {
  const { orders, customers } = cdnowStates(cdnow());
  const histories: [source: string, versions: unknown[]][] = [
    ...orders.map((order): [string, unknown[]] => [`order#${order.orderId}`, [order]]),
    ...customers.map((versions, index): [string, unknown[]] => [`customer#cus_${index}`, versions]),
  ];
  const last = histories.map(([pk, versions]): Write => {
    return { put: { pk, sk: "state", version: versions.length, state: versions.at(-1) } };
  });
  for (let start = 0; start < last.length; start += BATCH) await table.write(last.slice(start, start + BATCH));
  return histories.flatMap(([source, versions]) => {
    const items = versions.map((state, index) => ({ version: index + 1, state }));
    return items.map((item, index) => changeOf(source, items[index - 1], item));
  });
}

/** The same order every time, and no order at all. */
function shuffled<T>(items: readonly T[]): T[] {
  const places = items.map((item, index) => ({ item, place: (index * 7_919) % 10_007 }));
  return places.sort((a, b) => a.place - b.place).map(({ item }) => item);
}

describe.skipIf(!hasCdnow)("the CDNOW sample, projected in any order and partly twice", () => {
  it("is answered with its published numbers", { timeout: 120_000 }, async () => {
    const { table, runtime, project } = projecting();
    await openStore(table, "sto_1", { currency: "USD" });
    const changes = await store(table);
    const deliveries = shuffled([...changes, ...changes.filter((_, index) => index % REPEATED === 0)]);
    for (let start = 0; start < deliveries.length; start += BATCH) {
      expect(await project(deliveries.slice(start, start + BATCH))).toEqual({ batchItemFailures: [] });
    }
    const entries = { "GET /v1/metrics/{name}": { route: getMetric, roles: ["owner" as const] } };
    const value = async (name: string) => {
      const path = `/v1/metrics/${name}?from=1997-01-01&to=1998-06-30`;
      return (await call(runtime, entries, { path, as: "owner" })).body.total.value;
    };
    expect({
      customers: await value("customers_new"),
      orders: await value("orders"),
      revenue: await value("revenue"),
      repeat: await value("repeat_purchase_rate"),
      average: await value("average_order_value"),
      lifetime: await value("lifetime_value"),
      days: await value("days_between_orders"),
    }).toEqual({
      customers: "2357",
      orders: "6919",
      revenue: "244091.94",
      repeat: "48.8757",
      average: "35.2785",
      lifetime: "103.5604",
      days: "67.3968",
    });
  });
});
