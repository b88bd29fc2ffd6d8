import { fold } from "../../domain/kernel/decider.ts";
import { type ContactInput, OrderSnapshot } from "../../domain/order/snapshot.ts";
import { type KnownStore, store } from "../../domain/store/store.ts";
import type { StoreSettings } from "../../events/store.ts";
import type { Money } from "../../events/values.ts";
import { incomingOrder } from "../../functions/http/orders/incoming.ts";
import { saving } from "../../functions/table/aggregates.ts";
import type { IncomingOrder } from "../../functions/table/orders.ts";
import { storeRecord } from "../../functions/table/records.ts";
import type { Table } from "../../functions/table/table.ts";
import { NOW } from "./clock.ts";
import { origin } from "./world.ts";

/** Hryvnias in kopiykas: `uah(129_00)`. */
export const uah = (amountMinor: number): Money => ({ amountMinor, currency: "UAH" });
/** Euros in cents. */
export const eur = (amountMinor: number): Money => ({ amountMinor, currency: "EUR" });
/** Dollars in cents. */
export const usd = (amountMinor: number): Money => ({ amountMinor, currency: "USD" });

/** The buyer of every sample. */
export const olena: ContactInput = {
  externalId: "c-7",
  email: "olena@example.com",
  phone: "067 111 22 33",
  firstName: "Olena",
  lastName: "Koval",
  locale: "uk",
};

/** When the sample order was placed: an hour and three quarters before the clock's beginning. */
export const PLACED_AT = "2026-11-20T10:15:00.000Z";

/** An order as a store pushes it, parsed as a request is; give what matters to the test. */
export const anOrder = (part: Record<string, unknown> = {}): OrderSnapshot =>
  OrderSnapshot.parse({
    externalId: "1001",
    placedAt: PLACED_AT,
    customer: olena,
    lines: [{ sku: "COF-250", name: "Coffee 250 g", quantity: 2, unitPrice: uah(249_00) }],
    total: uah(498_00),
    paymentMethod: "card",
    ...part,
  });

/** The same as facts for `Orders.accept`. */
export const incoming = (part: Record<string, unknown> = {}, more: Partial<IncomingOrder> = {}): IncomingOrder => ({
  ...incomingOrder(anOrder(part)),
  ...more,
});

/** Settings of a Ukrainian web shop. */
export const storeSettings = (part: Partial<StoreSettings> = {}): StoreSettings => ({
  name: "Kvitka",
  platform: "generic",
  currency: "UAH",
  timeZone: "Europe/Kyiv",
  country: "UA",
  locale: "uk",
  ...part,
});

/** A store as the core knows it, without a table. */
export const aStore = (
  storeId = "sto_1",
  part: Partial<StoreSettings> = {},
  paymentHooks: string[] = [],
): KnownStore => {
  const opened = { type: "store.opened" as const, at: NOW, data: { storeId, settings: storeSettings(part) } };
  return { ...(fold(store, [opened]) as KnownStore), paymentHooks };
};

/** Opens a store in the table, with a payment provider's hook if one is named. */
export async function openStore(
  table: Table,
  storeId = "sto_1",
  part: Partial<StoreSettings> = {},
  paymentHook?: string,
): Promise<KnownStore> {
  await saving(table, origin({ storeId }), async (unit) => {
    const loaded = await unit.load(storeRecord, storeId);
    unit.decide(loaded, { type: "store.open", at: NOW, data: { storeId, settings: storeSettings(part) } });
    if (paymentHook === undefined) return;
    const data = { hookId: paymentHook, provider: "stripe", payments: true, connected: true };
    unit.decide(loaded, { type: "store.change_hook", at: NOW, data });
  });
  const item = await table.get(storeRecord.key(storeId));
  return item?.state as KnownStore;
}
