import { describe, expect, it } from "vitest";
import { type AlertFacts, alertOf } from "../../../domain/mismatch/alert.ts";
import { SEVERITY } from "../../../domain/mismatch/mismatch.ts";
import type { Locale, MismatchKind } from "../../../events/values.ts";
import { uah } from "../../support/samples.ts";

const LOCALES: Locale[] = ["uk", "ru", "en"];
const KINDS = Object.keys(SEVERITY) as MismatchKind[];

const facts = (kind: MismatchKind, part: Partial<AlertFacts> = {}): AlertFacts => ({
  mismatchId: "mis_1",
  kind,
  severity: SEVERITY[kind],
  store: { storeId: "sto_1", name: "Kvitka" },
  ...(kind !== "unknown_order" && { order: { orderId: "ord_1", number: "1001" }, expected: uah(498_00) }),
  actual: uah(400_00),
  ...part,
});

describe("an alert", () => {
  it.each(LOCALES.flatMap((locale) => KINDS.map((kind) => [locale, kind] as const)))(
    "says first in one sentence what is wrong: %s, %s",
    (locale, kind) => {
      const { message } = alertOf(facts(kind), locale);
      const [sentence = "", empty, ...details] = message.trimEnd().split("\n");
      expect(sentence).toMatch(/^\p{Lu}[^\n]+\.$/u);
      expect(sentence).toMatch(/\d+\.00 UAH/);
      expect(kind === "unknown_order" || sentence.includes("1001")).toBe(true);
      expect([empty, message.includes("undefined")]).toEqual(["", false]);
      for (const detail of details) expect(detail).toMatch(/^[^:]+: .+/);
    },
  );

  it("says the difference where it can be counted, and names the payment where there is no order", () => {
    expect(alertOf(facts("amount_short"), "en").message).toContain("Difference: 98.00 UAH");
    const foreign = facts("currency", { actual: { amountMinor: 10_00, currency: "EUR" } });
    expect(alertOf(foreign, "en").message).not.toContain("Difference");
    const payment = { provider: "stripe", externalId: "pi_1" };
    expect(alertOf(facts("unknown_order", { payment }), "en").message).toContain("Payment: stripe pi_1");
  });

  it("has a subject of fewer than 100 plain characters, whatever the order is called", () => {
    const number = `№ 1001\n${"x".repeat(200)}`;
    const { subject } = alertOf(facts("amount_short", { order: { orderId: "ord_1", number } }), "uk");
    expect(subject).toMatch(/^Kolo normal: amount_short, order 1001x+$/);
    expect(subject.length).toBeLessThan(100);
  });
});
