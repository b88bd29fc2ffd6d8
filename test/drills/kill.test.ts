import { afterAll, describe, expect, it } from "vitest";
import { Random } from "../../infra/cli/sample-day/random.ts";
import { type Clients, clientsOf, complaintsOf, killOnce, look } from "../flows/support/killing.ts";
import { OwnCloud } from "../flows/support/own-cloud.ts";
import { openStore, type Store } from "../flows/support/store.ts";

const KILLS = 2;
const HOUR = 3_600;
const seed = Number(process.env.KOLO_SEED ?? Date.now() % 1_000_000);

describe("a cloud that is killed while it takes orders, deliveries and payments", () => {
  const cloud = new OwnCloud();
  afterAll(() => cloud.remove());

  it("has all that it acknowledged, counts each once, and confirms each at least once", async () => {
    console.log(`kills by KOLO_SEED=${seed}`);
    const random = new Random(seed);
    const store = await openStore(await cloud.start(), { platform: "shopify" });
    const clients = await clientsOf(store);
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const killed = await killOnce(cloud, store, clients, random);
      const { delayMs, acknowledged, unknown } = killed;
      console.log(`kill ${kill} after ${delayMs} ms: ${acknowledged} acknowledged, ${unknown} not`);
      expect(complaintsOf(killed)).toEqual([]);
    }
    await clients.push(clients.unknown + 1);
    await store.kolo.advance(HOUR);
    const end = await look(store, clients);
    expect(complaintsOf(end)).toEqual([]);
    expect(end.orders).toBe(clients.sold.length);
    await expectConfirmed(store, clients);
  }, 240_000);

  it("leaves no process behind when it is asked to stop", async () => {
    expect(await cloud.end("SIGINT")).toBe(0);
    const started = new OwnCloud({ directory: cloud.directory });
    await started.start();
    expect(await started.end("SIGINT")).toBe(0);
  }, 120_000);
});

async function expectConfirmed(store: Store, { sold }: Clients): Promise<void> {
  const outbox = (await store.kolo.outbox()).map(({ to }) => to);
  const counts = sold.map(({ email }) => outbox.filter((to) => to === email.toLowerCase()).length);
  console.log(`${sold.length} orders, ${counts.filter((count) => count > 1).length} confirmed more than once`);
  expect(counts.filter((count) => count === 0)).toEqual([]);
  // Only what was on its way to the provider at a kill may be sent again.
  expect(Math.max(...counts)).toBeLessThanOrEqual(1 + KILLS);
}
