import type { LineInput, OrderSnapshot } from "../../domain/order/snapshot.ts";
import { payloadHash } from "../shell/derived-ids.ts";
import { CONTENT_PREFIX, contentKey, list } from "./keys.ts";
import type { Item, Table, Write } from "./table.ts";

/** Lines per item, so that no item passes 200 KB. */
export const LINES_PER_CHUNK = 50;

type Head = Omit<OrderSnapshot, "lines" | "payments" | "fulfillments" | "automations" | "updatedAt" | "status">;

/** What was bought, by whom and where it goes: the bulky and personal part of an order. */
export interface OrderContent extends Head {
  lines: LineInput[];
}

/** The content of an order that was told so. */
export const contentOf = (snapshot: OrderSnapshot): OrderContent => {
  const { payments: _, fulfillments: __, automations: ___, updatedAt: ____, status: _____, ...content } = snapshot;
  return content;
};

/** What an order's header says of its content. */
export function describe(snapshot: OrderSnapshot): { chunks: number; units: number; contentHash: string } {
  const { lines } = snapshot;
  return {
    chunks: Math.ceil(lines.length / LINES_PER_CHUNK),
    units: lines.reduce((sum, { quantity }) => sum + quantity, 0),
    contentHash: payloadHash(contentOf(snapshot)),
  };
}

/**
 * Replaces an order's content: a chunk for each 50 lines; chunks that are no longer needed go. A test order is not
 * found by its number, so that no provider's money goes to it.
 */
export function contentWrites(
  { orderId, storeId, test }: { orderId: string; storeId: string; test: boolean },
  snapshot: OrderSnapshot,
  chunksBefore: number,
): Write[] {
  const { lines, ...head } = contentOf(snapshot);
  const chunks = Math.ceil(lines.length / LINES_PER_CHUNK);
  const numbered = !test && snapshot.number !== undefined && snapshot.number !== snapshot.externalId;
  const index = numbered && { gsi4pk: list.orderNumber(storeId, snapshot.number ?? ""), gsi4sk: orderId };
  const puts = Array.from({ length: chunks }, (_, chunk): Write => {
    const part = lines.slice(chunk * LINES_PER_CHUNK, (chunk + 1) * LINES_PER_CHUNK);
    return { put: { ...contentKey(orderId, chunk), ...(chunk === 0 && { head, ...index }), lines: part } };
  });
  const removes = Array.from({ length: Math.max(0, chunksBefore - chunks) }, (_, extra): Write => {
    return { remove: contentKey(orderId, chunks + extra) };
  });
  return [...puts, ...removes];
}

const CHUNKS_MAX = 60;

/** Reads an order's content; `undefined` while only facts without a snapshot are known. */
export async function readContent(table: Table, orderId: string): Promise<OrderContent | undefined> {
  const { pk } = contentKey(orderId, 0);
  const items: Item[] = [];
  let after: Record<string, string> | undefined;
  do {
    const page = await table.query({ pk, prefix: CONTENT_PREFIX, limit: CHUNKS_MAX, after, consistent: true });
    items.push(...page.items);
    after = page.next;
  } while (after);
  const head = items[0]?.head as Head | undefined;
  return head && { ...head, lines: items.flatMap(({ lines }) => lines as LineInput[]) };
}
