import type { NounWords } from "../http/docs/vocabulary.ts";

/** What the reference says of deliveries. */
export const words: NounWords = {
  fields: {
    hookId: "The end of the `url` that `POST /v1/hooks` answered.",
    received: "Kolo has the delivery.",
  },
  operations: {
    receive: {
      more:
        "200 means that Kolo has it: also when it is repeated, older than what is known, about nothing that is kept, " +
        "or not understood (then it is kept in quarantine). No token: the provider's signature is what counts.",
      delivered: {
        description:
          "What the provider sends, byte for byte, at most 4 MB: its signature is of these bytes. Headers are its " +
          "own, such as `x-shopify-hmac-sha256` and `x-shopify-topic`, `x-wc-webhook-signature`, " +
          "`stripe-signature`. The example is Shopify's `orders/create`.",
        example: {
          id: 2001,
          name: "#2001",
          created_at: "2026-11-20T12:15:00+02:00",
          updated_at: "2026-11-20T12:15:00+02:00",
          currency: "UAH",
          total_price: "329.00",
          financial_status: "paid",
          email: "olena@example.com",
          line_items: [{ id: 1, title: "Coffee 250 g", sku: "COF-250", quantity: 1, price: "329.00" }],
        },
      },
      refusals: { 401: ["bad_signature"], 404: ["hook_not_found"], 405: ["method_not_allowed"] },
    },
  },
};
