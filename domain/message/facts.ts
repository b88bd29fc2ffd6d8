import type { DeferReason, SkipReason } from "../../events/message.ts";
import type { Instant, Messaging, PaymentTiming } from "../../events/values.ts";
import type { Customer } from "../customer/customer.ts";
import type { PlacedOrder } from "../order/facts.ts";
import { paidByAnyWord } from "../order/money-view.ts";
import { viewOf } from "../order/view.ts";
import type { MessageRequest } from "./message.ts";

/** What a sender does with a message: sends it, leaves it for a reason, or lets it wait. */
export type Verdict =
  | { kind: "go" }
  | { kind: "skip"; reason: SkipReason }
  | { kind: "defer"; until: Instant; reason: DeferReason };

/** What messages and journeys look at in an order. */
export interface OrderFacts {
  orderId: string;
  placedAt: Instant;
  messaging: Messaging;
  paymentTiming: PaymentTiming;
  cancelled: boolean;
  /** By evidence, or by the platform's word: nobody is asked for money that the store says it has. */
  paid: boolean;
  test: boolean;
}

/** Everything the gates look at, as it is now. */
export interface MessageFacts {
  now: Instant;
  message: Pick<MessageRequest, "channel" | "purpose" | "template" | "variant" | "passedOver" | "test"> & {
    requestedAt: Instant;
  };
  customer: Customer;
  /** Where it would go, in its normal form. */
  address: string | undefined;
  /** True when the address must not be messaged: it bounced or its owner complained. */
  suppressed: boolean;
  /** The order it is about, if it is about one; `gone` when there is no such order. */
  order?: OrderFacts | "gone";
  /** The only addresses that messages about test orders may go to. */
  testAddresses: readonly string[];
  /** When this customer was sent something of the same purpose of late, oldest first. */
  recent: readonly Instant[];
  timeZone: string;
  /** When the table was lost that was restored to an earlier moment, if it ever was: it forgot what was sent before. */
  lostAt?: Instant;
}

/** What an order means for messages. */
export function orderFactsOf(order: PlacedOrder): OrderFacts {
  const { placedAt, paymentTiming, totalMinor } = order.header;
  const view = viewOf(order);
  return {
    orderId: order.orderId,
    placedAt,
    messaging: order.messaging,
    paymentTiming,
    cancelled: view.cancelled,
    paid: paidByAnyWord(order.header, view.paidMinor) >= totalMinor,
    test: order.test,
  };
}
