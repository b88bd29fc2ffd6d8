import * as z from "zod";
import { CustomerId, JourneyId, OrderId } from "../../../events/values.ts";
import { cursorOf } from "../../shell/cursor.ts";
import { PageQuery, pageOf, route } from "../../shell/route.ts";
import { messageLists } from "../../table/message-lists.ts";
import { StatePosition } from "../../table/pages.ts";
import { MessageAnswer, presentMessage } from "./answers.ts";

const about = { customerId: CustomerId.optional(), orderId: OrderId.optional(), journeyId: JourneyId.optional() };

/** Lists messages. */
export const handler = route({
  summary: "List the messages to a customer, about an order or of a journey, newest first.",
  query: z
    .strictObject({ ...PageQuery, ...about })
    .refine(({ customerId, orderId, journeyId }) => customerId ?? orderId ?? journeyId, {
      error: "Name a customer, an order or a journey.",
      path: ["customerId"],
    }),
  answers: { 200: pageOf(MessageAnswer) },
  needs: { messageLists },
  async run(input, context) {
    const { limit, cursor: _, ...filters } = input.query;
    const cursor = cursorOf(input);
    const { items, next } = await context.messageLists.page(filters, limit, cursor.read(StatePosition));
    return { status: 200, body: { items: items.map(presentMessage), nextCursor: cursor.write(next) } };
  },
});
