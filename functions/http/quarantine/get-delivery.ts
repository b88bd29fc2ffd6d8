import { route } from "../../shell/route.ts";
import { quarantineReader } from "../../table/quarantine-reader.ts";
import { presentQuarantine, QuarantineAnswer, QuarantinePath } from "./answers.ts";

/** Shows one quarantined delivery. */
export const handler = route({
  summary: "Get a delivery that could not be used; what it says stays sealed.",
  path: QuarantinePath,
  answers: { 200: QuarantineAnswer },
  needs: { quarantineReader },
  async run({ path: { quarantineId } }, context) {
    const found = await context.quarantineReader.get(quarantineId);
    return { status: 200, body: presentQuarantine(found), version: found.version };
  },
});
