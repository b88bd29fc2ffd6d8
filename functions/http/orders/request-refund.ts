import { startRefund } from "../../../domain/order/refund.ts";
import { route } from "../../shell/route.ts";
import { orderChanges } from "../../table/order-changes.ts";
import { orderReader, shownOrder } from "../../table/order-reader.ts";
import { orderIdFrom } from "../scope.ts";
import { checkTimes } from "../times.ts";
import { OrderAnswer, OrderPath } from "./answers.ts";
import { RefundInput, refundOf } from "./inputs.ts";

/** Records a refund that was made elsewhere, or asks for one to be made. */
export const handler = route({
  summary: "Record money that went back to the buyer, or start a refund at the payment's provider.",
  path: OrderPath,
  body: RefundInput,
  answers: { 201: OrderAnswer },
  needs: { orderChanges, orderReader },
  guarded: true,
  async run({ path, body, caller, origin, ifMatch, now }, context) {
    checkTimes(body, now);
    const orderId = orderIdFrom(caller, path.orderId);
    if (body.mode === "start") return startRefund((await context.orderReader.get(orderId)).state, body.amount);
    const refund = refundOf(body, { id: context.ids.next("ref"), now });
    const order = await context.orderChanges.refund(
      orderId,
      { refund, note: body.note, version: ifMatch },
      origin,
      now,
    );
    return { status: 201, ...shownOrder(order) };
  },
  async present(orderId, context) {
    return shownOrder(await context.orderReader.get(orderId));
  },
});
