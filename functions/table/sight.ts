import type { Origin } from "./aggregates.ts";

/** What somebody may see: things of a store, of a mode; of all that is not named. */
export interface Sight {
  storeId?: string | undefined;
  test?: boolean | undefined;
}

/** A key sees its own store in its own mode, so that a test never reads or moves what is live; staff see all. */
export const sightOf = ({ storeId, test = false }: Pick<Origin, "storeId" | "test">): Sight =>
  storeId === undefined ? {} : { storeId, test };

/** True when a thing of one store and mode is seen. */
export const isSeen = (thing: { storeId: string; test: boolean }, { storeId, test }: Sight): boolean =>
  (storeId === undefined || thing.storeId === storeId) && (test === undefined || thing.test === test);
