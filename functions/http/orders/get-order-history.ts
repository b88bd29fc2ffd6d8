import * as z from "zod";
import { Actor } from "../../../events/event.ts";
import { fact, Instant, id, personal } from "../../../events/values.ts";
import { cursorOf } from "../../shell/cursor.ts";
import { PageQuery, pageOf, route } from "../../shell/route.ts";
import { orderHistory } from "../../table/order-history.ts";
import { EventPosition } from "../../table/pages.ts";
import { orderIdFrom, seenBy } from "../scope.ts";
import { OrderPath } from "./answers.ts";

const HistoryItem = z.strictObject({
  eventId: id(z.string()),
  type: fact(z.string()),
  at: Instant,
  actor: Actor,
  data: z.record(z.string(), z.unknown()),
  note: personal(z.string()).optional(),
});

/** Tells what happened to an order. */
export const handler = route({
  summary: "Tell what happened to an order, oldest first.",
  path: OrderPath,
  query: z.strictObject(PageQuery),
  answers: { 200: pageOf(HistoryItem) },
  needs: { orderHistory },
  async run(input, context) {
    const orderId = orderIdFrom(input.caller, input.path.orderId);
    seenBy(input.origin, await context.orderHistory.placed(orderId));
    const cursor = cursorOf(input);
    const { items, next } = await context.orderHistory.page(orderId, input.query.limit, cursor.read(EventPosition));
    return { status: 200, body: { items, nextCursor: cursor.write(next) } };
  },
});
