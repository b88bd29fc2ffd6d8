import type { FulfillmentStatus, Instant, Stage } from "../../events/values.ts";
import { compareText, later } from "../kernel/facts.ts";
import { own } from "../kernel/own.ts";
import {
  compareReports,
  type Fulfillment,
  leftAt,
  type PlacedOrder,
  STAGES_BEFORE_DELIVERED,
  STAGES_BEFORE_PROCESSING,
  STAGES_BEFORE_SHIPPED,
  wordsOf,
} from "./facts.ts";
import { type MoneyView, moneyOf } from "./money-view.ts";

/** What an order is, derived from its facts alone: the same facts give the same view in whatever order they came. */
export interface OrderView extends MoneyView {
  stage: Stage;
  fulfillmentStatus: FulfillmentStatus;
  cancelled: boolean;
}

interface Coverage {
  status: FulfillmentStatus;
  shippedAt?: Instant;
  deliveredAt?: Instant;
}

const latest = (times: (Instant | undefined)[]) =>
  times.reduce<Instant | undefined>((last, time) => (time && last ? later(time, last) : (last ?? time)), undefined);

/**
 * A parcel that was sent again stands for one that came back. Goods that came back without ever having been delivered
 * do not deliver an order: its stage stays where it was.
 */
function coverageOf(order: PlacedOrder): Coverage {
  const sent = Object.values(order.fulfillments).filter(({ status }) => status !== "cancelled");
  const covers = (some: Fulfillment[]) =>
    some.length > 0 && some.reduce((sum, { units }) => sum + (units ?? order.header.units), 0) >= order.header.units;
  if (sent.length === 0) return { status: "unfulfilled" };
  if (!covers(sent)) return { status: "partially_shipped" };
  const those = (is: FulfillmentStatus) => sent.filter(({ status }) => status === is);
  const isUnderWay = those("shipped").length > 0 && !covers(those("delivered"));
  const status = isUnderWay ? "shipped" : those("delivered").length > 0 ? "delivered" : "returned";
  const [deliveries, departures] = [wordsOf(order, "deliveries"), wordsOf(order, "departures")];
  const takenAt = ({ key, status }: Fulfillment) => {
    const word = status === "shipped" ? undefined : own(deliveries, key);
    return word?.deliveredAt ?? word?.version.at;
  };
  const taken = sent.filter(takenAt);
  const shippedAt = latest(sent.map((one) => leftAt(own(departures, one.key) ?? one)));
  const deliveredAt = covers(taken) ? latest(taken.map(takenAt)) : undefined;
  return { status, ...(shippedAt && { shippedAt }), ...(deliveredAt && { deliveredAt }) };
}

interface Move {
  at: Instant;
  rank: number;
  apply(stage: Stage): Stage;
}

const automatic = (at: Instant | undefined, from: readonly Stage[], to: Stage): Move[] =>
  at === undefined ? [] : [{ at, rank: 0, apply: (stage) => (from.includes(stage) ? to : stage) }];

/** A platform repeats its status in every snapshot; only a change of it is a move. */
function reportedMoves(order: PlacedOrder): Move[] {
  let platform: Stage = "new";
  return [...order.stages].sort(compareReports).flatMap(({ by, stage, reportedAt }): Move[] => {
    if (by === "platform" && stage === platform) return [];
    if (by === "platform") platform = stage;
    return [{ at: reportedAt, rank: by === "staff" ? 2 : 1, apply: () => stage }];
  });
}

/** What moves an order from stage to stage, in the order of time. */
const movesOf = (order: PlacedOrder, paidAt: Instant | undefined, coverage: Coverage): Move[] =>
  [
    ...automatic(paidAt, STAGES_BEFORE_PROCESSING, "processing"),
    ...automatic(coverage.shippedAt, STAGES_BEFORE_SHIPPED, "shipped"),
    ...automatic(coverage.deliveredAt, STAGES_BEFORE_DELIVERED, "delivered"),
    ...reportedMoves(order),
  ].sort((a, b) => compareText(a.at, b.at) || a.rank - b.rank);

/** When the stage last moved, which may lie ahead of our clock: platforms have clocks of their own. */
export const lastMovedAt = (order: PlacedOrder): Instant | undefined =>
  movesOf(order, moneyOf(order).paidAt, coverageOf(order)).at(-1)?.at;

/** Derives the view of a placed order; nothing is due of a cancelled one, whatever was paid. */
export function viewOf(order: PlacedOrder): OrderView {
  const money = moneyOf(order);
  const coverage = coverageOf(order);
  const moves = movesOf(order, money.paidAt, coverage);
  const stage = moves.reduce<Stage>((before, move) => move.apply(before), "new");
  const cancelled = stage === "cancelled";
  const dueMinor = cancelled ? 0 : money.dueMinor;
  return { ...money, dueMinor, stage, fulfillmentStatus: coverage.status, cancelled };
}
