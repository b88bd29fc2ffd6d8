import { HOUR_MS, MINUTE_MS } from "../support/clock.ts";
import type { As, Request } from "../support/http.ts";
import { type Said, type SenderName, senders, signedBy } from "../support/providers.ts";
import { shopifyOrder, withBigIds } from "../support/samples/shopify.ts";
import { olena, PLACED_AT, uah } from "../support/samples.ts";
import type { WorldOptions } from "../support/world.ts";
import { type Whole, whole } from "./whole.ts";

/** The ids of everything that one store has. */
export interface StoreIds {
  storeId: string;
  keyId: string;
  hookId: string;
  orderId: string;
  customerId: string;
  mismatchId: string;
  quarantineId: string;
}

/** A merchant with two stores that have one of everything. */
export interface Merchant extends Whole {
  a: StoreIds;
  b: StoreIds;
}

/** An order as a store pushes it. */
export const orderBody = (externalId: string, more: Record<string, unknown> = {}) => ({
  externalId,
  placedAt: PLACED_AT,
  customer: { ...olena, email: `${externalId}@example.com`, phone: undefined, externalId: `c-${externalId}` },
  lines: [{ name: "Coffee", quantity: 1, unitPrice: uah(100_00) }],
  total: uah(100_00),
  paymentMethod: "card",
  ...more,
});

/** Asks, and fails unless it is answered with success. */
export async function asked(shop: Whole, request: Request) {
  const answer = await shop.ask(request);
  if (answer.status >= 300) throw new Error(`${request.path} answers ${answer.status}: ${answer.text}`);
  return answer.body;
}

/** Delivers to a hook what its provider says, signed. */
export function delivered(shop: Whole, provider: SenderName, hookId: string, said: Said) {
  const { headers, raw } = signedBy(provider, said, shop.clock.now());
  return shop.ask({ method: "POST", path: `/v1/hooks/${hookId}`, headers, body: raw });
}

/** Connects a provider to a store. */
export async function connected(shop: Whole, provider: SenderName, storeId: string): Promise<string> {
  const body = { storeId, provider, secret: senders[provider].secret };
  return (await asked(shop, { path: "/v1/hooks", as: "owner", body })).id;
}

/** Opens a store. */
export async function opened(shop: Whole, name: string): Promise<string> {
  const settings = { platform: "generic", currency: "UAH", timeZone: "Europe/Kyiv", country: "UA" };
  return (await asked(shop, { path: "/v1/stores", as: "owner", body: { name, ...settings } })).id;
}

const last = async (shop: Whole, path: string, as: As) => (await asked(shop, { path, as })).items[0].id as string;

/** A store, and one of everything in it: an order of 100.00 for which 40.00 came in too much. */
async function furnished(shop: Whole, name: string): Promise<StoreIds> {
  const storeId = await opened(shop, name);
  const as = { key: storeId };
  const key = await asked(shop, { path: `/v1/stores/${storeId}/keys`, as: "owner", body: { mode: "live" } });
  const hookId = await connected(shop, "shopify", storeId);
  const order = await asked(shop, { path: "/v1/orders", as, body: orderBody(name) });
  const paid = { externalId: `p-${name}`, provider: "manual", amount: uah(140_00), capturedAt: PLACED_AT };
  await asked(shop, { path: `/v1/orders/${order.id}/payments`, as, body: paid });
  await asked(shop, { path: `/v1/orders/${order.id}/stage`, as, body: { stage: "approval", note: `Note of ${name}` } });
  const unusable = { topic: "orders/create", body: withBigIds(shopifyOrder({ currency: "ZZZ" })) };
  await delivered(shop, "shopify", hookId, unusable);
  await shop.settle();
  await shop.advance(16 * MINUTE_MS);
  return {
    ...{ storeId, hookId, orderId: order.id, customerId: order.customerId, keyId: key.id },
    mismatchId: await last(shop, `/v1/mismatches?storeId=${storeId}`, "finance"),
    quarantineId: await last(shop, `/v1/quarantine?storeId=${storeId}`, "manager"),
  };
}

/** Opens the merchant's stores; a day has gone by, so that every message has gone. */
export async function merchant(options: WorldOptions = {}): Promise<Merchant> {
  const shop = whole(options);
  const [a, b] = [await furnished(shop, "alpha"), await furnished(shop, "beta")];
  await shop.advance(25 * HOUR_MS);
  return { ...shop, a, b };
}
