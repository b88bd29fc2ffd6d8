import type { NounWords } from "../docs/vocabulary.ts";

/** What the reference says of customers. */
export const words: NounWords = {
  fields: {
    externalId: "The person's id in the shop. An e-mail, a phone or this id must be there and readable.",
    tags: "The whole list: tags that are not in it go.",
    locale:
      "The language of messages to this person: `uk`, `ru` or `en`, also as `uk-UA`; another one is not kept. " +
      "Without any the store's counts.",
    country: "ISO 3166-1: where a national phone number is of.",
    "query.email": "Who has this e-mail; case does not matter.",
    "query.phone": "Who has this phone: with + and the country's code, or as written in `country` or the store's.",
    kind: "A noun such as `order`, or one event such as `order.paid`.",
    id: "Our id, `cus_...`.",
    emails: "All that are known, the first one first.",
    phones: "All that are known, in E.164.",
    identities: "What the person is recognised by. When an e-mail and a phone point to two people, the e-mail wins.",
    "identities.kind": "An e-mail, a phone, or an id of a shop.",
    value: "As it is compared.",
    fields: "The merchant's own attributes; always empty so far.",
    lifecycleStage: "By orders: none, one, or more.",
    stats: "Orders without cancelled and test ones; who may not see payments gets no amounts.",
    orders: "How many.",
    paidOrders: "How many of them are paid.",
    revenue: "Their totals, one entry a currency.",
    averageOrderValue: "Revenue by orders, one entry a currency.",
    firstOrderAt: "When the first was placed.",
    lastOrderAt: "When the last was placed.",
    daysBetweenOrders: "Whole days between consecutive orders, in the mean.",
    loyalty: "Always null so far.",
    segments: "Always empty so far.",
    mergedInto: "The card that took this one over.",
    mergeCandidates: "Cards that may be the same person.",
    createdAt: "When the card was opened.",
    warnings: "What of the e-mail, phone and language could not be read; the rest is kept.",
    pointer: "The field, RFC 6901.",
    code: "Permanent, in snake_case.",
    message: "The same in a sentence.",
  },
  operations: {
    "create-customer": {
      more:
        "201 for a new card, 200 when a card is known by one of these identities. An e-mail, phone or language that " +
        "cannot be read is left out, as long as one identity is left: the answer then has `warnings`.",
      example: {
        externalId: "c-7",
        email: "olena@example.com",
        phone: "067 111 22 33",
        firstName: "Olena",
        locale: "uk",
        consents: [
          { channel: "email", purpose: "marketing", granted: true, at: "2026-11-20T10:14:00Z", source: "footer" },
        ],
      },
      refusals: { 404: ["store_not_found"] },
    },
    "find-customers": {
      notServed: ["name", "segmentId"],
      refusals: { 400: ["invalid_cursor"], 404: ["store_not_found"] },
    },
    "get-customer": { refusals: { 404: ["customer_not_found"] } },
    "update-customer": {
      more: "A language that letters are not written in changes nothing: the answer then has `warnings`.",
      example: { firstName: "Olena", company: { name: "TOV Kvitka", taxId: "12345678" }, tags: ["wholesale"] },
      refusals: { 404: ["customer_not_found"] },
    },
    "get-timeline": { refusals: { 400: ["invalid_cursor"], 404: ["customer_not_found"] } },
  },
};
