import { hasConsent, hasWithdrawn } from "../../customer/customer.ts";
import { channelOf } from "../channels/index.ts";
import type { Gate } from "../gate.ts";

/** Silence is no permission. */
export const consent: Gate = {
  name: "consent",
  asks: "Where the purpose needs it: does the customer allow it on this channel?",
  judge({ message: { channel, purpose }, customer }) {
    if (!channelOf(channel).consent.includes(purpose) || hasConsent(customer, channel, purpose)) return undefined;
    const reason = hasWithdrawn(customer, channel, purpose) ? "consent_withdrawn" : "no_consent";
    return { kind: "skip", reason };
  },
};
