import { Presets, SingleBar } from "cli-progress";
import { Client } from "./client.ts";
import { DAY_MS, Script } from "./script.ts";
import { openShops, type Shops } from "./shops.ts";

/** What the day did, for its summary. */
export interface Played {
  client: Client;
  shops: Shops;
  startMs: number;
  delivered: number;
  refused: number;
}

/** The clock moves in steps so long: what falls due in between runs at its own time. */
const STEP_MS = 15 * 60_000;

/** Plays the sample shop's day through the public endpoints, with a progress bar. */
export async function playDay(url: string): Promise<Played> {
  const client = new Client(url);
  const shops = await openShops(client);
  const startMs = await client.now();
  const { deliveries } = new Script(shops, startMs);
  const bar = new SingleBar(
    {
      format: "  the day  {bar} {value}/{total} deliveries  {hour}",
      hideCursor: true,
      noTTYOutput: true,
      notTTYSchedule: 5_000,
    },
    Presets.shades_classic,
  );
  bar.start(deliveries.length, 0, { hour: "00:00" });
  const played: Played = { client, shops, startMs, delivered: 0, refused: 0 };
  let index = 0;
  for (let elapsed = STEP_MS; elapsed <= DAY_MS || index < deliveries.length; elapsed += STEP_MS) {
    await client.advance(Math.round((startMs + elapsed - (await client.now())) / 1_000));
    for (; index < deliveries.length && (deliveries[index]?.after ?? 0) <= elapsed; index += 1) {
      await send(played, deliveries[index] as (typeof deliveries)[number]);
      bar.update(index + 1, { hour: new Date(elapsed).toISOString().slice(11, 16) });
    }
  }
  await client.settle();
  bar.stop();
  return played;
}

async function send(
  played: Played,
  delivery: { make(nowMs: number): { path: string; body: string; headers: Record<string, string> } },
): Promise<void> {
  const { path, body, headers } = delivery.make(await played.client.now());
  const status = await played.client.deliver(path, body, headers);
  if (status < 300) played.delivered += 1;
  else played.refused += 1;
}
