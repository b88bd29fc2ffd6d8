import type { Attribute, Item } from "./dynamodb-permissions.ts";
import type { LocalIndex, LocalTable } from "./dynamodb-tables.ts";

const WRITE_UNIT_BYTES = 1_024;

/** The size of an item by AWS's rule: names and values in UTF-8, numbers by their digits without outer zeros. */
export function itemBytes(item: Item): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item)) bytes += Buffer.byteLength(name) + valueBytes(value);
  return bytes;
}

function valueBytes(value: Attribute): number {
  const [[kind, content] = ["NULL", true]] = Object.entries(value);
  switch (kind) {
    case "S":
      return Buffer.byteLength(String(content));
    case "N":
      return numberBytes(String(content));
    case "B":
      return Buffer.byteLength(String(content), "base64");
    case "SS":
      return sum(content as string[], (each) => Buffer.byteLength(each));
    case "NS":
      return sum(content as string[], numberBytes);
    case "BS":
      return sum(content as string[], (each) => Buffer.byteLength(each, "base64"));
    case "L":
      return 3 + sum(content as Attribute[], (each) => 1 + valueBytes(each));
    case "M":
      return 3 + Object.keys(content as Item).length + itemBytes(content as Item);
    default:
      return 1;
  }
}

function numberBytes(text: string): number {
  const digits = text.replace(/^-|[.]|e.*$/gi, "").replace(/^0+|0+$/g, "").length;
  return Math.ceil(digits / 2) + 1 + (text.startsWith("-") ? 1 : 0);
}

function sum<T>(values: T[], size: (value: T) => number): number {
  return values.reduce((total, each) => total + size(each), 0);
}

/** Write units of so many bytes; the smallest write is one. */
export function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));
}

/** Write units that a change costs in each secondary index: none where the projected item stays as it was. */
export function indexWriteUnits(
  table: LocalTable,
  before: Item | undefined,
  after: Item | undefined,
): Record<string, number> {
  const units = [...table.indexes].map(([name, index]) => [name, entryUnits(index, before, after)] as const);
  return Object.fromEntries(units.filter(([, each]) => each > 0));
}

function entryUnits(index: LocalIndex, before: Item | undefined, after: Item | undefined): number {
  const old = before && projected(index, before);
  const now = after && projected(index, after);
  if (old && now && sameKeys(index, old, now)) {
    const isSame = JSON.stringify(sorted(old)) === JSON.stringify(sorted(now));
    return isSame ? 0 : writeUnits(Math.max(itemBytes(old), itemBytes(now)));
  }
  return (old ? writeUnits(itemBytes(old)) : 0) + (now ? writeUnits(itemBytes(now)) : 0);
}

/** What an index holds of an item; an item without the index's keys is not in it. */
function projected({ keys, attributes }: LocalIndex, item: Item): Item | undefined {
  if (keys.some((key) => item[key] === undefined)) return undefined;
  if (!attributes) return item;
  return Object.fromEntries(Object.entries(item).filter(([name]) => attributes.has(name)));
}

function sameKeys({ keys }: LocalIndex, one: Item, other: Item): boolean {
  return keys.every((key) => JSON.stringify(one[key]) === JSON.stringify(other[key]));
}

/** DynamoDB does not keep the order of attributes, so an order says nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}
