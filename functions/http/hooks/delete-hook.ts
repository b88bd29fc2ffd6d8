import * as z from "zod";
import { route } from "../../shell/route.ts";
import { hooks } from "../../table/hooks.ts";
import { HookPath } from "./answers.ts";

/** Takes a provider's address back. */
export const handler = route({
  summary: "Disconnect a provider: its deliveries are refused within 15 seconds.",
  path: HookPath,
  answers: { 204: z.undefined() },
  needs: { hooks },
  guarded: true,
  async run({ path: { hookId }, origin, ifMatch, now }, context) {
    await context.hooks.disconnect(hookId, origin, now, ifMatch);
    return { status: 204 };
  },
});
