import { fold } from "../../domain/kernel/decider.ts";
import type { Capture, Fulfillment, PlacedOrder, Refund, StageReport } from "../../domain/order/facts.ts";
import { type MergeOrder, type MoveOrder, type OrderReport, order } from "../../domain/order/order.ts";
import { type OrderView, viewOf } from "../../domain/order/view.ts";
import type { OrderHeader } from "../../events/order.ts";
import type { Money, Stage } from "../../events/values.ts";
import { HOUR_MS, instantAfter, MINUTE_MS, NOW } from "./clock.ts";
import { PLACED_AT, uah } from "./samples.ts";

/** A time on the day of the sample order: minutes after it was placed. */
export const minute = (count: number): string => instantAfter(count * MINUTE_MS, PLACED_AT);

const versionAt = (at: string, hash = "h") => ({ at, rank: 0, hash });

/** The header of the sample order of 498.00 UAH; its version is its time. */
export const header = (part: Partial<OrderHeader> = {}, toldAt: string = PLACED_AT): OrderHeader => ({
  externalId: "1001",
  number: "1001",
  placedAt: PLACED_AT,
  day: "2026-11-20",
  timeZone: "Europe/Kyiv",
  totalMinor: 498_00,
  currency: "UAH",
  paymentTiming: "prepaid",
  orderMethod: "site",
  units: 2,
  chunks: 1,
  contentHash: "content",
  version: versionAt(toldAt),
  ...part,
});

/** Money in, by the provider's id of it. */
export const capture = (amount: Money, key = "stripe:pi_1", capturedAt: string = minute(1)): Capture => ({
  key,
  provider: key.split(":")[0] ?? "stripe",
  amount,
  capturedAt,
  version: versionAt(capturedAt),
});

/** The same as the payment's provider signed it. */
export const signed = (one: Capture): Capture => ({ ...one, version: { ...one.version, signed: true } });

/** Money back, as evidence unless a platform only claims it. */
export const refund = (amount: Money, key = "stripe:re_1", basis: "claim" | "evidence" = "evidence"): Refund => ({
  key,
  provider: key.split(":")[0] ?? "stripe",
  amount,
  refundedAt: minute(60),
  basis,
  version: versionAt(minute(60)),
});

/** Goods sent; without units it covers the whole order. */
export const fulfillment = (
  status: Fulfillment["status"],
  at: string,
  part: Partial<Fulfillment> = {},
): Fulfillment => ({
  key: "f-1",
  status,
  version: versionAt(at),
  ...part,
});

/** A stage that the platform (or a person) gave. */
export const report = (stage: Stage, reportedAt: string, by: StageReport["by"] = "platform"): StageReport => ({
  stage,
  reportedAt,
  by,
  hash: `${stage}-${by}`,
});

/** A platform's claim that an amount is paid. */
export const claim = (amountMinor: number) => ({ provider: "shopify", amountMinor });

/** What one delivery says of the sample order. */
export const merge = (part: Partial<OrderReport> = {}, at: string = NOW): MergeOrder => ({
  type: "order.merge",
  at,
  data: { orderId: "ord_1", storeId: "sto_1", customerId: "cus_1", messaging: "all", test: false, ...part },
});

/** A person moves the sample order. */
export const move = (stage: Stage, at: string): MoveOrder => ({
  type: "order.move",
  at,
  data: { orderId: "ord_1", stage, hash: `${stage}-move` },
});

/** The events of deliveries, one after another, from nothing. */
export function eventsAfter(...reports: Partial<OrderReport>[]) {
  const events: ReturnType<typeof order.decide> = [];
  for (const one of reports) events.push(...order.decide(merge(one), fold(order, events)));
  return events;
}

/** The sample order after deliveries. */
export const orderAfter = (...reports: Partial<OrderReport>[]): PlacedOrder =>
  fold(order, eventsAfter(...reports)) as PlacedOrder;

/** What the sample order is after deliveries. */
export const viewAfter = (...reports: Partial<OrderReport>[]): OrderView => viewOf(orderAfter(...reports));

/** The day after the sample order, for facts that come late. */
export const NEXT_DAY = instantAfter(24 * HOUR_MS, PLACED_AT);

/** The sample amount, paid in full. */
export const WHOLE = uah(498_00);
