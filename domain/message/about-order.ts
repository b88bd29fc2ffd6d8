import type { SkipReason } from "../../events/message.ts";
import { plusMs } from "../kernel/calendar.ts";
import type { MessageFacts, OrderFacts } from "./facts.ts";

/** When a message about an order makes no sense any more: the order changed, or was placed too long ago. */
export const aboutOrder =
  (rule: { withinMs: number; late: SkipReason; changed: (order: OrderFacts) => boolean }) =>
  ({ now, order }: Pick<MessageFacts, "now" | "order">): SkipReason | undefined => {
    if (!order || order === "gone" || rule.changed(order)) return "subject_changed";
    return plusMs(order.placedAt, rule.withinMs) < now ? rule.late : undefined;
  };
