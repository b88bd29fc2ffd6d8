import type { Gate } from "../gate.ts";

/** An address that bounced, or whose owner complained, is not messaged again. */
export const suppression: Gate = {
  name: "suppression",
  asks: "Did the address never bounce for good, and did its owner never complain?",
  judge: ({ suppressed }) => (suppressed ? { kind: "skip", reason: "suppressed" } : undefined),
};
