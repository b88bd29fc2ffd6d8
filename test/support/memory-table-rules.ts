import type { IndexName, Item, Key, Range, Write } from "../../functions/table/table.ts";

const INDEXES: readonly IndexName[] = ["gsi1", "gsi2", "gsi3", "gsi4"];
const PARTITION_KEY_MAX_BYTES = 2048;
const SORT_KEY_MAX_BYTES = 1024;

const invalid = (sentence: string) => Object.assign(new Error(sentence), { name: "ValidationException" });

/** A key as text whose order is that of partition and sort key. */
export function keyText({ pk, sk }: Key): string {
  checkKey(pk, PARTITION_KEY_MAX_BYTES);
  checkKey(sk, SORT_KEY_MAX_BYTES);
  return `${pk}\u0000${sk}`;
}

function checkKey(value: unknown, bytesMax: number): void {
  if (typeof value !== "string" || value === "") throw invalid("A key is a string that is not empty.");
  if (Buffer.byteLength(value) > bytesMax) throw invalid(`A key of this kind has at most ${bytesMax} bytes.`);
}

/** Refuses what DynamoDB would: keys of the table or of an index that are no strings, empty or too long. */
export function checkItem(item: Item): void {
  keyText(item);
  for (const index of INDEXES) {
    if (item[`${index}pk`] !== undefined) checkKey(item[`${index}pk`], PARTITION_KEY_MAX_BYTES);
    if (item[`${index}sk`] !== undefined) checkKey(item[`${index}sk`], SORT_KEY_MAX_BYTES);
  }
}

/** UTF-8 order, as DynamoDB sorts; JavaScript sorts by UTF-16 units. */
const compare = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

const text = (item: Record<string, unknown>, name: string) => item[name] as string;

/** What an index shows of an item. */
export function projected(item: Item, index: IndexName | undefined): Item {
  if (index === undefined || index === "gsi1") return item;
  const { pk, sk, f } = item;
  const keys = { pk, sk, [`${index}pk`]: item[`${index}pk`], [`${index}sk`]: item[`${index}sk`] };
  return index === "gsi4" || f === undefined ? keys : { ...keys, f };
}

/** Where the page after this item starts. */
export function startOf(item: Item, index: IndexName | undefined): Record<string, string> {
  const { pk, sk } = item;
  if (index === undefined) return { pk, sk };
  return { pk, sk, [`${index}pk`]: text(item, `${index}pk`), [`${index}sk`]: text(item, `${index}sk`) };
}

function isInRange(sk: string, { from, to, prefix }: Range): boolean {
  if (prefix !== undefined) return sk.startsWith(prefix);
  return (from === undefined || compare(sk, from) >= 0) && (to === undefined || compare(sk, to) <= 0);
}

function checkStart(range: Range): void {
  const { after, index = "" } = range;
  if (!after) return;
  const names = index === "" ? ["pk", "sk"] : ["pk", "sk", `${index}pk`, `${index}sk`];
  const isWhole = names.length === Object.keys(after).length && names.every((name) => typeof after[name] === "string");
  if (!isWhole) throw invalid("The starting key is not a key of what is read.");
  if (after[`${index}pk`] !== range.pk || !isInRange(text(after, `${index}sk`), range)) {
    throw invalid("The starting key is outside of the range.");
  }
}

function checkBounds({ from, to, prefix }: Range): void {
  if ([from, to, prefix].includes("")) throw invalid("A bound of a key is not empty.");
  if (prefix === undefined && from !== undefined && to !== undefined && compare(from, to) > 0) {
    throw invalid("A range ends where it begins or later.");
  }
}

/** The items of a range in reading order, from where the last page ended. */
export function rangeOf(items: readonly Item[], range: Range): Item[] {
  checkStart(range);
  checkBounds(range);
  const { index = "", after, newestFirst } = range;
  const [pk, sk] = [`${index}pk`, `${index}sk`];
  const order = (a: Record<string, unknown>, b: Record<string, unknown>) =>
    (compare(text(a, sk), text(b, sk)) ||
      compare(text(a, "pk"), text(b, "pk")) ||
      compare(text(a, "sk"), text(b, "sk"))) * (newestFirst ? -1 : 1);
  return items
    .filter((item) => item[pk] === range.pk && typeof item[sk] === "string" && isInRange(text(item, sk), range))
    .sort(order)
    .filter((item) => !after || order(item, after) > 0);
}

/** Adds to numbers and sets attributes, making the item when it is absent. */
export function applyUpdate({ add, sums, set }: Extract<Write, { add: Key }>, item: Item | undefined): Item {
  if (Object.keys(sums).length + Object.keys(set ?? {}).length === 0) throw invalid("An update changes something.");
  const next: Item = { pk: add.pk, sk: add.sk, ...item };
  for (const [name, delta] of Object.entries(sums)) {
    const known = next[name] ?? 0;
    if (typeof known !== "number") throw invalid(`The attribute ${name} is not a number.`);
    next[name] = known + delta;
  }
  return { ...next, ...set };
}
