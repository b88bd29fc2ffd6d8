import { describe } from "vitest";
import type { Table } from "../../../functions/table/table.ts";
import { readingRules } from "./table-reading.contract.ts";
import { writingRules } from "./table-writing.contract.ts";

/** What every table promises: the one in memory and the one in DynamoDB pass the same suite. */
export function tableContract(name: string, newTable: () => Promise<Table>): void {
  describe(`${name}: writing`, () => writingRules(newTable));
  describe(`${name}: reading`, () => readingRules(newTable));
}
