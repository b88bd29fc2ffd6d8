import * as z from "zod";
import { CustomerId, ExternalId, PaymentStatus, Stage, StoreId } from "../../../events/values.ts";
import { cursorOf } from "../../shell/cursor.ts";
import { PageQuery, pageOf, route } from "../../shell/route.ts";
import { orderLists } from "../../table/order-lists.ts";
import { summaryOf } from "../../table/order-reader.ts";
import { StatePosition } from "../../table/pages.ts";
import { sightOf } from "../../table/sight.ts";
import { firstInstant, lastInstant, RangeEnd } from "../range.ts";
import { storeFilter } from "../scope.ts";
import { OrderSummary } from "./answers.ts";

/** Lists orders. */
export const handler = route({
  summary: "List orders, newest first.",
  query: z.strictObject({
    ...PageQuery,
    storeId: StoreId.optional(),
    stage: Stage.optional(),
    paymentStatus: PaymentStatus.optional(),
    customerId: CustomerId.optional(),
    externalId: ExternalId.optional(),
    from: RangeEnd.optional(),
    to: RangeEnd.optional(),
  }),
  answers: { 200: pageOf(OrderSummary) },
  needs: { orderLists },
  async run(input, context) {
    const { limit, cursor: _, storeId, from, to, ...filters } = input.query;
    const cursor = cursorOf(input);
    const range = { from: firstInstant(from), to: lastInstant(to) };
    const seen = { ...sightOf(input.origin), storeId: storeFilter(input.caller, storeId) };
    const wanted = { ...filters, ...range, ...seen };
    const { items, next } = await context.orderLists.page(wanted, limit, cursor.read(StatePosition));
    return { status: 200, body: { items: items.map(summaryOf), nextCursor: cursor.write(next) } };
  },
});
