import { describe, expect, it } from "vitest";
import { keyOf } from "../../../domain/analytics/contribution.ts";
import type { Metric } from "../../../domain/analytics/metric.ts";
import { contributionsOf, metrics } from "../../../domain/analytics/metrics/index.ts";
import { customerWith } from "../../support/analytics.ts";
import { capture, header, orderAfter, refund, WHOLE } from "../../support/order-facts.ts";

const states = {
  order: orderAfter({ header: header(), captures: [capture(WHOLE)], refunds: [refund(WHOLE)] }),
  customer: customerWith({ day: "2026-11-01" }, { day: "2026-11-20" }),
};
const contributionOf = (metric: Metric) => metric.contribution(states[metric.source]);

/** The table of the contract, but for return_rate. */
const CONTRACT = [
  "orders",
  "revenue",
  "paid_revenue",
  "refunds",
  "average_order_value",
  "customers_new",
  "repeat_purchase_rate",
  "lifetime_value",
  "days_between_orders",
];

describe("the registry of metrics", () => {
  it("holds what the contract names", () => {
    expect(metrics.map(({ name }) => name)).toEqual(CONTRACT);
  });

  it("takes an attribute that metrics share once", () => {
    const { "sales#sto_1#2026-11-20": sums } = contributionsOf("order", states.order);
    expect(sums).toEqual({ "orders:UAH": 1, "revenue:UAH": 498_00, "paid:UAH": 498_00, "refunds:UAH": 498_00 });
  });
});

describe.each(metrics.map((metric) => [metric.name, metric] as const))("the metric %s", (_, metric) => {
  it("is defined in one sentence", () => {
    expect(metric.definition).toMatch(/^[A-Z][^.]*\.$/);
  });

  it("contributes integers of its own measures to its own family", () => {
    for (const [text, sums] of Object.entries(contributionOf(metric))) {
      expect(keyOf(text).family).toBe(metric.family);
      for (const [attribute, value] of Object.entries(sums)) {
        expect(metric.measures).toContain(attribute.split(":")[0]);
        expect(attribute).toMatch(/^\w+:[A-Z]{3}$/);
        expect(Number.isSafeInteger(value)).toBe(true);
      }
    }
  });

  it("agrees with the others on what they share", () => {
    const all = contributionsOf(metric.source, states[metric.source]);
    for (const [text, sums] of Object.entries(contributionOf(metric))) expect(all[text]).toMatchObject(sums);
  });

  it("has a value for sums of nothing", () => {
    const { value } = metric.value({}, "UAH");
    expect(value === null || /^0(\.0+)?$/.test(value)).toBe(true);
  });

  it("is shown to finance when it tells of money", () => {
    expect(metric.finance).toBe(metric.unit === "money" || metric.name === "orders");
  });
});
