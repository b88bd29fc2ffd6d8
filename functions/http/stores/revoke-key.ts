import * as z from "zod";
import { id } from "../../../events/values.ts";
import { route } from "../../shell/route.ts";
import { storeAdmin } from "../../table/store-admin.ts";
import { StorePath } from "./answers.ts";

/** Revokes a key of a store. */
export const handler = route({
  summary: "Revoke a key; it stops working within a minute.",
  path: StorePath.extend({ keyId: id(z.string().min(1).max(40)) }),
  answers: { 204: z.undefined() },
  needs: { storeAdmin },
  async run({ path: { storeId, keyId }, origin, now }, context) {
    await context.storeAdmin.revokeKey(storeId, keyId, origin, now);
    return { status: 204 };
  },
});
