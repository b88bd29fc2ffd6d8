import { admits } from "../../domain/journey/definition.ts";
import { journeyOf } from "../../domain/journey/presets/index.ts";
import type { StoredEvent } from "../../events/event.ts";
import { consumer, DEPTH_MAX } from "../shell/consumer.ts";
import { journeyExecutions } from "../shell/executions.ts";
import type { Runtime } from "../shell/port.ts";
import type { Entry } from "../table/enrollments.ts";

/** What the rule of a journey's trigger puts on the entry queue. */
interface Trigger {
  journeyId: string;
  event: StoredEvent;
}

/** What the machine puts aside when every attempt failed, and an operator brings back. */
interface PutAside {
  entry: Entry;
}

/** Lets a subject through to a journey's machine, by what the event alone says; the machine looks at today's state. */
export const enterJourney = (runtimeOf?: () => Runtime) =>
  consumer(
    {
      needs: { journeyExecutions },
      async run({ body }, context) {
        if (isPutAside(body)) return context.journeyExecutions.start(body.entry);
        const { journeyId, event } = body as Trigger;
        const definition = journeyOf(journeyId);
        if (event.depth >= DEPTH_MAX) {
          context.logger.warn("A journey does not react so deep in a chain of automations.", {
            journeyId,
            eventId: event.eventId,
            depth: event.depth,
          });
          return;
        }
        if (!admits(definition, event)) return;
        await context.journeyExecutions.start(entryOf(definition, event));
      },
    },
    runtimeOf,
  );

export const handler = enterJourney();

const isPutAside = (body: unknown): body is PutAside => (body as Partial<PutAside>).entry !== undefined;

function entryOf({ id, version }: { id: string; version: number }, event: StoredEvent): Entry {
  const { orderId, customerId, storeId } = event.data as Pick<Entry, "orderId" | "customerId" | "storeId">;
  const { eventId, correlationId, depth, test } = event;
  return { journeyId: id, version, orderId, customerId, storeId, cause: eventId, correlationId, depth, test };
}
