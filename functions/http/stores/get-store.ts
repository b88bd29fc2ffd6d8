import { route } from "../../shell/route.ts";
import { storeReader } from "../../table/store-reader.ts";
import { presentStore, StoreAnswer, StorePath } from "./answers.ts";

/** Shows one store. */
export const handler = route({
  summary: "Get a store with its settings.",
  path: StorePath,
  answers: { 200: StoreAnswer },
  needs: { storeReader },
  async run({ path }, context) {
    const store = await context.storeReader.get(path.storeId);
    return { status: 200, body: presentStore(store), version: store.version };
  },
});
