import { describe, expect, it } from "vitest";
import { pageOfStates } from "../../../functions/table/pages.ts";
import type { Item, Table } from "../../../functions/table/table.ts";
import { memoryTable } from "../../support/memory-table.ts";

const order = (id: string, at: string): Item => ({ pk: `order#${id}`, sk: "state", gsi2pk: "orders", gsi2sk: at });

/** A table whose index still shows an item at a place that it has left, as DynamoDB's may for a moment. */
async function behind(items: readonly Item[], left: Item): Promise<Table> {
  const table = memoryTable();
  await table.write(items.map((put) => ({ put })));
  return {
    get: (key) => table.get(key),
    getMany: (keys) => table.getMany(keys),
    write: (writes) => table.write(writes),
    scan: (page) => table.scan(page),
    async query(range) {
      const page = await table.query(range);
      return { ...page, items: [left, ...page.items] };
    },
  };
}

describe("a page of a list", () => {
  it("has an item once, though the index shows it at its old place and at its new one", async () => {
    const table = await behind([order("1", "2026-11-20#1"), order("2", "2026-11-19#2")], order("1", "2026-11-21#1"));
    const page = await pageOfStates(table, { index: "gsi2", partitions: ["orders"], limit: 10 });
    expect(page.items.map(({ pk }) => pk)).toEqual(["order#1", "order#2"]);
  });
});
