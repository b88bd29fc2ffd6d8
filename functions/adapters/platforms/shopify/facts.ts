import { sumMinor } from "../../../../domain/kernel/money.ts";
import type { Fulfillment as FulfillmentFact, Refund as RefundFact } from "../../../../domain/order/facts.ts";
import type { Instant } from "../../../../events/values.ts";
import { currencyFrom, moneyFrom, versionOf } from "../../reading.ts";
import type { Fulfillment, Refund } from "./forms.ts";

const isRefunded = ({ kind, status }: Refund["transactions"][number]) => kind === "refund" && status === "success";

/**
 * A refund is the money that its successful transactions moved; goods alone move none. `currency` is the order's, for a
 * refund that names none. `undefined` when it has no time.
 */
export function refundFact(refund: Refund, currency: string): RefundFact | undefined {
  const refundedAt = refund.processed_at ?? refund.created_at;
  if (refundedAt === undefined) return undefined;
  const moved = refund.transactions.filter(isRefunded).map((one) => {
    const { amount, currency_code } = one.amount_set?.shop_money ?? { amount: one.amount, currency_code: one.currency };
    return moneyFrom(amount, currencyFrom(currency_code ?? currency));
  });
  const named = moved[0]?.currency ?? namedCurrency(refund) ?? currency;
  const amountMinor = sumMinor(moved.filter((one) => one.currency === named));
  // A transaction may succeed after the refund was told of: of one time, more money is further along.
  const version = { at: refundedAt, rank: 0, hash: String(amountMinor).padStart(16, "0") };
  const amount = { amountMinor, currency: named };
  return { key: `shopify:${refund.id}`, provider: "shopify", amount, refundedAt, basis: "claim", version };
}

function namedCurrency({ refund_line_items, total_duties_set }: Refund): string | undefined {
  const sets = [...refund_line_items.map(({ subtotal_set }) => subtotal_set), total_duties_set];
  const code = sets.map((set) => set?.shop_money.currency_code).find((one) => one !== undefined);
  return code === undefined ? undefined : currencyFrom(code);
}

const ALONG = { shipped: 0, delivered: 1, cancelled: 2 };

/** Goods that left; one that is only planned or failed is no fact. `fallback` is for one without times. */
export function fulfillmentFact(one: Fulfillment, fallback: Instant): FulfillmentFact | undefined {
  const { id, created_at: shippedAt, line_items: lines } = one;
  if (one.status !== "success" && one.status !== "cancelled") return undefined;
  const isDelivered = one.shipment_status === "delivered";
  const status = one.status === "cancelled" ? "cancelled" : isDelivered ? "delivered" : "shipped";
  const at = one.updated_at ?? shippedAt ?? fallback;
  const fact = {
    status,
    ...(lines.length > 0 && { units: lines.reduce((sum, { quantity }) => sum + quantity, 0) }),
    ...(shippedAt && { shippedAt }),
    ...(status === "delivered" && { deliveredAt: at }),
  } as const;
  return { key: id, ...fact, version: versionOf(at, fact, [ALONG[status]]) };
}
