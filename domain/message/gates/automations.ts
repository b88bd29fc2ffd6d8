import type { Gate } from "../gate.ts";

/** Imported history and orders that came with `automations: none` are nobody's news. */
export const automations: Gate = {
  name: "automations",
  asks: "May anybody be messaged about this order at all?",
  judge({ order }) {
    if (!order || order === "gone" || order.messaging === "all") return undefined;
    return { kind: "skip", reason: order.messaging === "none" ? "automations_off" : "stale" };
  },
};
