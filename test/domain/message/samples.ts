import { customer } from "../../../domain/customer/customer.ts";
import { fold } from "../../../domain/kernel/decider.ts";
import type { MessageFacts, OrderFacts } from "../../../domain/message/facts.ts";
import type { MessageRequest } from "../../../domain/message/message.ts";
import type { EventOf } from "../../../events/event.ts";
import type { MessageRequested } from "../../../events/message.ts";
import { NOW } from "../../support/clock.ts";
import { PLACED_AT } from "../../support/samples.ts";

/** A confirmation as it is asked for. */
export const request = (part: Partial<MessageRequest> = {}): MessageRequest => ({
  messageId: "msg_1",
  storeId: "sto_1",
  customerId: "cus_1",
  orderId: "ord_1",
  channel: "email",
  purpose: "transactional",
  template: "order-confirmation",
  variant: "plain",
  delivery: "at_least_once",
  test: false,
  ...part,
});

/** The same as it happened. */
export const requested = (part: Partial<MessageRequest> = {}): EventOf<typeof MessageRequested> => ({
  type: "message.requested",
  at: NOW,
  data: request(part),
});

/** An order that was just placed and is not paid. */
export const orderFacts = (part: Partial<OrderFacts> = {}): OrderFacts => ({
  orderId: "ord_1",
  placedAt: PLACED_AT,
  messaging: "all",
  paymentTiming: "prepaid",
  cancelled: false,
  paid: false,
  test: false,
  ...part,
});

/** A person who did, or did not, allow marketing by e-mail; `undefined` = never asked. */
export const person = (granted?: boolean) =>
  fold(customer, [
    { type: "customer.created", at: NOW, data: { customerId: "cus_1", placeholder: false } },
    ...(granted === undefined
      ? []
      : [
          {
            type: "customer.consent_changed" as const,
            at: NOW,
            data: {
              customerId: "cus_1",
              channel: "email" as const,
              purpose: "marketing" as const,
              granted,
              decidedAt: NOW,
              source: "checkout",
            },
          },
        ]),
  ]);

/** Facts with which nothing is against a confirmation. */
export const facts = (part: Partial<MessageFacts> = {}): MessageFacts => ({
  now: NOW,
  message: { ...request(), requestedAt: NOW },
  customer: person(),
  address: "olena@example.com",
  suppressed: false,
  order: orderFacts(),
  testAddresses: [],
  recent: [],
  timeZone: "Europe/Kyiv",
  ...part,
});
