import { route } from "../../shell/route.ts";
import { storeAdmin } from "../../table/store-admin.ts";
import { storeReader } from "../../table/store-reader.ts";
import { presentStore, SettingsInput, StoreAnswer, StorePath } from "./answers.ts";

/** Changes settings of a store. */
export const handler = route({
  summary: "Change settings of a store; what is not given stays.",
  path: StorePath,
  body: SettingsInput.partial(),
  answers: { 200: StoreAnswer },
  needs: { storeAdmin, storeReader },
  guarded: true,
  async run({ path: { storeId }, body: settings, origin, ifMatch, now }, context) {
    await context.storeAdmin.change(storeId, { settings, version: ifMatch }, origin, now);
    return { status: 200, resource: storeId };
  },
  async present(storeId, context) {
    const store = await context.storeReader.get(storeId);
    return { body: presentStore(store), version: store.version };
  },
});
