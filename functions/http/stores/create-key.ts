import { randomBytes } from "node:crypto";
import * as z from "zod";
import { secretHashOf } from "../../shell/caller.ts";
import { route } from "../../shell/route.ts";
import { storeAdmin } from "../../table/store-admin.ts";
import { KeyAnswer, KeyMode, StorePath } from "./answers.ts";

const SECRET_BYTES = 32;
const PREFIX = "key";

/** Makes a key for a store. */
export const handler = route({
  summary: "Make a key of a store. The key is shown once: a repeated Idempotency-Key answers its id only.",
  path: StorePath,
  body: z.strictObject({ mode: KeyMode }),
  answers: { 201: KeyAnswer },
  needs: { storeAdmin },
  async run({ path: { storeId }, body: { mode }, origin, now }, context) {
    const keyId = context.ids.next(PREFIX).slice(PREFIX.length + 1);
    const secret = randomBytes(SECRET_BYTES).toString("base64url");
    const isPublic = mode === "publishable";
    const kept = { keyId, mode, ...(!isPublic && { secretHash: secretHashOf(secret) }) };
    await context.storeAdmin.addKey(storeId, kept, origin, now);
    const key = isPublic ? `kolo_pub_${keyId}` : `kolo_${mode}_${keyId}_${secret}`;
    return { status: 201, body: { id: keyId, storeId, mode, key } };
  },
  async present(keyId, context) {
    const { storeId, mode } = await context.storeAdmin.key(keyId);
    return { body: { id: keyId, storeId, mode } };
  },
});
