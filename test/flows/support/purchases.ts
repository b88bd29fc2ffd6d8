import type { CdnowPurchase } from "../../support/cdnow.ts";
import { usd } from "../../support/samples.ts";
import { type Store, unique } from "./store.ts";

/** The days of the sample. */
export const CDNOW_DAYS = { from: "1997-01-01", to: "1998-06-30" };
/** Orders that shops push at the same time. */
const LANES = 8;

/** The purchases as they happened: day after day, and of one day in the order of the file. */
const byDay = (a: CdnowPurchase, b: CdnowPurchase) => (a.day < b.day ? -1 : Number(a.day > b.day));

/** Pushes purchases as orders of a store, several at once, and tells of each that was taken. */
export async function sell(store: Store, purchases: readonly CdnowPurchase[], taken = () => {}): Promise<void> {
  const tag = unique("cdnow");
  const waiting = purchases.toSorted(byDay).entries();
  const lane = async () => {
    for (const [index, { customer, day, totalMinor }] of waiting) {
      const total = usd(totalMinor);
      const order = {
        externalId: `${tag}-${index}`,
        placedAt: `${day}T17:00:00Z`,
        customer: { externalId: customer, email: `${tag}-${customer}@example.com` },
        lines: [{ name: "CDs", quantity: 1, unitPrice: total }],
        total,
      };
      const { status, text } = await store.ask("/v1/orders", { body: order });
      if (status !== 201) throw new Error(`An order of ${day} was answered ${status}: ${text}`);
      taken();
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

const DAY_MS = 86_400_000;
const daysBetween = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / DAY_MS;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** What an exact CRM must say of purchases, counted here in another way than Kolo counts. */
export function numbersOf(purchases: readonly CdnowPurchase[]): Record<string, string> {
  const histories = [...Map.groupBy(purchases.toSorted(byDay), ({ customer }) => customer).values()];
  const cents = sum(purchases.map(({ totalMinor }) => totalMinor));
  const gaps = histories.flatMap((own) =>
    own.slice(1).map(({ day }, index) => daysBetween(own[index]?.day ?? "", day)),
  );
  const customers = histories.length;
  const returning = histories.filter((own) => own.length > 1).length;
  return {
    customers_new: String(customers),
    orders: String(purchases.length),
    revenue: (cents / 100).toFixed(2),
    repeat_purchase_rate: ((100 * returning) / customers).toFixed(4),
    average_order_value: (cents / 100 / purchases.length).toFixed(4),
    lifetime_value: (cents / 100 / customers).toFixed(4),
    days_between_orders: (sum(gaps) / gaps.length).toFixed(4),
  };
}

/** What Kolo says of a store's purchases. */
export async function metricsOf(store: Store): Promise<Record<string, string | null>> {
  const names = [
    ...["customers_new", "orders", "revenue", "repeat_purchase_rate"],
    ...["average_order_value", "lifetime_value", "days_between_orders"],
  ];
  const values = names.map(async (name) => [name, await store.metric(name, CDNOW_DAYS)] as const);
  return Object.fromEntries(await Promise.all(values));
}

/** An American music shop. */
export const MUSIC_SHOP = {
  ...{ name: "CDNOW", currency: "USD", country: "US", timeZone: "America/New_York", locale: "en" },
};
