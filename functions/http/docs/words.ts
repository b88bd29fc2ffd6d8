import type { NounWords } from "./vocabulary.ts";

/** What the reference says of itself. */
export const words: NounWords = {
  fields: {
    asset: "A script or style that the page names.",
    status: "`ok`: requests are served.",
  },
  operations: { "get-asset": { refusals: { 404: ["asset_not_found"] } } },
};
