import * as z from "zod";
import { StoreId } from "../../../events/values.ts";
import { cursorOf } from "../../shell/cursor.ts";
import { PageQuery, pageOf, route } from "../../shell/route.ts";
import { hookReader } from "../../table/hooks-reader.ts";
import { StatePosition } from "../../table/pages.ts";
import { HookAnswer, presentHook } from "./answers.ts";

/** Lists the hooks of a store, or all. */
export const handler = route({
  summary: "List the hooks, in the order in which they were connected.",
  query: z.strictObject({ ...PageQuery, storeId: StoreId.optional() }),
  answers: { 200: pageOf(HookAnswer) },
  needs: { hookReader },
  async run(input, context) {
    const { limit, storeId } = input.query;
    const cursor = cursorOf(input);
    const { items, next } = await context.hookReader.page(storeId, limit, cursor.read(StatePosition));
    const shown = items.map((hook) => presentHook(hook, input.event, input.now));
    return { status: 200, body: { items: shown, nextCursor: cursor.write(next) } };
  },
});
