import * as z from "zod";
import { MismatchKind, OrderId, StoreId } from "../../../events/values.ts";
import { cursorOf } from "../../shell/cursor.ts";
import { PageQuery, pageOf, route } from "../../shell/route.ts";
import { mismatches } from "../../table/mismatches.ts";
import { StatePosition } from "../../table/pages.ts";
import { MismatchAnswer, MismatchStatus, presentMismatch } from "./answers.ts";

/** Lists money that does not agree. */
export const handler = route({
  summary: "List mismatches that finance was told of, newest first.",
  query: z.strictObject({
    ...PageQuery,
    status: MismatchStatus.optional(),
    kind: MismatchKind.optional(),
    storeId: StoreId.optional(),
    orderId: OrderId.optional(),
  }),
  answers: { 200: pageOf(MismatchAnswer) },
  needs: { mismatches },
  async run(input, context) {
    const { limit, cursor: _, ...filters } = input.query;
    const cursor = cursorOf(input);
    const { items, next } = await context.mismatches.page(filters, limit, cursor.read(StatePosition));
    return { status: 200, body: { items: items.map(presentMismatch), nextCursor: cursor.write(next) } };
  },
});
