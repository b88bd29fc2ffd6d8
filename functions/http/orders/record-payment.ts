import { route } from "../../shell/route.ts";
import { orderChanges } from "../../table/order-changes.ts";
import { orderReader, shownOrder } from "../../table/order-reader.ts";
import { payments } from "../../table/payments.ts";
import { orderIdFrom } from "../scope.ts";
import { checkTimes } from "../times.ts";
import { OrderAnswer, OrderPath } from "./answers.ts";
import { captureOf } from "./incoming.ts";
import { CaptureInput } from "./inputs.ts";

/** Records money that came in for an order. */
export const handler = route({
  summary: "Record money that came in for an order; the same externalId of a provider is one payment.",
  path: OrderPath,
  body: CaptureInput,
  answers: { 201: OrderAnswer },
  needs: { orderChanges, orderReader, payments },
  guarded: true,
  async run({ path, body, caller, origin, ifMatch, now }, context) {
    checkTimes(body, now);
    const orderId = orderIdFrom(caller, path.orderId);
    const order = await context.orderChanges.pay(orderId, { capture: captureOf(body), version: ifMatch }, origin, now);
    const joined = await context.payments.joinVouched(order.state, [body], origin, now);
    return joined > 0 ? { status: 201, resource: orderId } : { status: 201, ...shownOrder(order) };
  },
  async present(orderId, context) {
    return shownOrder(await context.orderReader.get(orderId));
  },
});
