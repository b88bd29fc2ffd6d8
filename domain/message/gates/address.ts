import type { Gate } from "../gate.ts";

/** Without an address there is no message. */
export const address: Gate = {
  name: "address",
  asks: "Do we know an address of the customer on this channel?",
  judge: (facts) => (facts.address === undefined ? { kind: "skip", reason: "no_address" } : undefined),
};
