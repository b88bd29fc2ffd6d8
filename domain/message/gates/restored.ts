import type { Gate } from "../gate.ts";

/** A restored table has forgotten what was sent until it was lost: what is older may have been told already. */
export const restored: Gate = {
  name: "restored",
  asks: "Did it come up after the last restore of the table, which forgot what was sent before?",
  judge({ message, order, lostAt }) {
    if (lostAt === undefined) return undefined;
    const since = order && order !== "gone" ? order.placedAt : message.requestedAt;
    return since < lostAt ? { kind: "skip", reason: "restored" } : undefined;
  },
};
