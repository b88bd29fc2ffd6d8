import { isNewer } from "../../../domain/kernel/facts.ts";
import { sameMoney } from "../../../domain/kernel/money.ts";
import { own } from "../../../domain/kernel/own.ts";
import { type Fulfillment, type PlacedOrder, wordsOf } from "../../../domain/order/facts.ts";
import type { FieldError } from "../../shell/problem.ts";
import { describe } from "../../table/order-content.ts";
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

/** Whether what counts of a parcel, by all words about it, is what this word says. */
function isSo({ key, status, units, shippedAt, deliveredAt }: Fulfillment, order: PlacedOrder): boolean {
  const [stands, left, had] = [
    own(order.fulfillments, key),
    own(wordsOf(order, "departures"), key),
    own(wordsOf(order, "deliveries"), key),
  ];
  return (
    // What came back had been delivered, by the word that says so.
    (stands?.status === status || (stands?.status === "returned" && status === "delivered" && had !== undefined)) &&
    stands.units === units &&
    (shippedAt === undefined || shippedAt === left?.shippedAt) &&
    (deliveredAt === undefined || deliveredAt === had?.deliveredAt)
  );
}

const REPEATED =
  "This parcel is told more than once in this push: where it is, its newest word says, by updatedAt, else " +
  "deliveredAt, else shippedAt, else the order's time. Tell each parcel once, and a change with a newer updatedAt.";

/** Parcels of which a word stands that says something else: of the same push, or known before. */
function beaten({ fulfillments = [] }: IncomingOrder, order: PlacedOrder): FieldError[] {
  return fulfillments.flatMap((one, index) => {
    const { status, version } = own(order.fulfillments, one.key) ?? one;
    if (!isNewer(version, one.version) || isSo(one, order)) return [];
    const pointer = `/fulfillments/${index}/externalId`;
    if (fulfillments.some((other) => other.key === one.key && isNewer(other.version, one.version)))
      return [{ pointer, code: "fulfillment_repeated", message: REPEATED }];
    const message =
      `Another word of this parcel stands: ${status}, of ${version.at}. For this one to count, push it with an ` +
      "updatedAt later than that.";
    return [{ pointer, code: "fulfillment_not_newer", message }];
  });
}

/** An order that stays as another push tells it, of a later time or of the same. */
function older({ snapshot, version }: IncomingOrder, { header, stages }: PlacedOrder): FieldError[] {
  if (!snapshot || !isNewer(header.version, version)) return [];
  const stage = stages.findLast(({ by }) => by === "platform")?.stage;
  const isSame = header.contentHash === describe(snapshot).contentHash && [undefined, stage].includes(snapshot.status);
  if (isSame) return [];
  const message =
    `The order stays as another push tells it, of ${header.version.at}. For this one to count, push it with an ` +
    "updatedAt later than that. Its payments and fulfillments are added all the same.";
  return [{ pointer: "/updatedAt", code: "order_not_newer", message }];
}

/** What of a push does not count as it was told: it is not lost silently. */
export const unusedFacts = (incoming: IncomingOrder, order: PlacedOrder): FieldError[] => [
  ...older(incoming, order),
  ...differing(incoming, order),
  ...beaten(incoming, order),
];
