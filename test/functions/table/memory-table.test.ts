import { describe, expect, it } from "vitest";
import { itemSize } from "../../support/item-size.ts";
import { memoryTable } from "../../support/memory-table.ts";
import { tableContract } from "./table.contract.ts";

tableContract("the table in memory", async () => memoryTable());

describe("the table in memory", () => {
  it("records each change as the stream would, with what was and what is", async () => {
    const table = memoryTable();
    const key = { pk: "a", sk: "state" };
    await table.write([{ put: { ...key, n: 1 } }]);
    await table.write([{ put: { ...key, n: 1 } }]);
    await table.write([{ add: key, sums: { n: 1 } }]);
    await table.write([{ remove: key }, { remove: { pk: "b", sk: "state" } }]);
    expect(table.changes).toEqual([
      { key, new: { ...key, n: 1 } },
      { key, old: { ...key, n: 1 }, new: { ...key, n: 2 } },
      { key, old: { ...key, n: 2 } },
    ]);
  });

  it("removes what has expired only when told", async () => {
    const table = memoryTable();
    await table.write([{ put: { pk: "a", sk: "mark", expiresAt: 1_000 } }]);
    table.expire("1970-01-01T00:16:39.000Z");
    expect(table.items()).toHaveLength(1);
    table.expire("1970-01-01T00:16:40.000Z");
    expect(table.items()).toEqual([]);
  });
});

describe("the size of an item", () => {
  it("counts names and values, and the frames of lists and maps", () => {
    expect(itemSize({ pk: "ab", sk: "é" })).toBe(2 + 2 + 2 + 2);
    expect(itemSize({ n: 0 })).toBe(1 + 1);
    expect(itemSize({ n: 12_345 })).toBe(1 + 4);
    expect(itemSize({ n: -129_900 })).toBe(1 + 2 + 1 + 1);
    expect(itemSize({ yes: true, no: null })).toBe(4 + 3);
    expect(itemSize({ l: ["ab", "c"] })).toBe(1 + 3 + (1 + 2) + (1 + 1));
    expect(itemSize({ m: { k: "v" } })).toBe(1 + 3 + (1 + 1 + 1));
  });
});
