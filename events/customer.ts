import * as z from "zod";
import { type EventOf, event } from "./event.ts";
import {
  AmountMinor,
  Code,
  Currency,
  CustomerId,
  Day,
  fact,
  Instant,
  MessageChannel,
  OrderId,
  Purpose,
  StoreId,
} from "./values.ts";

/** A card was opened for a person we had not met. */
export const CustomerCreated = event(
  "customer.created",
  "A card was opened for a person we had not met.",
  z.strictObject({
    customerId: CustomerId,
    /** True when nothing identifies the person yet: no e-mail, no phone, no id of the platform. */
    placeholder: fact(z.boolean()),
    /** True when a test key brought the person; absent otherwise. */
    test: fact(z.boolean()).optional(),
  }),
);

/** The card learned one more way to recognise the person. */
export const CustomerIdentified = event(
  "customer.identified",
  "The card learned one more e-mail, phone or platform id of the person.",
  z.strictObject({ customerId: CustomerId, kind: fact(z.enum(["email", "phone", "external"])) }),
);

/** Attributes of the card changed; which ones, never their values. */
export const CustomerUpdated = event(
  "customer.updated",
  "Attributes of the card changed.",
  z.strictObject({ customerId: CustomerId, fields: z.array(Code).max(30) }),
);

/** Permission to message was granted or withdrawn. */
export const ConsentChanged = event(
  "customer.consent_changed",
  "Permission to message was granted or withdrawn.",
  z.strictObject({
    customerId: CustomerId,
    channel: MessageChannel,
    purpose: Purpose,
    granted: fact(z.boolean()),
    decidedAt: Instant,
    source: Code,
  }),
);

/** What an order means for its customer's numbers, as it now stands. */
export const Purchase = z.strictObject({
  orderId: OrderId,
  storeId: StoreId,
  placedAt: Instant,
  day: Day,
  /** The zone that `day` is of; absent in what was recorded before it was kept. */
  timeZone: fact(z.string()).optional(),
  totalMinor: AmountMinor,
  currency: Currency,
  /** False when the order is cancelled or a test: it then counts nowhere. */
  counted: fact(z.boolean()),
  paid: fact(z.boolean()),
});
export type Purchase = z.infer<typeof Purchase>;

/** The customer's record of an order changed. */
export const PurchaseRecorded = event(
  "customer.purchase_recorded",
  "The customer's record of an order changed.",
  z.strictObject({ customerId: CustomerId, purchase: Purchase }),
  { internal: true },
);

/** An order left this card for another. */
export const PurchaseRemoved = event(
  "customer.purchase_removed",
  "An order left this card for another.",
  z.strictObject({ customerId: CustomerId, orderId: OrderId }),
  { internal: true },
);

/** An e-mail and a phone of one order point to two cards. */
export const MergeSuggested = event(
  "customer.merge_suggested",
  "An e-mail and a phone of one order point to two cards.",
  z.strictObject({ customerId: CustomerId, otherCustomerId: CustomerId }),
);

export type CustomerEvent =
  | EventOf<typeof CustomerCreated>
  | EventOf<typeof CustomerIdentified>
  | EventOf<typeof CustomerUpdated>
  | EventOf<typeof ConsentChanged>
  | EventOf<typeof PurchaseRecorded>
  | EventOf<typeof PurchaseRemoved>
  | EventOf<typeof MergeSuggested>;
