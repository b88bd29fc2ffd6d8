import type { EventOf } from "../../events/event.ts";
import type { OrderPlaced } from "../../events/order.ts";
import { consumer, eventIn, originOf } from "../shell/consumer.ts";
import { derivedId } from "../shell/derived-ids.ts";
import type { Runtime } from "../shell/port.ts";
import { messages } from "../table/messages.ts";

const TEMPLATE = "order-confirmation";

/** Asks for the confirmation of a placed order, once; whether it still makes sense is judged when it is sent. */
export const requestOrderConfirmation = (runtimeOf?: () => Runtime) =>
  consumer(
    {
      needs: { messages },
      async run({ body, now }, context) {
        const event = eventIn<EventOf<typeof OrderPlaced>>(body);
        const { orderId, storeId, customerId, messaging, test } = event.data;
        if (messaging !== "all") return;
        const messageId = derivedId("msg", TEMPLATE, orderId);
        const subject = { messageId, storeId, customerId, orderId, test };
        await context.messages.request({ ...subject, channel: "email", template: TEMPLATE }, originOf(event), now);
      },
    },
    runtimeOf,
  );

export const handler = requestOrderConfirmation();
