import { OperatorProblem, type Place } from "./place.ts";
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
/** Ids of deliveries that a sentence names. */
const NAMED_MAX = 5;
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
  await refuseUnknown(ask, wanted);
  const found = await keptDeliveries(ask, wanted);
  const forPeople = found.filter(({ reason }) => reason === FOR_PEOPLE).length;
  const kept = found.filter(({ reason }) => reason !== FOR_PEOPLE).slice(0, wanted.max);
  const left = new Map<string, string[]>();
  let replayed = 0;
  const bar = kept.length > 0 ? screen.bar("deliveries in quarantine", kept.length) : undefined;
  for (const [index, { id }] of kept.entries()) {
    if (stop.asked) break;
    const { status, body } = await ask(`/v1/quarantine/${encodeURIComponent(id)}/replay`, "POST");
    if (status === 200) replayed += 1;
    else {
      const why = status === 409 ? String(body.detail ?? body.code) : `the API answers ${status}`;
      left.set(why, [...(left.get(why) ?? []), id]);
    }
    bar?.to(index + 1);
  }
  bar?.end();
  if (forPeople > 0) {
    const [requests, them] = forPeople === 1 ? ["request was", "it is"] : ["requests were", "they are"];
    screen.say(`${forPeople} privacy ${requests} left as ${them}: a person answers.`);
  }
  for (const [why, ids] of left)
    screen.say(`${counted(ids.length, "delivery", "deliveries")} stayed (${someOf(ids)}): ${why}`);
  return { replayed, left: [...left.values()].flat().length };
}

/** Names the first few. */
const someOf = (ids: readonly string[]): string =>
  ids.slice(0, NAMED_MAX).join(", ") + (ids.length > NAMED_MAX ? `, and ${ids.length - NAMED_MAX} more` : "");

/** A filter that nothing can match would look like nothing left to do. */
async function refuseUnknown(ask: Ask, { provider, storeId }: Wanted): Promise<void> {
  if (provider !== undefined) {
    const names = await providersOf(ask);
    if (!names.includes(provider))
      throw new OperatorProblem(`There is no provider "${provider}": there are ${names.join(", ")}.`);
  }
  if (storeId === undefined) return;
  const { status } = await ask(`/v1/stores/${encodeURIComponent(storeId)}`);
  if (status >= 400 && status < 500)
    throw new OperatorProblem(`There is no store "${storeId}": GET /v1/stores lists them.`);
}

/** The providers that the API makes hooks for, as its reference says. */
async function providersOf(ask: Ask): Promise<string[]> {
  const { body } = await ask("/openapi.json");
  const { paths } = body as unknown as Reference;
  return paths["/v1/hooks"].post.requestBody.content["application/json"].schema.oneOf.map(
    ({ properties }) => properties.provider.const,
  );
}

interface Reference {
  paths: { "/v1/hooks": { post: { requestBody: { content: { "application/json": { schema: HookForms } } } } } };
}

interface HookForms {
  oneOf: { properties: { provider: { const: string } } }[];
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
