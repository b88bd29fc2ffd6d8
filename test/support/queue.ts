import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { StoredEvent } from "../../events/event.ts";
import { eventsOf } from "../../functions/table/event-item.ts";
import { EVENT_PREFIX } from "../../functions/table/keys.ts";
import type { MemoryTable } from "./memory-table.ts";

type QueueHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse | undefined>;

let messages = 0;

/** Hands messages to a consumer's Lambda, as its queue does. Throws when one of them failed. */
export async function deliver(handler: unknown, ...bodies: unknown[]): Promise<void> {
  const records = bodies.map((body) => {
    messages += 1;
    const attributes = { ApproximateReceiveCount: "1" };
    return { messageId: `m-${messages}`, body: JSON.stringify(body), attributes };
  });
  const answer = await (handler as QueueHandler)({ Records: records } as unknown as SQSEvent, {} as Context);
  if (answer?.batchItemFailures.length !== 0) throw new Error("The consumer failed a message.");
}

/** An event as a rule of the bus puts it into a queue. */
export const busMessage = (event: StoredEvent) => ({ source: "kolo", "detail-type": event.type, detail: event });

/** Every event in a table so far, oldest transaction first. */
export const eventsIn = (table: MemoryTable): StoredEvent[] =>
  table.changes.flatMap((change) => (change.new?.sk.startsWith(EVENT_PREFIX) ? eventsOf(change.new) : []));
