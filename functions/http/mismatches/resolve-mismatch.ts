import * as z from "zod";
import { Code, personal } from "../../../events/values.ts";
import { route } from "../../shell/route.ts";
import { mismatches } from "../../table/mismatches.ts";
import { MismatchAnswer, MismatchPath, presentMismatch } from "./answers.ts";

/** Settles a mismatch. */
export const handler = route({
  summary: "Settle an open mismatch by a booking, with a note that only finance reads.",
  path: MismatchPath,
  body: z.strictObject({ booking: Code, note: personal(z.string().trim().max(5_000)).optional() }),
  answers: { 200: MismatchAnswer },
  needs: { mismatches },
  guarded: true,
  async run({ path: { mismatchId }, body, origin, ifMatch, now }, context) {
    await context.mismatches.resolve(mismatchId, { ...body, version: ifMatch }, origin, now);
    return { status: 200, resource: mismatchId };
  },
  async present(mismatchId, context) {
    const found = await context.mismatches.get(mismatchId);
    return { body: presentMismatch(found), version: found.version };
  },
});
