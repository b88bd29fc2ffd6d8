import { Client } from "../../infra/cli/sample-day/client.ts";

/** A store of the bench with a key of its own. */
export interface Shop {
  client: Client;
  owner: string;
  storeId: string;
  key: string;
}

export const SHOP = {
  name: "Bench Coffee",
  platform: "generic",
  currency: "UAH",
  timeZone: "Europe/Kyiv",
  country: "UA",
  locale: "uk",
} as const;

const uah = (amountMinor: number) => ({ amountMinor, currency: SHOP.currency });

const LINES = [
  { sku: "COF-250", name: "Кава «Ранок», 250 г", quantity: 2, unitPrice: uah(249_00), category: "coffee" },
  { sku: "CUP-01", name: "Горнятко керамічне", quantity: 1, unitPrice: uah(420_00), category: "cups" },
  { sku: "HON-500", name: "Мед липовий, 500 г", quantity: 1, unitPrice: uah(310_00), category: "honey" },
];
const SHIPPING = {
  method: "nova_poshta",
  price: uah(80_00),
  address: { country: "UA", region: "Київська", city: "Київ", line1: "Хрещатик 1, кв. 12", postalCode: "01001" },
};

/** What the buyer of every order owes. */
export const TOTAL = uah(1_308_00);

/** Opens a store through the API. */
export async function openShop(url: string): Promise<Shop> {
  const client = new Client(url);
  const { owner } = await client.json<{ owner: string }>("/_local/credentials");
  const asOwner = { token: owner, method: "POST" };
  const { id } = await client.json<{ id: string }>("/v1/stores", { ...asOwner, body: SHOP });
  const live = { ...asOwner, body: { mode: "live" } };
  const { key } = await client.json<{ key: string }>(`/v1/stores/${id}/keys`, live);
  return { client, owner, storeId: id, key };
}

/** An unpaid prepaid order of three lines; each buyer has an e-mail and a phone. */
export function orderBody(order: number, buyer: number, placedAt: string) {
  return {
    externalId: `bench-${order}`,
    number: `#${100_000 + order}`,
    placedAt,
    customer: {
      email: `buyer.${buyer}@example.com`,
      phone: `+38067${String(1_000_000 + buyer)}`,
      firstName: "Олена",
      lastName: "Коваль",
      locale: "uk",
    },
    lines: LINES,
    shipping: SHIPPING,
    total: TOTAL,
    paymentMethod: "card",
    paymentTiming: "prepaid",
    orderMethod: "site",
  };
}
