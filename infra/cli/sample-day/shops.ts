import type { Client } from "./client.ts";

/** The sample merchant's three stores, as they were made through the API. */
export interface Shops {
  owner: string;
  shopify: { storeId: string; hook: string; secret: string };
  woo: { storeId: string; hook: string; secret: string };
  site: { storeId: string; key: string; stripeHook: string; stripeSecret: string };
}

const pathOf = (url: string) => new URL(url).pathname;

async function hookOf(
  client: Client,
  token: string,
  storeId: string,
  provider: string,
  secret: string,
): Promise<string> {
  const body = { storeId, provider, secret };
  const { url } = await client.json<{ url: string }>("/v1/hooks", { token, method: "POST", body });
  return pathOf(url);
}

/** Opens a Shopify shop and a WooCommerce shop in Ukraine and an own site in Germany that is paid through Stripe. */
export async function openShops(client: Client): Promise<Shops> {
  const { owner } = await client.json<{ owner: string }>("/_local/credentials");
  const open = async (store: Record<string, string>) => {
    const { id } = await client.json<{ id: string }>("/v1/stores", { token: owner, method: "POST", body: store });
    return id;
  };
  const ukraine = { currency: "UAH", timeZone: "Europe/Kyiv", country: "UA" };
  const shopify = await open({ name: "Kolo Coffee", platform: "shopify", locale: "uk", ...ukraine });
  const woo = await open({ name: "Kolo Tea", platform: "woocommerce", locale: "uk", ...ukraine });
  const site = await open({
    name: "Kolo Europe",
    platform: "generic",
    currency: "EUR",
    timeZone: "Europe/Berlin",
    country: "DE",
    locale: "en",
  });
  const secrets = { shopify: "sample-shopify-secret", woo: "sample-woo-secret", stripe: "whsec_sample_secret" };
  const { key } = await client.json<{ key: string }>(`/v1/stores/${site}/keys`, {
    token: owner,
    method: "POST",
    body: { mode: "live" },
  });
  return {
    owner,
    shopify: {
      storeId: shopify,
      hook: await hookOf(client, owner, shopify, "shopify", secrets.shopify),
      secret: secrets.shopify,
    },
    woo: { storeId: woo, hook: await hookOf(client, owner, woo, "woocommerce", secrets.woo), secret: secrets.woo },
    site: {
      storeId: site,
      key,
      stripeHook: await hookOf(client, owner, site, "stripe", secrets.stripe),
      stripeSecret: secrets.stripe,
    },
  };
}
