import type { NounWords } from "../docs/vocabulary.ts";

const uah = (amountMinor: number) => ({ amountMinor, currency: "UAH" });

/** What the reference says of orders. */
export const words: NounWords = {
  fields: {
    externalId: "The shop's own id of the order. Known already: newer facts are merged into that order.",
    "record-payment.externalId":
      "The payment's own id: its provider's, or one of yours for money by hand. Stripe's is `pi_...`, not `ch_...`.",
    "request-refund.externalId": "The refund's own id: one that was recorded already changes nothing.",
    "refunds.externalId": "The refund's own id.",
    provider:
      "Who moved the money: letters, digits and `. / # -`, at most 80; `manual` by hand. Capitals make another name: " +
      "a provider that has a hook is named as the hook, such as `stripe`.",
    number: "The number that the buyer knows; without it `externalId`.",
    placedAt:
      "When the buyer ordered, RFC 3339 with an offset. The day of metrics is this one in the store's time zone.",
    updatedAt: "Send it with every change: the newer push wins. Without it a push is as old as `placedAt`.",
    status: "The stage as the shop has it.",
    stage: "Where the order is; a paid one moves from `new` to `processing` by itself.",
    paymentStatus: "What payments and refunds come to.",
    fulfillmentStatus:
      "Where the goods are now, by all `shipments`. `returned`: all came back; sent again in another parcel, they " +
      "are `shipped` and `delivered` once more.",
    customer: "The buyer. An e-mail, a phone or an id finds their card; without any the order still counts.",
    "customer.locale":
      "The buyer's language: `uk`, `ru` or `en`, also as `uk-UA`. Another one is not kept, and the store's counts.",
    "customer.externalId": "The buyer's id in the shop.",
    lines: "What was bought, 1 to 2,000 rows.",
    "lines.externalId": "The row's id in the shop.",
    "lines.sku": "The article's code.",
    "lines.name": "As the buyer saw it.",
    "lines.quantity": "Whole pieces.",
    "lines.unitPrice": "Of one piece, before `discount`; in the currency of `total`.",
    "lines.unitCost": "What one piece costs the shop; may be in another currency.",
    "lines.discount": "Off the whole row.",
    "lines.category": "For reports.",
    "lines.brand": "For reports.",
    shipping: "How the goods go, and what the buyer pays for it.",
    "shipping.method": "The shop's name of it, such as `nova_poshta`.",
    "shipping.price": "In the currency of `total`.",
    "shipping.address": "Where the goods go.",
    country: "ISO 3166-1, two letters.",
    region: "Region or state.",
    city: "City or village.",
    line1: "Street and house, or the carrier's branch.",
    line2: "What else the address needs.",
    postalCode: "Postal code.",
    discount: "Off the whole order, beside the rows' own.",
    tax: "Tax on top of the prices.",
    total: "What the buyer owes, tax and shipping included. It counts as it is; rows are not added up to check it.",
    paymentMethod: "The shop's name of it, such as `card` or `cod`; `paymentTiming` is read from it.",
    paymentTiming:
      "When the buyer pays. Without it by `paymentMethod`: at the door is `on_delivery`, a company's bank transfer " +
      "`invoice`, all else `prepaid`.",
    orderMethod: "How the order was made.",
    couponCode: "The code that the buyer typed.",
    payments:
      "Money that came in, as the shop vouches for it; each once, by `provider` and `externalId`. Another amount " +
      "needs a newer `capturedAt`; without it `warnings` say which one stays. What the provider itself tells of the " +
      "payment through its hook always counts before what the shop says.",
    "payments.externalId":
      "The payment's own id: its provider's, or one of yours for money by hand. Stripe's is `pi_...`, not `ch_...`.",
    amount: "More than nothing.",
    basis: "`evidence`: a provider or a person vouches for it. `claim`: the platform says so.",
    counted: "`false`: in another currency than `total`, so that neither `paid`, `refunded` nor `due` holds it.",
    capturedAt: "When the money came, RFC 3339 with an offset; the day of `paid_revenue`.",
    fulfillments: "Goods that were sent; each once, by `externalId`.",
    "fulfillments.externalId": "The shop's id of the parcel.",
    "fulfillments.status":
      "What became of it. `returned` after a `delivered` or with `deliveredAt`: the buyer had it. Without: nobody " +
      "took it, and `stage` stays where it was.",
    "shipments.externalId": "The shop's id of the parcel.",
    "shipments.status": "What became of it.",
    units: "Pieces in it; without it the whole order.",
    shippedAt: "When it left. A newer word without it leaves what was told before. Never told: with its first word.",
    deliveredAt: "When the buyer had it.",
    carrier: "Who carries it.",
    trackingNumber: "The carrier's number.",
    "fulfillments.updatedAt": "The newer word about a parcel wins.",
    source: "Where the buyer came from.",
    utm: "The campaign's marks of the address that brought the buyer.",
    "utm.source": "`utm_source`.",
    "utm.medium": "`utm_medium`.",
    "utm.campaign": "`utm_campaign`.",
    "utm.term": "`utm_term`.",
    "utm.content": "`utm_content`.",
    referrer: "The page before the shop.",
    landingPage: "The first page in the shop.",
    clientId: "The id that the shop's analytics gave the browser.",
    note: "Free words about the order; never in events or metrics.",
    automations: "`none`: nobody is messaged about it. Orders placed more than 48 hours ago are never messaged about.",
    mode: "`record`: the money went back elsewhere. `start`: have its provider send it, not served yet (409).",
    reason: "Why the money went back.",
    refundedAt: "When it went back; without it now.",
    from: "Placed from then on: a whole day in UTC, or an instant; included.",
    to: "Placed until then: a whole day in UTC, or an instant; included.",
    "items.note": "The note that came with it.",
    id: "Our id, `ord_...`; it follows from the store and `externalId`.",
    paid: "Captured, in the currency of `total`.",
    refunded: "Given back.",
    due: "Still owed; never less than nothing.",
    refunds: "Money that went back.",
    shipments: "What was sent.",
    returns: "Goods that came back; always empty so far.",
    warnings:
      "What was accepted and does not count as it was told. `not_readable`: a contact or language; the order is kept " +
      "without it. `payment_differs`: the payment was told with another amount, which stays until a newer " +
      "`capturedAt` corrects it; what its provider told no push corrects. `fulfillment_repeated`: another word of " +
      "the same push about the parcel is newer. `fulfillment_not_newer`, `order_not_newer`: another word of the " +
      "parcel or order stands, newer or of the same time, and says something else; a later `updatedAt` counts.",
    pointer: "The field, RFC 6901.",
    code: "Permanent, in snake_case.",
    message: "The same in a sentence.",
  },
  operations: {
    "place-order": {
      more:
        "201 for a new order, 200 for a known `externalId`. Required are `externalId`, `placedAt`, `lines`, `total`; " +
        "staff add `storeId`. A newer push replaces the whole order as the shop tells it, lines, buyer and methods " +
        "too: a field that is left out is gone, so send every field each time. `payments` and `fulfillments` are " +
        "added: each is kept by its id, one that is left out stays, and of two words about one the newer counts: a " +
        "payment's by `capturedAt`, and of one time always the same of the two, whichever came first; what its " +
        "provider tells through its hook counts before the shop's word. " +
        "A contact or language that cannot be read costs no order, nor does a payment of a known id with another " +
        "amount; and a push or parcel that is not the newest is no error: the answer then has `warnings`.",
      example: {
        externalId: "1001",
        number: "#1001",
        placedAt: "2026-11-20T10:15:00Z",
        updatedAt: "2026-11-20T10:15:00Z",
        customer: {
          externalId: "c-7",
          email: "olena@example.com",
          phone: "067 111 22 33",
          firstName: "Olena",
          lastName: "Koval",
          locale: "uk",
          consents: [
            { channel: "email", purpose: "marketing", granted: true, at: "2026-11-20T10:14:00Z", source: "checkout" },
          ],
        },
        lines: [{ sku: "COF-250", name: "Coffee 250 g", quantity: 2, unitPrice: uah(24_900), category: "coffee" }],
        shipping: {
          method: "nova_poshta",
          price: uah(8_000),
          address: { country: "UA", city: "Kyiv", line1: "Khreshchatyk 1", postalCode: "01001" },
        },
        total: uah(57_800),
        paymentMethod: "card",
        source: { utm: { source: "instagram", medium: "social", campaign: "nov" } },
      },
      refusals: { 404: ["store_not_found"] },
    },
    "list-orders": {
      more: "The most selective filter picks the index, the others narrow what it finds: a page may be short.",
      refusals: { 400: ["invalid_cursor"], 404: ["store_not_found"] },
    },
    "get-order": { refusals: { 404: ["order_not_found"] } },
    "get-order-history": { refusals: { 400: ["invalid_cursor"], 404: ["order_not_found"] } },
    "move-order": {
      more:
        "The move stands until the shop, or a payment captured later than it, moves the order again. Asked for again " +
        "it changes nothing; another note without a move is refused, because there is no move to keep it with.",
      example: { stage: "approval", note: "Called the buyer: she takes the larger box." },
      refusals: { 404: ["order_not_found"], 409: ["stage_unchanged"] },
    },
    "record-payment": {
      more:
        "A payment is known by its `provider` and `externalId`: recorded again with the same amount it changes " +
        "nothing, with another amount or currency it is refused.",
      example: {
        externalId: "cash-1",
        provider: "manual",
        amount: uah(57_800),
        capturedAt: "2026-11-20T10:16:00Z",
      },
      refusals: { 404: ["order_not_found"], 409: ["payment_differs"] },
    },
    "request-refund": {
      example: { mode: "record", amount: uah(4_900), reason: "damaged", externalId: "back-1", note: "A torn pack." },
      refusals: {
        404: ["order_not_found"],
        409: ["refund_currency_differs", "refund_differs", "refund_exceeds_captured", "refund_not_supported"],
      },
    },
  },
};
