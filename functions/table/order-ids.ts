import { derivedId } from "../shell/derived-ids.ts";

/**
 * The id of a store's order: the same order arriving twice is the same item. What a test key brings is another order,
 * even under the same name.
 */
export const orderIdOf = (storeId: string, externalId: string, test: boolean): string =>
  test ? derivedId("ord", storeId, externalId, "test") : derivedId("ord", storeId, externalId);
