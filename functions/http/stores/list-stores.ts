import * as z from "zod";
import { cursorOf } from "../../shell/cursor.ts";
import { PageQuery, pageOf, route } from "../../shell/route.ts";
import { StatePosition } from "../../table/pages.ts";
import { storeReader } from "../../table/store-reader.ts";
import { presentStore, StoreAnswer } from "./answers.ts";

/** Lists the merchant's stores. */
export const handler = route({
  summary: "List the stores, in the order in which they were connected.",
  query: z.strictObject(PageQuery),
  answers: { 200: pageOf(StoreAnswer) },
  needs: { storeReader },
  async run(input, context) {
    const cursor = cursorOf(input);
    const { items, next } = await context.storeReader.page(input.query.limit, cursor.read(StatePosition));
    return { status: 200, body: { items: items.map(presentStore), nextCursor: cursor.write(next) } };
  },
});
