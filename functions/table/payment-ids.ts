import { derivedId } from "../shell/derived-ids.ts";

/** A provider's payment in a store: all its deliveries are about this item. */
export const paymentIdOf = (storeId: string, provider: string, externalId: string): string =>
  derivedId("pay", storeId, provider, externalId);
