import type { Place } from "./place.ts";
import { counted, type Screen, type Stop } from "./work.ts";

/** A quarantined delivery as the API lists it. */
interface Kept {
  id: string;
  reason: string;
  provider: string;
  storeId: string;
}

/** Which deliveries to replay; what is not named does not matter. */
export interface Wanted {
  reason?: string | undefined;
  provider?: string | undefined;
  storeId?: string | undefined;
  max: number;
}

/** A person answers these within the law's time: they tell nothing that could be saved. */
export const FOR_PEOPLE = "privacy_request";
const PAGE = 100;
/** A fault, or too many requests, may be over in a moment; what is not is counted as left. */
const TRIES_MAX = 3;
const PAUSE_MS = 1_000;

/** Asks the API as staff. */
type Ask = (path: string, method?: "GET" | "POST") => Promise<{ status: number; body: Record<string, unknown> }>;

/** Replays quarantined deliveries, oldest first; those that still cannot be used stay. */
export async function replay(
  place: Place,
  wanted: Wanted,
  { stop, screen }: { stop: Stop; screen: Screen },
): Promise<{ replayed: number; left: number }> {
  const ask = await asking(place);
  const found = await keptDeliveries(ask, wanted);
  const forPeople = found.filter(({ reason }) => reason === FOR_PEOPLE).length;
  const kept = found.filter(({ reason }) => reason !== FOR_PEOPLE).slice(0, wanted.max);
  const left = new Map<string, number>();
  let replayed = 0;
  const bar = kept.length > 0 ? screen.bar("deliveries in quarantine", kept.length) : undefined;
  for (const [index, { id }] of kept.entries()) {
    if (stop.asked) break;
    const { status, body } = await ask(`/v1/quarantine/${encodeURIComponent(id)}/replay`, "POST");
    if (status === 200) replayed += 1;
    else {
      const why = status === 409 ? String(body.detail ?? body.code) : `the API answers ${status}`;
      left.set(why, (left.get(why) ?? 0) + 1);
    }
    bar?.to(index + 1);
  }
  bar?.end();
  if (forPeople > 0) {
    const [requests, them] = forPeople === 1 ? ["request was", "it is"] : ["requests were", "they are"];
    screen.say(`${forPeople} privacy ${requests} left as ${them}: a person answers.`);
  }
  for (const [why, count] of left) screen.say(`${counted(count, "delivery", "deliveries")} stayed: ${why}`);
  return { replayed, left: [...left.values()].reduce((sum, count) => sum + count, 0) };
}

async function keptDeliveries(ask: Ask, wanted: Wanted): Promise<Kept[]> {
  const kept: Kept[] = [];
  let cursor = "";
  do {
    const query = new URLSearchParams({ status: "kept", limit: String(PAGE), ...(cursor && { cursor }) });
    if (wanted.storeId !== undefined) query.set("storeId", wanted.storeId);
    const { status, body } = await ask(`/v1/quarantine?${query}`);
    if (status !== 200) throw new Error(`GET /v1/quarantine answers ${status}: ${JSON.stringify(body).slice(0, 300)}`);
    const { items, nextCursor } = body as unknown as { items: Kept[]; nextCursor: string | null };
    kept.push(...items.filter((one) => isWanted(one, wanted)));
    cursor = nextCursor ?? "";
  } while (cursor !== "");
  // The newest come first; what a provider said first is to be read first.
  return kept.reverse();
}

const isWanted = ({ reason, provider }: Kept, wanted: Wanted): boolean =>
  provider === (wanted.provider ?? provider) && reason === (wanted.reason ?? reason);

async function asking({ url, token }: Place): Promise<Ask> {
  const headers = { authorization: `Bearer ${await token()}` };
  return async (path, method = "GET") => {
    for (let tried = 1; ; tried += 1) {
      const answer = await fetch(url + path, { method, headers });
      const text = await answer.text();
      if (answer.status < 500 && answer.status !== 429) return { status: answer.status, body: JSON.parse(text) };
      if (tried >= TRIES_MAX) return { status: answer.status, body: {} };
      await new Promise((done) => setTimeout(done, PAUSE_MS * tried));
    }
  };
}
