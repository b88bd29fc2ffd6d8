import type { Contributions } from "../../domain/analytics/contribution.ts";
import type { Source, SourceStates } from "../../domain/analytics/metric.ts";
import { contributionsOf, isSource } from "../../domain/analytics/metrics/index.ts";
import { ledgerKey } from "./keys.ts";
import { orderIn } from "./order-item.ts";
import type { Item, Table } from "./table.ts";

/** What a source contributes at one of its versions. */
export interface Seen {
  version: number;
  contributions: Contributions;
}

/** What one source has contributed so far, in one of its parts. */
export interface LedgerPart {
  part: string;
  /** +1 for each change of this item: a move is refused when it was made for another one. */
  version: number;
  /** The newest version of the source that is known to be accounted for. */
  revision: number;
  /** The shard of the metric items that hold these contributions. */
  shard: number;
  contributions: Contributions;
}

const PREFIX = "ledger#";
const STATE = "state";
const PAGE_ITEMS = 100;
/** Pages of one source's ledger at most: more parts than a customer of centuries could fill. */
const PAGES_MAX = 50;

/** The kind of a source, by the partition key of its state; `undefined` for what does not contribute. */
export function sourceKind(source: string): Source | undefined {
  const kind = source.slice(0, source.indexOf("#"));
  return isSource(kind) ? kind : undefined;
}

/** The source that an item is the state of. */
export const sourceOf = ({ pk, sk }: Pick<Item, "pk" | "sk">): string | undefined =>
  sk === STATE && sourceKind(pk) ? pk : undefined;

/** What the stored state of a source contributes. */
export function seenIn(source: string, item: Item): Seen {
  const { version } = item as unknown as { version: number };
  if (!Number.isSafeInteger(version)) throw new Error("A source has no version.");
  const kind = sourceKind(source) as Source;
  const state = kind === "order" ? orderIn(item) : item.state;
  return { version, contributions: contributionsOf(kind, state as SourceStates[Source]) };
}

/** What a source contributes by its state as it is stored now; one that is gone contributes nothing. */
export async function readSource(table: Table, source: string): Promise<Seen> {
  const item = await table.get({ pk: source, sk: STATE });
  return item ? seenIn(source, item) : { version: 0, contributions: {} };
}

/** A part as it is stored. */
export const ledgerItem = (source: string, { part, ...content }: LedgerPart): Item => ({
  ...ledgerKey(source, part),
  ...content,
});

/** The source and part of a stored ledger item; `undefined` for any other item. */
export function ledgerIn(item: Item): { source: string; part: LedgerPart } | undefined {
  if (!item.pk.startsWith(PREFIX)) return undefined;
  const { pk, sk, ...content } = item as Item & Omit<LedgerPart, "part">;
  return { source: pk.slice(PREFIX.length), part: { part: sk, ...content } };
}

/** All parts of a source's ledger, as they are now. */
export async function readLedger(table: Table, source: string): Promise<Map<string, LedgerPart>> {
  const { pk } = ledgerKey(source, "");
  const parts = new Map<string, LedgerPart>();
  let after: Record<string, string> | undefined;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page = await table.query({ pk, limit: PAGE_ITEMS, consistent: true, after });
    for (const item of page.items) {
      const found = ledgerIn(item);
      if (found) parts.set(found.part.part, found.part);
    }
    after = page.next;
    if (!after) return parts;
  }
  throw new Error("The ledger of one source has too many parts.");
}
