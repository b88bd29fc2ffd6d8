import type { NounWords } from "../docs/vocabulary.ts";

/** What the reference says of metrics. */
export const words: NounWords = {
  fields: {
    name: "A metric of `GET /v1/metrics`, such as `revenue`.",
    "items.name": "What `GET /v1/metrics/{name}` takes.",
    from: "The first day, included, in the store's time zone (without a store: the oldest store's). Left out: 30 days.",
    to: "The last day, included. Without it today.",
    by: "What the rows are: a day, a week (its Monday), a month or a store. Without it there is only `total`.",
    storeId: "Only this store; a key sees its own. Without it all of the merchant's.",
    currency: "Money of several currencies is not added up: name one. Counts it narrows.",
    metric: "The metric's name.",
    definition: "What is counted, and by which day.",
    unit: "What values are in; money in major units, rates in percent.",
    dimensions: "What `by` takes.",
    rows: "One a period, also where nothing happened, or one a store; none without `by`. Days: 400 at most.",
    key: "The period's first day or month, or the store's id.",
    "rows.name": "The store's name, with `by=store`.",
    value: "Decimal digits; null is the average of nothing.",
    numerator: "Of an average or a rate: what is divided.",
    denominator: "And by what.",
    total: "The whole range, whatever it is divided into.",
    asOf: "When the sums were read; changes of the seconds before may be missing.",
  },
  operations: {
    "list-metrics": {
      more: "Finance sees those of money, everybody else all of them.",
      refusals: { 400: ["invalid_cursor"] },
    },
    "get-metric": { refusals: { 404: ["metric_not_found", "store_not_found"] } },
  },
};
