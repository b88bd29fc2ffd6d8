import { isNewer } from "../../../domain/kernel/facts.ts";
import { sameMoney } from "../../../domain/kernel/money.ts";
import type { Fulfillment, PlacedOrder } from "../../../domain/order/facts.ts";
import type { FieldError } from "../../shell/problem.ts";
import type { IncomingOrder } from "../../table/orders.ts";

/** Payments of which another amount counts: the word of their provider, or a newer one than this. */
function differing({ captures = [] }: IncomingOrder, order: PlacedOrder): FieldError[] {
  return captures.flatMap(({ key, amount }, index) => {
    const counted = order.captures[key];
    if (!counted || sameMoney(counted.amount, amount)) return [];
    const stays = `${counted.amount.amountMinor} ${counted.amount.currency} in minor units`;
    const { signed, at } = counted.version;
    const reason = signed
      ? "Its provider says so, and no push overrules that."
      : `To correct it, push the payment with a capturedAt later than ${at}.`;
    const message = `This payment is known with another amount, which stays: ${stays}. ${reason}`;
    return [{ pointer: `/payments/${index}/amount`, code: "payment_differs", message }];
  });
}

/** Parcels that the same push tells otherwise by a newer word, or by one of the same time that wins. */
function repeated({ fulfillments = [] }: IncomingOrder): FieldError[] {
  const isBeaten = ({ key, version }: Fulfillment) =>
    fulfillments.some((other) => other.key === key && isNewer(other.version, version));
  return fulfillments.flatMap((one, index) => {
    if (!isBeaten(one)) return [];
    const message =
      "This parcel is told more than once in this push: where it is, its newest word says, by updatedAt, else " +
      "deliveredAt, else shippedAt, else the order's time. Tell each parcel once, and a change with a newer updatedAt.";
    return [{ pointer: `/fulfillments/${index}/externalId`, code: "fulfillment_repeated", message }];
  });
}

/** What of a push's payments and parcels does not count as it was told: it is not lost silently. */
export const unusedFacts = (incoming: IncomingOrder, order: PlacedOrder): FieldError[] => [
  ...differing(incoming, order),
  ...repeated(incoming),
];
