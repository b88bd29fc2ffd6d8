import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalOf } from "../../../domain/kernel/money.ts";
import type { Report } from "../../../functions/adapters/adapter.ts";
import { Unusable } from "../../../functions/adapters/adapter.ts";
import { providers } from "../../../functions/adapters/registry.ts";
import { UnreadableJson } from "../../../functions/shell/json.ts";
import { holdsFor } from "../../support/convergence.ts";
import { days, orderIn, translated } from "../../support/deliveries.ts";
import { rawOf, type Said } from "../../support/providers.ts";
import { wooOrder } from "../../support/samples/woocommerce.ts";

type Json = Record<string, unknown>;

/** Every place of a payload, as a path. */
function placesIn(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [path];
  const inside = Object.entries(value).flatMap(([name, part]) => placesIn(part, [...path, name]));
  return path.length > 0 ? [path, ...inside] : inside;
}

const SURPRISES = [
  ...[null, true, 0, -1, 1.5, 2 ** 60, 1e300, "", " ", "0", "-0.001", "1e3", "12.345", "NaN"],
  ...["99999999999999.99", "\u0000", "😀".repeat(400), "x".repeat(6_000), "2026-13-45T99:99:99Z", "0000-00-00"],
  ...["9999-12-31T23:59:59Z", "ZZZ", "BTC", "JPY", "KWD", {}, [], [null], [[]], { id: {} }, [{ id: 1 }, 2]],
];

/** A payload of which some places are lost or hold something else. */
function mutated({ topic, body }: Said): fc.Arbitrary<Said> {
  const payload = JSON.parse(rawOf(body).toString()) as Json;
  const place = fc.constantFrom(...placesIn(payload));
  const change = fc.record({ place, to: fc.option(fc.oneof(fc.constantFrom(...SURPRISES), fc.jsonValue())) });
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => {
    const copy = structuredClone(payload);
    for (const { place: path, to } of changes) {
      const parent = path.slice(0, -1).reduce<Json | undefined>((part, name) => part?.[name] as Json, copy);
      const last = path.at(-1) as string;
      if (typeof parent !== "object" || parent === null) continue;
      if (to === null) delete parent[last];
      else parent[last] = to as unknown;
    }
    return { topic, body: copy };
  });
}

/** What came of it, or the code of why it cannot be used; any other throw fails. */
function outcome(translate: () => Report): Report | string {
  try {
    return translate();
  } catch (error) {
    if (error instanceof Unusable || error instanceof UnreadableJson) return error.code;
    throw error;
  }
}

/** A decimal amount without signs and zeros that mean nothing. */
const plain = (text: string) =>
  text
    .replace(/^\+/, "")
    .replace(/^(-?)0+(?=\d)/, "$1")
    .replace(/(\.\d*?)0+$/, "$1")
    .replace(/\.$/, "");

describe.each(providers)("a delivery of %s with surprises in it", (name) => {
  it("is understood, or unusable for a reason, and never a fault", () => {
    const reasons = new Set<string>();
    const kinds = new Set<string>();
    holdsFor(
      fc.constantFrom(...days[name]).chain(mutated),
      (said) => {
        const result = outcome(() => translated(name, said));
        if (typeof result === "string") reasons.add(result);
        else kinds.add(result.kind);
      },
      300,
    );
    expect(
      [...reasons].every((code) => /^[a-z_]{3,40}$/.test(code)),
      [...reasons].join(),
    ).toBe(true);
    expect(reasons).toContain("wrong_shape");
    expect(kinds.size).toBeGreaterThan(0);
  });
});

describe.each(["shopify", "woocommerce"] as const)("an order of %s with surprises in it", (name) => {
  it("keeps the digits of its id and of its total", () => {
    const orders = days[name].filter(({ topic }) => /^order/.test(topic));
    let understood = 0;
    holdsFor(
      fc.constantFrom(...orders).chain(mutated),
      (said) => {
        const result = outcome(() => translated(name, said));
        if (typeof result === "string" || result.kind !== "order" || !result.order.snapshot) return;
        const text = rawOf(said.body).toString();
        const sent = JSON.parse(text, (_, value, context?: { source: string }) =>
          typeof value === "number" ? context?.source : value,
        );
        const { total, externalId } = result.order.snapshot;
        expect(externalId).toBe(String(sent.id).trim());
        expect(plain(decimalOf(total))).toBe(plain(String(sent.total_price ?? sent.total).trim()));
        understood += 1;
      },
      300,
    );
    expect(understood).toBeGreaterThan(50);
  });
});

describe("the lines of a WooCommerce order", () => {
  it("hold every minor unit of their totals", () => {
    const minor = fc.integer({ min: 0, max: 10_000_000 });
    const line = fc.record({ quantity: fc.integer({ min: 1, max: 999 }), total: minor, off: minor });
    const cases = fc.record({
      currency: fc.constantFrom("UAH", "JPY", "KWD"),
      lines: fc.array(line, { minLength: 1, maxLength: 8 }),
    });
    holdsFor(cases, ({ currency, lines }) => {
      const text = (amountMinor: number) => decimalOf({ amountMinor, currency });
      const line_items = lines.map(({ quantity, total, off }, id) => ({
        ...{ id, name: "Line", quantity },
        ...{ total: text(total), subtotal: text(total + off) },
      }));
      const said = { topic: "order.created", body: wooOrder({ currency, total: "1", line_items, fee_lines: [] }) };
      const held = orderIn("woocommerce", said).snapshot.lines.map(
        ({ quantity, unitPrice, discount }) => quantity * unitPrice.amountMinor - (discount?.amountMinor ?? 0),
      );
      expect(held).toEqual(lines.map(({ total }) => total));
    });
  });
});
