import { expect, it } from "vitest";
import type { Item, Range, Table } from "../../../functions/table/table.ts";

const item = (pk: string, sk: string, more: Record<string, unknown> = {}): Item => ({ pk, sk, ...more });

const filled = async (newTable: () => Promise<Table>, ...items: Item[]) => {
  const table = await newTable();
  await table.write(items.map((put) => ({ put })));
  return table;
};

const sortKeys = async (table: Table, range: Omit<Range, "pk" | "limit">) =>
  (await table.query({ pk: "p", limit: 100, ...range })).items.map(({ sk }) => sk);

/** Reads a range page by page until no page follows. */
async function pages(table: Table, range: Range): Promise<string[][]> {
  const found: string[][] = [];
  let after: Record<string, string> | undefined;
  do {
    const page = await table.query({ ...range, after });
    found.push(page.items.map(({ pk, sk }) => `${pk}/${sk}`));
    after = page.next;
  } while (after && found.length < 20);
  return found;
}

function rangeRules(newTable: () => Promise<Table>): void {
  it("reads a partition in the order of its sort keys, either way", async () => {
    const table = await filled(newTable, item("p", "b"), item("p", "a"), item("q", "a"), item("p", "c"));
    expect(await sortKeys(table, {})).toEqual(["a", "b", "c"]);
    expect(await sortKeys(table, { newestFirst: true, consistent: true })).toEqual(["c", "b", "a"]);
  });

  it("sorts by bytes of UTF-8, not by units of UTF-16", async () => {
    const table = await filled(newTable, item("p", "😀"), item("p", "\uffee"));
    expect(await sortKeys(table, {})).toEqual(["\uffee", "😀"]);
  });

  it("bounds a range by prefix, by its start, by its end, and by both, ends included", async () => {
    const table = await filled(newTable, ...["a#1", "a#2", "b#1", "c#1"].map((sk) => item("p", sk)));
    expect(await sortKeys(table, { prefix: "a#" })).toEqual(["a#1", "a#2"]);
    expect(await sortKeys(table, { from: "a#2" })).toEqual(["a#2", "b#1", "c#1"]);
    expect(await sortKeys(table, { to: "b#1" })).toEqual(["a#1", "a#2", "b#1"]);
    expect(await sortKeys(table, { from: "a#2", to: "b#1" })).toEqual(["a#2", "b#1"]);
    expect(await sortKeys(table, { prefix: "z" })).toEqual([]);
  });

  it("pages through a range without loss or repetition, either way", async () => {
    const table = await filled(newTable, ...["a", "b", "c", "d", "e"].map((sk) => item("p", sk)));
    const range = { pk: "p", limit: 2 };
    expect((await pages(table, range)).flat()).toEqual(["p/a", "p/b", "p/c", "p/d", "p/e"]);
    expect((await pages(table, { ...range, newestFirst: true })).flat()).toEqual(["p/e", "p/d", "p/c", "p/b", "p/a"]);
    expect((await pages(table, { ...range, from: "b", to: "d" })).flat()).toEqual(["p/b", "p/c", "p/d"]);
  });

  it("continues after an item that was removed meanwhile", async () => {
    const table = await filled(newTable, ...["a", "b", "c"].map((sk) => item("p", sk)));
    const { next } = await table.query({ pk: "p", limit: 2 });
    await table.write([{ remove: { pk: "p", sk: "b" } }]);
    expect((await table.query({ pk: "p", limit: 2, after: next })).items).toEqual([item("p", "c")]);
  });

  it("refuses to continue where another range ended", async () => {
    const table = await filled(newTable, item("p", "a"), item("p", "b"), item("q", "a"));
    const { next } = await table.query({ pk: "p", limit: 1 });
    await expect(table.query({ pk: "q", limit: 1, after: next })).rejects.toThrow();
    await expect(table.query({ pk: "p", index: "gsi1", limit: 1, after: next })).rejects.toThrow();
  });

  it("refuses bounds that are empty, or of which the end comes before the beginning", async () => {
    const table = await newTable();
    await expect(table.query({ pk: "p", from: "b", to: "a", limit: 1 })).rejects.toThrow();
    await expect(table.query({ pk: "p", from: "", limit: 1 })).rejects.toThrow();
    await expect(table.query({ pk: "p", from: "a", to: "a", limit: 1 })).resolves.toMatchObject({ items: [] });
  });

  it("gives the items of a list of keys that exist, however many", async () => {
    const items = Array.from({ length: 99 }, (_, index) => item(`p${index}`, "state"));
    const table = await filled(newTable, ...items);
    const keys = Array.from({ length: 130 }, (_, index) => ({ pk: `p${index}`, sk: "state" }));
    const found = await table.getMany(keys);
    expect(found.map(({ pk }) => pk).sort()).toEqual(items.map(({ pk }) => pk).sort());
    expect(await table.getMany([])).toEqual([]);
  });

  it("scans every item once, whatever the number of segments", async () => {
    const items = Array.from({ length: 90 }, (_, index) => item(`p${index % 30}`, `s${index}`));
    const table = await filled(newTable, ...items);
    const seen: string[] = [];
    for (const segment of [0, 1, 2]) {
      let after: Record<string, string> | undefined;
      do {
        const page = await table.scan({ segment, segments: 3, after });
        seen.push(...page.items.map(({ sk }) => sk));
        after = page.next;
      } while (after);
    }
    expect(seen.sort()).toEqual(items.map(({ sk }) => sk).sort());
  });
}

const listed = (index: string, pk: string, sk: string, more: Record<string, unknown> = {}) =>
  item(pk, "state", { [`${index}pk`]: "list", [`${index}sk`]: sk, extra: "x", ...more });

function indexRules(newTable: () => Promise<Table>): void {
  it("holds in an index only what has both of its keys", async () => {
    const half = item("c", "state", { gsi1pk: "list" });
    const table = await filled(newTable, listed("gsi1", "a", "1"), item("b", "state"), half);
    expect((await pages(table, { index: "gsi1", pk: "list", limit: 10 })).flat()).toEqual(["a/state"]);
  });

  it("shows of an item what its index carries: all of it, `f`, or the keys alone", async () => {
    const f = { stage: "new" };
    const all = { gsi1pk: "list", gsi1sk: "1", gsi2pk: "list", gsi2sk: "2", gsi4pk: "list", gsi4sk: "4" };
    const whole = item("a", "state", { ...all, gsi3pk: "list", gsi3sk: "3", f, extra: "x" });
    const table = await filled(newTable, whole);
    const shown = async (index: "gsi1" | "gsi2" | "gsi3" | "gsi4") =>
      (await table.query({ index, pk: "list", limit: 1 })).items[0];
    expect(await shown("gsi1")).toEqual(whole);
    expect(await shown("gsi2")).toEqual(item("a", "state", { gsi2pk: "list", gsi2sk: "2", f }));
    expect(await shown("gsi3")).toEqual(item("a", "state", { gsi3pk: "list", gsi3sk: "3", f }));
    expect(await shown("gsi4")).toEqual(item("a", "state", { gsi4pk: "list", gsi4sk: "4" }));
  });

  it("follows an item that moves in the list and leaves it", async () => {
    const table = await filled(newTable, listed("gsi2", "a", "1"), listed("gsi2", "b", "2"));
    const list = async () => (await pages(table, { index: "gsi2", pk: "list", limit: 10 })).flat();
    await table.write([{ put: listed("gsi2", "a", "3") }]);
    expect(await list()).toEqual(["b/state", "a/state"]);
    await table.write([{ put: item("b", "state") }]);
    expect(await list()).toEqual(["a/state"]);
  });

  it("pages through items of one sort key without loss or repetition", async () => {
    const table = await filled(newTable, ...["a", "b", "c", "d", "e"].map((pk) => listed("gsi3", pk, "same")));
    const found = await pages(table, { index: "gsi3", pk: "list", limit: 2 });
    expect(found.flat().sort()).toEqual(["a/state", "b/state", "c/state", "d/state", "e/state"]);
  });

  it("filters by members of `f` while it reads, so that a page may be short but never the list", async () => {
    const stages = ["new", "shipped", "new", "new", "shipped"];
    const rows = stages.map((stage, index) => listed("gsi2", `p${index}`, String(index), { f: { stage, paid: "no" } }));
    const table = await filled(newTable, ...rows, listed("gsi2", "bare", "9"));
    const filter = { stage: "shipped", paid: "no" };
    const found = await pages(table, { index: "gsi2", pk: "list", limit: 2, filter });
    expect(found.flat()).toEqual(["p1/state", "p4/state"]);
    expect(found[0]).toEqual(["p1/state"]);
    expect((await pages(table, { index: "gsi2", pk: "list", limit: 9, filter: { stage: "lost" } })).flat()).toEqual([]);
  });

  it("has no consistent reads of an index", async () => {
    const table = await newTable();
    await expect(table.query({ index: "gsi1", pk: "list", limit: 1, consistent: true })).rejects.toThrow();
  });
}

/** What a read promises. */
export function readingRules(newTable: () => Promise<Table>): void {
  rangeRules(newTable);
  indexRules(newTable);
}
