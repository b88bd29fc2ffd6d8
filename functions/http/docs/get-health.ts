import * as z from "zod";
import { fact } from "../../../events/values.ts";
import { route } from "../../shell/route.ts";

/** Says that the API answers. */
export const handler = route({
  summary: "Say that the API answers.",
  answers: { 200: z.strictObject({ status: fact(z.literal("ok")) }) },
  async run() {
    return { status: 200, body: { status: "ok" } };
  },
});
