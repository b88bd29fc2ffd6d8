import { describe, expect, it } from "vitest";
import { Conflict, type Table } from "../../../functions/table/table.ts";

/** What a table promises a caller who never hears the first answer to a write, so that its SDK asks again. */
export function answersContract(name: string, newDeafTable: () => Promise<Table>): void {
  const [a, b] = [
    { pk: "a", sk: "state" },
    { pk: "b", sk: "state" },
  ];
  describe(`${name}: a write whose answer was lost`, () => {
    it("happens once when it is a transaction: its repetition is known by its token", async () => {
      const table = await newDeafTable();
      await table.write([
        { add: a, sums: { count: 1 } },
        { put: b, when: { absent: true } },
      ]);
      expect(await table.get(a)).toEqual({ ...a, count: 1 });
    });

    it("is made again when it is alone, and its condition is asked again", async () => {
      const table = await newDeafTable();
      await expect(table.write([{ put: b, when: { absent: true } }])).rejects.toBeInstanceOf(Conflict);
      expect(await table.get(b)).toEqual(b);
    });
  });
}
