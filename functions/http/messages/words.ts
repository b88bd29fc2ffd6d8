import type { NounWords } from "../docs/vocabulary.ts";

/** What the reference says of messages and their reasons. */
export const words: NounWords = {
  fields: {
    "query.template": "A letter, such as `order-confirmation`: why it came or did not. Not together with `journeyId`.",
    "query.journeyId": "A journey, such as `jrn_unpaid-reminder`. In `why` not together with `template`.",
    orderId: "The order that it is about (`ord_...`).",
    id: "Our id, `msg_...`.",
    messageId: "The message, when it was asked for.",
    variant: "Which form of the letter.",
    to: "Enough to recognise the address; null while nobody took the message.",
    status: "Where it stands.",
    reason: "Why it was skipped, waits, failed or bounced.",
    "Message.at": "When it became what it is.",
    requestedAt: "When it was asked for.",
    until: "Until when it waits.",
    variants:
      "The forms of the letter as they are tried: the one that it has or would have, and why not one before it.",
    purpose: "What the form is for: `marketing` needs consent and has a limit.",
    chosen: "Whether it is this one.",
    trigger: "What it asks of the event that starts it, answered by that event; told of what never entered.",
    gates: "What each gate would say if it were sent now.",
    gate: "The gate's name.",
    asks: "What it asks.",
    passes: "What it answers.",
    enrollmentId: "This way through the journey.",
    step: "Where on the way.",
    entry: "What the entry asks, answered by today.",
    ends: "What ends the way early.",
    event: "The event that would.",
    holds: "Whether its conditions hold today.",
    "items.version": "Of the journey's definition.",
  },
  operations: {
    "list-messages": {
      more: "Name a customer, an order or a journey: at least one of them.",
      refusals: { 400: ["invalid_cursor"] },
    },
    "explain-message": {
      more: "Name a template or a journey, not both. With a template and no message yet: what would stand in its way.",
      refusals: { 404: ["customer_not_found", "journey_not_found", "template_not_found"] },
    },
  },
};
