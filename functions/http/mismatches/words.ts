import type { NounWords } from "../docs/vocabulary.ts";

/** What the reference says of money that does not agree. */
export const words: NounWords = {
  fields: {
    mismatchId: "The mismatch (`mis_...`).",
    orderId: "The order, where there is one: also the one that was found for a payment that came without.",
    payment: "The payment that came without an order, as its provider knows it.",
    "payment.provider": "Where it was paid.",
    "payment.externalId": "The provider's own id of it: search for this one there.",
    "payment.references": "The names by which its order is looked for, the payment's own ids among them.",
    booking: "How finance settled it: letters, digits and `. : / # -`, at most 80, such as `written_off`.",
    note: "Why, for finance alone; at most 5,000 characters.",
    status: "`closed` came right by itself, `resolved` was settled by a person.",
    id: "Our id, `mis_...`.",
    kind: "What does not agree.",
    severity: "How soon somebody should look.",
    expected: "What should have been; absent for money without an order.",
    actual: "What there is.",
    openedAt: "When finance was told.",
    closedAt: "When it came right by itself.",
    resolvedAt: "When a person settled it.",
  },
  operations: {
    "list-mismatches": { refusals: { 400: ["invalid_cursor"] } },
    "get-mismatch": { refusals: { 404: ["mismatch_not_found"] } },
    "resolve-mismatch": {
      example: { booking: "written_off", note: "One kopiyka: not worth a letter." },
      refusals: { 404: ["mismatch_not_found"], 409: ["mismatch_not_open"] },
    },
  },
};
