import * as z from "zod";
import { type EventOf, event } from "./event.ts";
import {
  Code,
  CustomerId,
  EnrollmentId,
  fact,
  Instant,
  JourneyId,
  MessageChannel,
  MessageId,
  OrderId,
  Purpose,
  StoreId,
} from "./values.ts";

/** Why a message was not sent. Codes are permanent. */
export const SkipReason = fact(
  z.enum([
    "no_address",
    "no_consent",
    "consent_withdrawn",
    "suppressed",
    "subject_changed",
    "automations_off",
    "stale",
    "test_address_unlisted",
    "restored",
    "too_late",
    "duplicate",
  ]),
);
export type SkipReason = z.infer<typeof SkipReason>;

export const Delivery = fact(z.enum(["at_most_once", "at_least_once"]));
export type Delivery = z.infer<typeof Delivery>;

export const DeferReason = fact(z.enum(["quiet_hours", "capped", "throttled"]));
export type DeferReason = z.infer<typeof DeferReason>;

/** Why a form of a message was not the one that went. Codes are permanent. */
export const FormReason = fact(z.enum(["no_consent", "no_promo_code", "condition_not_met", "capped"]));
export type FormReason = z.infer<typeof FormReason>;

/** Somebody or something wants one piece sent to one person. */
export const MessageRequested = event(
  "message.requested",
  "One message to one person was asked for.",
  z.strictObject({
    messageId: MessageId,
    storeId: StoreId,
    customerId: CustomerId,
    orderId: OrderId.optional(),
    journeyId: JourneyId.optional(),
    enrollmentId: EnrollmentId.optional(),
    channel: MessageChannel,
    purpose: Purpose,
    template: Code,
    /** The form of the template that the subject's state asks for, e.g. `with_promo`. */
    variant: Code.optional(),
    /** The forms that came first and could not be it, each with the reason. */
    passedOver: z.record(Code, FormReason).optional(),
    /** The class decides what happens to an ambiguous answer: marketing at most once, receipts at least once. */
    delivery: Delivery,
    /** Small facts that the template shows beside its subject, such as a promo code. */
    params: z.record(Code, Code).optional(),
    /** About a test order: only the addresses listed for testing get it. */
    test: fact(z.boolean()),
  }),
  // A person hears what became of it.
  { told: false },
);

/**
 * A sender took the message under a fence; nobody else sends it until the fence runs out. It moves the state only: what
 * came of the claim is what the history tells.
 */
export const MessageClaimed = event(
  "message.claimed",
  "A sender took the message.",
  z.strictObject({ messageId: MessageId, fence: fact(z.string()), until: Instant }),
  { internal: true },
);

export const MessageReshaped = event(
  "message.reshaped",
  "The message goes in another form, because the one that was asked for could not go in time.",
  z.strictObject({ messageId: MessageId, from: Code, reason: FormReason, variant: Code, purpose: Purpose }),
  { internal: true },
);

export const MessageSent = event(
  "message.sent",
  "The provider accepted the message.",
  z.strictObject({
    messageId: MessageId,
    channel: MessageChannel,
    template: Code,
    providerId: fact(z.string().max(200)),
  }),
  { internal: true, told: true },
);

export const MessageSkipped = event(
  "message.skipped",
  "The message was not sent, for a reason.",
  z.strictObject({ messageId: MessageId, template: Code, reason: SkipReason }),
);

export const MessageDeferred = event(
  "message.deferred",
  "The message waits for a better hour.",
  z.strictObject({ messageId: MessageId, until: Instant, reason: DeferReason }),
  { internal: true },
);

export const MessageResumed = event(
  "message.resumed",
  "The wait of a message is over: it may be sent now.",
  z.strictObject({ messageId: MessageId }),
);

export const MessageFailed = event(
  "message.failed",
  "The provider refused the message for good.",
  z.strictObject({ messageId: MessageId, template: Code, reason: Code }),
);

export const MessageUnknown = event(
  "message.unknown",
  "The provider's answer was lost: the message may or may not have gone.",
  z.strictObject({
    messageId: MessageId,
    template: Code,
    /** When it is sent again if no receipt settles it; absent = never, because twice would be worse. */
    retryAt: Instant.optional(),
  }),
);

export const MessageBounced = event(
  "message.bounced",
  "The address could not be reached or its owner complained.",
  z.strictObject({ messageId: MessageId, kind: fact(z.enum(["bounce", "complaint"])), permanent: fact(z.boolean()) }),
);

export type MessageEvent =
  | EventOf<typeof MessageRequested>
  | EventOf<typeof MessageClaimed>
  | EventOf<typeof MessageReshaped>
  | EventOf<typeof MessageSent>
  | EventOf<typeof MessageSkipped>
  | EventOf<typeof MessageDeferred>
  | EventOf<typeof MessageResumed>
  | EventOf<typeof MessageFailed>
  | EventOf<typeof MessageUnknown>
  | EventOf<typeof MessageBounced>;
