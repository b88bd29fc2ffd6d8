import type { OrderEvent } from "../../events/order.ts";
import { referenceKey } from "./keys.ts";
import type { Write } from "./table.ts";

/** What is paid by hand no provider tells. */
export const BY_HAND = "manual";

/** The order that somebody vouches for a payment of. */
interface Vouching {
  orderId: string;
  storeId: string;
  test: boolean;
}

/** By the provider too, as a capture's key: a till's ids may look like orders' names. */
export const vouchedName = (provider: string, externalId: string): string => `${provider}:${externalId}`;

/**
 * The notes by which a provider's payment that names no order finds the order that vouched for it. They are written
 * with the payment itself, so that no crash comes between. A test order pays with nobody's money.
 */
export const vouchWrites = ({ orderId, storeId, test }: Vouching, events: readonly OrderEvent[]): Write[] =>
  events.flatMap((event) =>
    event.type === "payment.captured" && event.data.provider !== BY_HAND && !test
      ? [{ put: { ...referenceKey(storeId, event.data.key, orderId) } }]
      : [],
  );
