import * as z from "zod";
import { personal } from "../../../events/values.ts";
import { route } from "../../shell/route.ts";
import { quarantined } from "../../table/quarantine.ts";
import { quarantineReader } from "../../table/quarantine-reader.ts";
import { presentQuarantine, QuarantineAnswer, QuarantinePath } from "./answers.ts";

/** Marks a quarantined delivery as dealt with. */
export const handler = route({
  summary: "Mark a quarantined delivery as dealt with, with a note; it waits no more, and can still be replayed.",
  path: QuarantinePath,
  body: z.strictObject({ note: personal(z.string().trim().max(5_000)).optional() }),
  answers: { 200: QuarantineAnswer },
  needs: { quarantined, quarantineReader },
  guarded: true,
  async run({ path: { quarantineId }, body: { note }, origin, ifMatch, now }, context) {
    await context.quarantined.dismiss(quarantineId, { note, version: ifMatch }, origin, now);
    return { status: 200, resource: quarantineId };
  },
  async present(quarantineId, context) {
    const found = await context.quarantineReader.get(quarantineId);
    return { body: presentQuarantine(found), version: found.version };
  },
});
