import type { KnownCustomer } from "../../domain/customer/customer.ts";
import type { Profile } from "../../domain/customer/profile.ts";
import { statsOf } from "../../domain/customer/stats.ts";
import { adapterOf } from "../../functions/adapters/registry.ts";
import type { Bucket } from "../../functions/shell/bucket.ts";
import { hooks, type NewHook } from "../../functions/table/hooks.ts";
import { seenIn, sourceOf } from "../../functions/table/ledger.ts";
import { OrderReader, presentOrder } from "../../functions/table/order-reader.ts";
import type { Item } from "../../functions/table/table.ts";
import { call, type Request, type Response } from "./http.ts";
import { type Said, type SenderName, senders, signedBy, type Wire } from "./providers.ts";
import { entriesOf } from "./routes.ts";
import { openStore } from "./samples.ts";
import { origin, type World, type WorldOptions, world } from "./world.ts";

const entries = await entriesOf("hooks", "orders", "quarantine", "webhooks");

/** A bucket that forgets. */
export interface MemoryBucket extends Bucket {
  objects: Map<string, Buffer>;
}

/** Makes an empty bucket. */
export const memoryBucket = (): MemoryBucket => {
  const objects = new Map<string, Buffer>();
  return {
    objects,
    put: async (key, bytes) => void objects.set(key, Buffer.from(bytes)),
    get: async (key) => objects.get(key),
  };
};

/** A store with hooks, and providers that deliver to them. */
export interface Shop extends World {
  bucket: MemoryBucket;
  ask(request: Request): Promise<Response>;
  /** Connects a provider to a store (`sto_1` if none is named) and tells the hook's id. */
  connect(provider: SenderName, given?: Partial<NewHook>, storeId?: string): Promise<string>;
  /** Puts a request on the wire as it is. */
  post(hookId: string, wire: Wire, more?: Partial<Request>): Promise<Response>;
  /** Delivers what a provider says, signed by its secret now. */
  deliver(provider: SenderName, hookId: string, said: Said, secret?: string): Promise<Response>;
}

/** Opens a shop in a world of its own. */
export async function shop(settings: Parameters<typeof openStore>[2] = {}, options: WorldOptions = {}): Promise<Shop> {
  const bucket = memoryBucket();
  const made = world({ ...options, replaced: (parts) => ({ bucket, ...options.replaced?.(parts) }) });
  await openStore(made.table, "sto_1", settings);
  const ask = (request: Request) => call(made.runtime, entries, request);
  const post: Shop["post"] = (hookId, { headers, raw }, more) =>
    ask({ method: "POST", path: `/v1/hooks/${hookId}`, headers, body: raw, ...more });
  return {
    ...made,
    bucket,
    ask,
    post,
    async connect(provider, given = {}, storeId = "sto_1") {
      const hookId = made.ids.next("hok");
      const { payments } = adapterOf(provider);
      const { secret } = senders[provider];
      const hook = { hookId, storeId, provider, payments, secret, ...given };
      await made.runtime.get(hooks).connect(hook, origin(), made.clock.now());
      return hookId;
    },
    deliver: (provider, hookId, said, secret) => post(hookId, signedBy(provider, said, made.clock.now(), secret)),
  };
}

const stateItems = (items: Item[], noun: string) =>
  items.filter(({ pk, sk }) => sk === "state" && pk.startsWith(`${noun}#`));

/** What a person on a card is known by and what they bought; ids of ours apart. */
function personOf({ card, state }: Item) {
  const { consents, purchases, placeholder } = state as KnownCustomer;
  const { emails, phones, externals, fields } = card as Profile;
  const lists = { emails: [...emails].sort(), phones: [...phones].sort(), externals: [...externals].sort() };
  // When a name was last told again is kept only where the card is written anyway.
  const values = Object.fromEntries(Object.entries(fields).map(([name, told]) => [name, told?.value]));
  const profile = { ...lists, ...values };
  return { profile, placeholder, consents, purchases, stats: statsOf(purchases) };
}

/** What all of them add to the metrics, summed up. */
function metricsIn(items: Item[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const item of items.filter(sourceOf)) {
    for (const [key, attributes] of Object.entries(seenIn(item.pk, item).contributions)) {
      for (const [attribute, value] of Object.entries(attributes)) {
        sums[`${key} ${attribute}`] = (sums[`${key} ${attribute}`] ?? 0) + value;
      }
    }
  }
  return Object.fromEntries(Object.entries(sums).sort());
}

/** All that is known of orders, payments and people, whatever the ids and versions that it is stored under. */
export async function knownIn({ table }: Pick<World, "table">) {
  const items = table.items();
  const reader = new OrderReader(table);
  const people = new Map(
    stateItems(items, "customer").map((item) => [item.pk.slice("customer#".length), personOf(item)]),
  );
  const placed = stateItems(items, "order").filter(({ state }) => (state as { status: string }).status === "placed");
  const orders = placed.map(async ({ pk }) => {
    const { version: _, customerId, ...order } = presentOrder(await reader.get(pk.slice("order#".length)));
    return { ...order, customer: { ...order.customer, card: people.get(customerId)?.profile } };
  });
  const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
  const payments = stateItems(items, "payment").map(({ state }) => {
    const { references, ...payment } = state as { references: string[] };
    return { ...payment, references: [...references].sort() };
  });
  return {
    orders: (await Promise.all(orders)).sort(byText),
    awaited: stateItems(items, "order").length - placed.length,
    payments: payments.sort(byText),
    people: [...people.values()].sort(byText),
    metrics: metricsIn(items),
    waiting: items.filter(({ pk, sk }) => pk.startsWith("reference#") && sk.startsWith("pay_")).map(({ pk }) => pk),
  };
}
