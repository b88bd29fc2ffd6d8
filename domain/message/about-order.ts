import type { SkipReason } from "../../events/message.ts";
import { plusMs } from "../kernel/calendar.ts";
import type { OrderFacts } from "./facts.ts";
import type { Template } from "./template.ts";

interface Rule {
  withinMs: number;
  late: SkipReason;
  changed: (order: OrderFacts) => boolean;
}

/** When a message about an order makes no sense any more: the order changed, or was placed too long ago. */
export function aboutOrder({ withinMs, late, changed }: Rule): Pick<Template, "outdated" | "deadline"> {
  const deadline: Template["deadline"] = ({ order }) =>
    order && order !== "gone" ? plusMs(order.placedAt, withinMs) : undefined;
  return {
    deadline,
    outdated({ now, order }) {
      if (!order || order === "gone" || changed(order)) return "subject_changed";
      return plusMs(order.placedAt, withinMs) < now ? late : undefined;
    },
  };
}
