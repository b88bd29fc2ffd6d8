import * as z from "zod";
import { FormReason } from "../../../events/message.ts";
import { Code, fact, Instant, id, JourneyId, MessageId, OrderId, Purpose } from "../../../events/values.ts";
import { route } from "../../shell/route.ts";
import { explanations } from "../../table/explanations.ts";
import { CustomerPath } from "../customers/answers.ts";

const text = fact(z.string());
const holds = fact(z.boolean());

const MessageExplanation = z.strictObject({
  template: Code,
  variant: Code.optional(),
  messageId: MessageId.optional(),
  orderId: OrderId.optional(),
  status: text,
  reason: text.optional(),
  at: Instant.optional(),
  until: Instant.optional(),
  /** The forms of the template: which one it is, and why not one that came first. */
  variants: z.array(z.strictObject({ variant: Code, purpose: Purpose, chosen: holds, reason: FormReason.optional() })),
  /** What each gate would say if it were sent now. */
  gates: z.array(
    z.strictObject({ gate: text, asks: text, passes: holds, reason: text.optional(), until: Instant.optional() }),
  ),
});

const JourneyExplanation = z.strictObject({
  journeyId: JourneyId,
  version: fact(z.int()),
  orderId: OrderId.optional(),
  enrollmentId: id(z.string()).optional(),
  status: text,
  step: text.optional(),
  reason: text.optional(),
  at: Instant.optional(),
  until: Instant.optional(),
  /** What it asks of the event that starts it, answered by that event; told of what never entered. */
  trigger: z.array(z.record(z.string(), z.unknown())).optional(),
  /** What the entry asks, answered by today. */
  entry: z.array(z.record(z.string(), z.unknown())),
  ends: z.array(z.strictObject({ event: text, holds })),
});

/** Tells why a customer did or did not get a message. */
export const handler = route({
  summary: "Tell why a customer did, or did not, get a message of a template or go through a journey.",
  path: CustomerPath,
  query: z
    .strictObject({ template: Code.optional(), journeyId: JourneyId.optional() })
    .refine(({ template, journeyId }) => (template ?? journeyId) !== undefined, {
      error: "Name a template or a journey.",
      path: ["template"],
    })
    .refine(({ template, journeyId }) => template === undefined || journeyId === undefined, {
      error: "Name a template or a journey, not both.",
      path: ["template"],
    }),
  answers: { 200: z.strictObject({ items: z.array(z.union([MessageExplanation, JourneyExplanation])) }) },
  needs: { explanations },
  async run({ path: { customerId }, query: { template, journeyId }, now }, context) {
    const items =
      journeyId === undefined
        ? await context.explanations.ofTemplate(customerId, template ?? "", now)
        : await context.explanations.ofJourney(customerId, journeyId, now);
    return { status: 200, body: { items } };
  },
});
