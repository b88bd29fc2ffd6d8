import type { Gate } from "../gate.ts";

/** What a test key brought never reaches a stranger. */
export const testMode: Gate = {
  name: "test_mode",
  asks: "If it is about a test order: is the address listed for testing?",
  judge({ message, address, testAddresses }) {
    const listed = !message.test || (address !== undefined && testAddresses.includes(address));
    return listed ? undefined : { kind: "skip", reason: "test_address_unlisted" };
  },
};
