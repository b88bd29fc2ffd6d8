import { route } from "../../shell/route.ts";
import { orderChanges } from "../../table/order-changes.ts";
import { orderReader, shownOrder } from "../../table/order-reader.ts";
import { orderIdFrom } from "../scope.ts";
import { OrderAnswer, OrderPath } from "./answers.ts";
import { MoveInput } from "./inputs.ts";

/** Gives an order a stage. */
export const handler = route({
  summary: "Give an order a stage; a note is kept in its history.",
  path: OrderPath,
  body: MoveInput,
  answers: { 200: OrderAnswer },
  needs: { orderChanges, orderReader },
  guarded: true,
  async run({ path, body, caller, origin, ifMatch, now }, context) {
    const orderId = orderIdFrom(caller, path.orderId);
    const order = await context.orderChanges.move(orderId, { ...body, version: ifMatch }, origin, now);
    return { status: 200, ...shownOrder(order) };
  },
  async present(orderId, context) {
    return shownOrder(await context.orderReader.get(orderId));
  },
});
