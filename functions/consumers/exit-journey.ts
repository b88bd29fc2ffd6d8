import { endsOn } from "../../domain/journey/definition.ts";
import { journeys } from "../../domain/journey/presets/index.ts";
import type { DomainEvent } from "../../events/event.ts";
import { consumer, eventIn, originOf } from "../shell/consumer.ts";
import { journeyWakes } from "../shell/journey-wakes.ts";
import type { Runtime } from "../shell/port.ts";
import { enrollments } from "../table/enrollments.ts";

/** Takes an order out of the journeys that an event ends, and cancels the wake-ups that nobody needs any more. */
export const exitJourney = (runtimeOf?: () => Runtime) =>
  consumer(
    {
      needs: { enrollments, journeyWakes },
      async run({ body, now }, context) {
        const event = eventIn<DomainEvent<string, { orderId: string }>>(body);
        const ending = journeys.filter((definition) => endsOn(definition, event.type)).map(({ id }) => id);
        for (const journeyId of new Set(ending)) {
          const { orderId } = event.data;
          const wait = await context.enrollments.exit(journeyId, orderId, event.type, originOf(event), now);
          if (wait) await context.journeyWakes.cancel(wait);
        }
      },
    },
    runtimeOf,
  );

export const handler = exitJourney();
