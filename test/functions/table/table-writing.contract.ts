import { expect, it } from "vitest";
import { Conflict, type Item, type Table, type Write } from "../../../functions/table/table.ts";

const key = (pk: string, sk = "state") => ({ pk, sk });
const item = (pk: string, more: Record<string, unknown> = {}): Item => ({ ...key(pk), ...more });

/** Indexes of the writes that lost. */
const lost = async (write: Promise<void>): Promise<readonly number[]> => {
  const error = await write.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Conflict);
  return (error as Conflict).failed;
};

const puts = (count: number, more: Record<string, unknown> = {}) =>
  Array.from({ length: count }, (_, index): Write => ({ put: item(`p${index}`, more) }));

function keepingRules(newTable: () => Promise<Table>): void {
  it("gives back what was put, value for value", async () => {
    const table = await newTable();
    const values = {
      text: "Привіт, 😀",
      empty: "",
      whole: 9_007_199_254_740_991,
      negative: -12_50,
      yes: true,
      no: false,
      nothing: null,
      list: [1, "two", { three: [] }],
      map: { nested: { deep: {} }, "a.b": 1 },
    };
    await table.write([{ put: item("a", values) }]);
    expect(await table.get(key("a"))).toEqual(item("a", values));
  });

  it("leaves out attributes that are undefined", async () => {
    const table = await newTable();
    await table.write([{ put: item("a", { gone: undefined, inner: { gone: undefined, here: 1 } }) }]);
    expect(Object.keys((await table.get(key("a"))) ?? {}).sort()).toEqual(["inner", "pk", "sk"]);
    expect((await table.get(key("a")))?.inner).toEqual({ here: 1 });
  });

  it("replaces a whole item by a put", async () => {
    const table = await newTable();
    await table.write([{ put: item("a", { old: 1 }) }]);
    await table.write([{ put: item("a", { new: 2 }) }]);
    expect(await table.get(key("a"))).toEqual(item("a", { new: 2 }));
  });

  it("keeps what was stored when the caller's object changes", async () => {
    const table = await newTable();
    const mine = item("a", { list: [1] });
    await table.write([{ put: mine }]);
    (mine.list as number[]).push(2);
    const read = await table.get(key("a"));
    (read as { list: number[] } | undefined)?.list.push(3);
    expect((await table.get(key("a")))?.list).toEqual([1]);
  });

  it("removes, also what is not there", async () => {
    const table = await newTable();
    await table.write([{ put: item("a") }]);
    await table.write([{ remove: key("a") }, { remove: key("b") }]);
    expect(await table.get(key("a"))).toBeUndefined();
  });

  it("takes no writes as done", async () => {
    const table = await newTable();
    await expect(table.write([])).resolves.toBeUndefined();
  });
}

function sumRules(newTable: () => Promise<Table>): void {
  it("adds to an item that is absent as if it held zero", async () => {
    const table = await newTable();
    await table.write([{ add: key("a"), sums: { count: 2, minor: -5 } }]);
    await table.write([{ add: key("a"), sums: { count: 1, other: 7 } }]);
    expect(await table.get(key("a"))).toEqual(item("a", { count: 3, minor: -5, other: 7 }));
  });

  it("sets beside adding, and leaves the rest alone", async () => {
    const table = await newTable();
    await table.write([{ put: item("a", { kept: "yes", count: 1 }) }]);
    await table.write([{ add: key("a"), sums: { count: 1 }, set: { name: "n", flag: true } }, { put: item("b") }]);
    expect(await table.get(key("a"))).toEqual(item("a", { kept: "yes", count: 2, name: "n", flag: true }));
  });

  it("sets alone", async () => {
    const table = await newTable();
    await table.write([{ add: key("a"), sums: {}, set: { f: "x" } }]);
    expect(await table.get(key("a"))).toEqual(item("a", { f: "x" }));
  });

  it("adds under a condition on the attribute that it adds to", async () => {
    const table = await newTable();
    await table.write([{ add: key("a"), sums: { version: 1 } }]);
    await table.write([{ add: key("a"), sums: { version: 1 }, when: { equals: { version: 1 } } }]);
    const late: Write = { add: key("a"), sums: { version: 1 }, when: { equals: { version: 1 } } };
    expect(await lost(table.write([late]))).toEqual([0]);
    expect(await table.get(key("a"))).toEqual(item("a", { version: 2 }));
  });

  it("refuses to add to a text or to change nothing", async () => {
    const table = await newTable();
    await table.write([{ put: item("a", { name: "text" }) }]);
    await expect(table.write([{ add: key("a"), sums: { name: 1 } }])).rejects.toThrow();
    await expect(table.write([{ add: key("a"), sums: {} }])).rejects.toThrow();
  });
}

function conditionRules(newTable: () => Promise<Table>): void {
  it("puts what must be absent once", async () => {
    const table = await newTable();
    await table.write([{ put: item("a", { n: 1 }), when: { absent: true } }]);
    expect(await lost(table.write([{ put: item("a", { n: 2 }), when: { absent: true } }]))).toEqual([0]);
    expect((await table.get(key("a")))?.n).toBe(1);
  });

  it("writes and removes what must be present only when it is", async () => {
    const table = await newTable();
    expect(await lost(table.write([{ put: item("a"), when: { present: true } }]))).toEqual([0]);
    expect(await lost(table.write([{ remove: key("a"), when: { present: true } }]))).toEqual([0]);
    await table.write([{ put: item("a") }]);
    await table.write([{ remove: key("a"), when: { present: true } }]);
    expect(await table.get(key("a"))).toBeUndefined();
  });

  it("compares every attribute of a condition, by value and type", async () => {
    const table = await newTable();
    await table.write([{ put: item("a", { version: 3, status: "open" }) }]);
    const put = (equals: Record<string, string | number>) => table.write([{ put: item("a"), when: { equals } }]);
    expect(await lost(put({ version: 3, status: "shut" }))).toEqual([0]);
    expect(await lost(put({ version: "3" }))).toEqual([0]);
    expect(await lost(put({ other: 3 }))).toEqual([0]);
    await put({ version: 3, status: "open" });
    expect(await table.get(key("a"))).toEqual(item("a"));
  });

  it("finds nothing equal in an item that is absent", async () => {
    const table = await newTable();
    expect(await lost(table.write([{ put: item("a"), when: { equals: { version: 0 } } }]))).toEqual([0]);
  });

  it("writes all or nothing and names every write whose condition failed", async () => {
    const table = await newTable();
    await table.write([{ put: item("known") }, { put: item("other") }]);
    const writes: Write[] = [
      { put: item("new") },
      { put: item("known"), when: { absent: true } },
      { check: key("missing"), when: { present: true } },
      { remove: key("other"), when: { present: true } },
    ];
    expect(await lost(table.write(writes))).toEqual([1, 2]);
    expect(await table.get(key("new"))).toBeUndefined();
    expect(await table.get(key("other"))).toBeDefined();
  });

  it("checks an item without changing it", async () => {
    const table = await newTable();
    await table.write([{ put: item("a", { version: 1 }) }]);
    await table.write([{ check: key("a"), when: { equals: { version: 1 } } }, { put: item("b") }]);
    expect(await lost(table.write([{ check: key("a"), when: { equals: { version: 2 } } }]))).toEqual([0]);
    expect(await table.get(key("a"))).toEqual(item("a", { version: 1 }));
    expect(await table.get(key("b"))).toEqual(item("b"));
  });

  it("lets one of many rivals win", async () => {
    const table = await newTable();
    const rivals = Array.from({ length: 8 }, (_, index) =>
      table.write([
        { put: item("a", { index }), when: { absent: true } },
        { add: key("b"), sums: { wins: 1 } },
      ]),
    );
    const results = await Promise.allSettled(rivals);
    const losers = results.filter((one) => one.status === "rejected");
    expect(losers.map(({ reason }) => (reason as Error).name)).toEqual(Array(7).fill("Conflict"));
    expect((await table.get(key("b")))?.wins).toBe(1);
  });
}

function limitRules(newTable: () => Promise<Table>): void {
  it("writes 100 items at once, and no more", async () => {
    const table = await newTable();
    await table.write(puts(100));
    expect(await table.get(key("p99"))).toBeDefined();
    await expect(table.write(puts(101))).rejects.toThrow();
  });

  it("refuses a transaction that names an item twice", async () => {
    const table = await newTable();
    await expect(table.write([{ put: item("a") }, { check: key("a"), when: { absent: true } }])).rejects.toThrow();
    expect(await table.get(key("a"))).toBeUndefined();
  });

  it("refuses an item above 400 KB", async () => {
    const table = await newTable();
    await table.write([{ put: item("a", { text: "x".repeat(399 * 1024) }) }]);
    await expect(table.write([{ put: item("a", { text: "x".repeat(400 * 1024) }) }])).rejects.toThrow();
  });

  it("refuses a transaction above 4 MB", async () => {
    const table = await newTable();
    await table.write(puts(10, { text: "x".repeat(390 * 1024) }));
    await expect(table.write(puts(12, { text: "x".repeat(390 * 1024) }))).rejects.toThrow();
  });

  it("refuses keys that are empty, in the table and in an index", async () => {
    const table = await newTable();
    await expect(table.write([{ put: { pk: "a", sk: "" } }])).rejects.toThrow();
    await expect(table.write([{ put: item("a", { gsi1pk: "x", gsi1sk: "" }) }])).rejects.toThrow();
    await expect(table.write([{ put: item("a", { gsi1pk: 5, gsi1sk: "x" }) }])).rejects.toThrow();
  });
}

/** What a write promises. */
export function writingRules(newTable: () => Promise<Table>): void {
  keepingRules(newTable);
  sumRules(newTable);
  conditionRules(newTable);
  limitRules(newTable);
}
