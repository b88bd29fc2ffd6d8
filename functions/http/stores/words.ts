import type { NounWords } from "../docs/vocabulary.ts";

/** What the reference says of stores and keys. */
export const words: NounWords = {
  fields: {
    storeId: "The store (`sto_...`).",
    name: "As staff and letters name the shop.",
    platform: "A label: who may deliver is decided by hooks.",
    currency: "ISO 4217: of amounts that come without one.",
    timeZone: "An IANA name such as `Europe/Kyiv`: which day an order belongs to.",
    country: "ISO 3166-1, two letters: phone numbers without a country code are read as numbers of it.",
    locale:
      "The language of messages to buyers who have none of their own: `uk`, `ru` or `en`, also as `uk-UA`. Left out, " +
      "it follows the country.",
    url: "The shop's address, for letters.",
    origins: "Origins of the browser that publishable keys may write from.",
    legalEntity: "Whose shop it is, for reports.",
    mode:
      "`live`; or `test`: what the key brings is marked `test` and counts nowhere. `publishable` keys are for the " +
      "browser and can be made, but no route takes them yet.",
    keyId: "The key's id: what stands between the second and the third `_` of its text.",
    id: "Our id.",
    key: "Shown once: only a hash of it is kept.",
    openedAt: "When it was connected.",
    keys: "Its keys, revoked ones included.",
    active: "False: revoked.",
    hooks: "Its hooks.",
    "hooks.provider": "Who delivers.",
    lastOrderAt: "When the newest order was placed.",
    openMismatches: "Money that does not agree.",
    quarantined: "Deliveries that wait for a fix or a person.",
    countsAreLowerBounds: "True where a count stopped at the most that is counted.",
  },
  operations: {
    "create-store": {
      example: {
        name: "Kvitka",
        platform: "shopify",
        currency: "UAH",
        timeZone: "Europe/Kyiv",
        country: "UA",
        url: "https://kvitka.example",
      },
      refusals: { 409: ["too_many_stores"] },
    },
    "list-stores": { refusals: { 400: ["invalid_cursor"] } },
    "get-store": { refusals: { 404: ["store_not_found"] } },
    "update-store": { example: { name: "Kvitka Kyiv" }, refusals: { 404: ["store_not_found"] } },
    "get-store-health": { refusals: { 404: ["store_not_found"] } },
    "create-key": { example: { mode: "live" }, refusals: { 404: ["store_not_found"], 409: ["too_many_keys"] } },
    "revoke-key": { refusals: { 404: ["key_not_found", "store_not_found"] } },
  },
};
