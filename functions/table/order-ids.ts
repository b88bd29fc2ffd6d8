import { derivedId } from "../shell/derived-ids.ts";

/** The id of a store's order: the same order arriving twice is the same item. */
export const orderIdOf = (storeId: string, externalId: string): string => derivedId("ord", storeId, externalId);
