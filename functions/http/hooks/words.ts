import type { NounWords } from "../docs/vocabulary.ts";

/** What the reference says of hooks. */
export const words: NounWords = {
  fields: {
    storeId: "The store whose orders and payments are delivered.",
    provider: "Who delivers.",
    secret: "What the provider signs with: the literal text that it shows, prefix and all. Sealed, never shown again.",
    credentials: "What calling the provider needs, by its own names. Sealed, never shown again.",
    settings: "How deliveries are read; each provider takes those that mean something to it.",
    orderReference:
      "Where a payment names its order: a dotted path into the provider's object, such as `metadata.shop_order`.",
    storeReference:
      "Where a payment says which store it is of, where stores share an account: a path, such as `metadata.site_url`.",
    storeName: "What it says there of this store, such as `https://kvitka.example`; goes with `storeReference`.",
    testOrders: "`mark`: orders that the platform calls tests are tests here too; by default they count.",
    shopDomain: "The one shop that may speak through the hook, by its host name.",
    id: "Our id, `hok_...`; also the end of `url`.",
    url: "Where the provider delivers to.",
    connectedAt: "When the hook was made.",
    previousSecretUntil: "Until when deliveries that the secret before signed are still taken.",
  },
  operations: {
    "create-hook": {
      more: "Register the `url` that is answered at the provider. Secrets are write-only.",
      example: {
        storeId: "sto_01M82A9M4BNGKVD83NKK36B552",
        provider: "stripe",
        secret: "whsec_docs",
        settings: { orderReference: "metadata.shop_order" },
      },
      refusals: { 404: ["store_not_found"] },
    },
    "list-hooks": { refusals: { 400: ["invalid_cursor"] } },
    "update-hook": {
      more: "Settings that are given take the place of those that were; null takes one away, an absent one stays.",
      example: { secret: "shopify-secret-2" },
      refusals: { 404: ["hook_not_found"] },
    },
    "delete-hook": { refusals: { 404: ["hook_not_found"] } },
  },
};
