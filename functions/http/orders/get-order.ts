import { route } from "../../shell/route.ts";
import { orderReader, shownOrder } from "../../table/order-reader.ts";
import { orderIdFrom, seenBy } from "../scope.ts";
import { OrderAnswer, OrderPath } from "./answers.ts";

/** Shows one order. */
export const handler = route({
  summary: "Get an order with everything that was pushed and what follows from all facts about it.",
  path: OrderPath,
  answers: { 200: OrderAnswer },
  needs: { orderReader },
  async run({ path, caller, origin }, context) {
    const order = await context.orderReader.get(orderIdFrom(caller, path.orderId));
    seenBy(origin, order.state);
    return { status: 200, ...shownOrder(order) };
  },
});
