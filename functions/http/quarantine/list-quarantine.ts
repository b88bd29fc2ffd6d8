import * as z from "zod";
import { StoreId } from "../../../events/values.ts";
import { cursorOf } from "../../shell/cursor.ts";
import { PageQuery, pageOf, route } from "../../shell/route.ts";
import { StatePosition } from "../../table/pages.ts";
import { quarantineReader } from "../../table/quarantine-reader.ts";
import { presentQuarantine, QuarantineAnswer, QuarantineStatus } from "./answers.ts";

/** Lists deliveries that could not be used. */
export const handler = route({
  summary: "List the deliveries that could not be used, newest first.",
  query: z.strictObject({ ...PageQuery, storeId: StoreId.optional(), status: QuarantineStatus.optional() }),
  answers: { 200: pageOf(QuarantineAnswer) },
  needs: { quarantineReader },
  async run(input, context) {
    const { limit, ...filters } = input.query;
    const cursor = cursorOf(input);
    const { items, next } = await context.quarantineReader.page(filters, limit, cursor.read(StatePosition));
    return { status: 200, body: { items: items.map(presentQuarantine), nextCursor: cursor.write(next) } };
  },
});
