import { route } from "../../shell/route.ts";
import { storeAdmin } from "../../table/store-admin.ts";
import { storeReader } from "../../table/store-reader.ts";
import { localeOf, presentStore, SettingsInput, StoreAnswer } from "./answers.ts";

/** Connects a shop or channel. */
export const handler = route({
  summary: "Connect a store: a shop or channel of the merchant.",
  body: SettingsInput,
  answers: { 201: StoreAnswer },
  needs: { storeAdmin, storeReader },
  async run({ body, origin, now }, context) {
    const storeId = context.ids.next("sto");
    const settings = { ...body, locale: body.locale ?? localeOf(body.country) };
    await context.storeAdmin.open(storeId, settings, origin, now);
    return { status: 201, resource: storeId };
  },
  async present(storeId, context) {
    const store = await context.storeReader.get(storeId);
    return { body: presentStore(store), version: store.version };
  },
});
