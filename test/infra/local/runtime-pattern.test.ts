import { describe, expect, it } from "vitest";
import { compilePattern, InvalidPattern } from "../../../infra/local/pattern.ts";

const event = {
  source: "shop",
  "detail-type": "order.placed",
  detail: {
    total: 120,
    currency: "UAH",
    tags: ["new", "gift"],
    note: null,
    lines: [{ sku: "COF-250" }, { sku: "TEA" }],
  },
};
const matches = (pattern: object) => compilePattern(pattern)(event);

describe("an event pattern", () => {
  it.each<[string, object]>([
    ["a literal", { source: ["kiosk", "shop"] }],
    ["null", { detail: { note: [null] } }],
    ["an element of an array", { detail: { tags: ["gift"] } }],
    ["a field of objects in an array", { detail: { lines: { sku: ["TEA"] } } }],
    ["a prefix", { "detail-type": [{ prefix: "order." }] }],
    ["a prefix in any case", { "detail-type": [{ prefix: { "equals-ignore-case": "ORDER." } }] }],
    ["a suffix", { "detail-type": [{ suffix: ".placed" }] }],
    ["text in any case", { detail: { currency: [{ "equals-ignore-case": "uah" }] } }],
    ["a wildcard", { detail: { lines: { sku: [{ wildcard: "C*-2*0" }] } } }],
    ["a range of numbers", { detail: { total: [{ numeric: [">", 100, "<=", 120] }] } }],
    ["anything but a list", { detail: { currency: [{ "anything-but": ["EUR", "USD"] }] } }],
    ["anything but a prefix", { "detail-type": [{ "anything-but": { prefix: "payment." } }] }],
    ["a present field", { detail: { note: [{ exists: true }] } }],
    ["an absent field", { "replay-name": [{ exists: false }] }],
    ["an absent field below an absent object", { extra: { deep: [{ exists: false }] } }],
    ["one of several patterns", { $or: [{ source: ["kiosk"] }, { detail: { total: [120] } }] }],
  ])("matches %s", (_what, pattern) => expect(matches(pattern)).toBe(true));

  it.each<[string, object]>([
    ["another literal", { source: ["kiosk"] }],
    ["a number written as text", { detail: { total: ["120"] } }],
    ["a field that is not there", { detail: { missing: ["x"] } }],
    ["anything but what is there", { detail: { currency: [{ "anything-but": "UAH" }] } }],
    ["anything but on an absent field", { detail: { missing: [{ "anything-but": "UAH" }] } }],
    ["a range that ends below", { detail: { total: [{ numeric: ["<", 120] }] } }],
    ["a number range on text", { source: [{ numeric: ["=", 1] }] }],
    ["a present field that is asked to be absent", { source: [{ exists: false }] }],
    ["an object that is asked to exist as a leaf", { detail: [{ exists: true }] }],
    ["all fields only when each matches", { source: ["shop"], detail: { total: [1] } }],
  ])("does not match %s", (_what, pattern) => expect(matches(pattern)).toBe(false));

  it.each<[string, unknown]>([
    ["an unknown matcher", { source: [{ regex: ".*" }] }],
    ["an empty array", { source: [] }],
    ["a bare value", { source: "shop" }],
    ["a matcher of two keys", { source: [{ prefix: "a", suffix: "b" }] }],
    ["a comparison without a number", { source: [{ numeric: [">", "1"] }] }],
  ])("refuses %s", (_what, pattern) => expect(() => compilePattern(pattern)).toThrow(InvalidPattern));
});
