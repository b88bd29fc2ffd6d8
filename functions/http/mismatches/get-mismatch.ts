import { route } from "../../shell/route.ts";
import { mismatches } from "../../table/mismatches.ts";
import { MismatchAnswer, MismatchPath, presentMismatch } from "./answers.ts";

/** Shows one mismatch. */
export const handler = route({
  summary: "Get a mismatch, with what its provider has for finding a payment that has no order.",
  path: MismatchPath,
  answers: { 200: MismatchAnswer },
  needs: { mismatches },
  async run({ path: { mismatchId } }, context) {
    const found = await context.mismatches.get(mismatchId);
    return { status: 200, body: presentMismatch(found), version: found.version };
  },
});
