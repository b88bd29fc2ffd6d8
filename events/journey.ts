import * as z from "zod";
import { type EventOf, event } from "./event.ts";
import { Code, CustomerId, EnrollmentId, fact, Instant, id, JourneyId, MessageId, OrderId, StoreId } from "./values.ts";

const subject = {
  enrollmentId: EnrollmentId,
  journeyId: JourneyId,
  /** The version that the enrollment is pinned to. */
  version: fact(z.int().min(1)),
  customerId: CustomerId,
  orderId: OrderId.optional(),
};

export const JourneyEntered = event(
  "journey.entered",
  "A subject entered a journey.",
  z.strictObject({
    ...subject,
    storeId: StoreId,
    /** The event that started it: the same one never starts it twice. */
    cause: id(z.string()),
    /** How many automations led here. */
    depth: fact(z.int().min(0)),
    start: Code,
    test: fact(z.boolean()),
  }),
  { internal: true, told: true },
);

export const JourneyWaiting = event(
  "journey.waiting",
  "The subject waits at a step.",
  z.strictObject({ enrollmentId: EnrollmentId, step: Code, visit: fact(z.int().min(1)), dueAt: Instant }),
  { internal: true },
);

export const JourneyAdvanced = event(
  "journey.advanced",
  "The subject went from one step to another.",
  z.strictObject({ enrollmentId: EnrollmentId, from: Code, edge: Code, to: Code }),
  { internal: true },
);

export const JourneyActed = event(
  "journey.acted",
  "A step of the journey acted.",
  z.strictObject({ enrollmentId: EnrollmentId, step: Code, messageId: MessageId.optional() }),
  { internal: true },
);

const exit = z.strictObject({ enrollmentId: EnrollmentId, journeyId: JourneyId, step: Code, reason: Code });

export const JourneyExited = event("journey.exited", "The subject came to the end of the journey.", exit, {
  internal: true,
  told: true,
});

export const JourneyEnded = event(
  "journey.ended",
  "An event ended the journey for its subject. What happened is that event; this only follows from it.",
  exit,
  { internal: true },
);

export type JourneyEvent =
  | EventOf<typeof JourneyEntered>
  | EventOf<typeof JourneyWaiting>
  | EventOf<typeof JourneyAdvanced>
  | EventOf<typeof JourneyActed>
  | EventOf<typeof JourneyExited>
  | EventOf<typeof JourneyEnded>;
