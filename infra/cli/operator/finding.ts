import type { Place } from "./place.ts";

/** What a check says of one thing: a sentence, and the page of `docs/runbooks/` that helps where something is to do. */
export type Finding =
  | { state: "ok"; says: string }
  /** It cannot be seen from here, so nobody knows. */
  | { state: "unseen"; says: string }
  /** Somebody should know of it, and nothing is to be put right. */
  | { state: "note"; says: string; page: string }
  /** Something is broken (`wrong`), or somebody has yet to do something (`missing`). */
  | { state: "wrong" | "missing"; says: string; page: string };

/** Looks at one part of a Kolo and changes nothing. */
export interface Check {
  name: string;
  look(place: Place): Promise<Finding[]>;
}

/** Nothing to do. */
export const ok = (says: string): Finding => ({ state: "ok", says });
/** It cannot be seen from here. */
export const unseen = (says: string): Finding => ({ state: "unseen", says });
/** Worth knowing, and nothing to put right; the page of `docs/runbooks/` tells more. */
export const note = (page: string, says: string): Finding => ({ state: "note", says, page });
/** Something is broken; the page of `docs/runbooks/` helps. */
export const wrong = (page: string, says: string): Finding => ({ state: "wrong", says, page });
/** Somebody has yet to do something; the page of `docs/runbooks/` says how. */
export const missing = (page: string, says: string): Finding => ({ state: "missing", says, page });
