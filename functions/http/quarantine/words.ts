import type { NounWords } from "../docs/vocabulary.ts";

/** What the reference says of deliveries that could not be used. */
export const words: NounWords = {
  fields: {
    quarantineId: "The delivery (`qua_...`).",
    status: "`kept` waits for a fix or a person; `replayed` was read at last; `dismissed` was dealt with otherwise.",
    "query.status": "One of these; left out, all but the dismissed ones.",
    id: "Our id, `qua_...`.",
    provider: "Who delivered it.",
    topic: "What it says it is about, such as `orders/create`; of Stripe the `type` of its event.",
    subject:
      "The provider's own id of that: the `id` of the body, of Stripe `data.object.id`. Left out where the body " +
      "cannot be read, or holds something else there than an id.",
    source: "The host of the shop that it says it comes from.",
    reason: "Why it could not be used, as of the last attempt.",
    fields: "Where it is wrong, as of the last attempt, if that is known; never what stands there.",
    at: "When it was delivered first.",
    size: "Bytes.",
    replays: "How often it was read again.",
    replayedAt: "When it was read at last.",
    dismissedAt: "When a person marked it as dealt with.",
    note: "What that person wrote: why it is hopeless, or where it was answered; at most 5,000 characters.",
  },
  operations: {
    "list-quarantine": { refusals: { 400: ["invalid_cursor"] } },
    "get-delivery": { refusals: { 404: ["quarantine_not_found"] } },
    "dismiss-delivery": {
      more:
        "For a delivery that nobody will mend, or a privacy request that was answered. The store's health counts it " +
        "no more. Sent again, it changes nothing; another note replaces the one before.",
      example: { note: "Answered by letter on 20 November." },
      refusals: { 404: ["quarantine_not_found"], 409: ["already_replayed"] },
    },
    "replay-delivery": { refusals: { 404: ["quarantine_not_found"], 409: ["still_unusable"] } },
  },
};
