import type { EventOf } from "../../events/event.ts";
import type { OrderAgreed, OrderDisagreed } from "../../events/order.ts";
import type { PaymentMatched, PaymentUnmatched } from "../../events/payment.ts";
import { consumer, eventIn, originOf } from "../shell/consumer.ts";
import type { Runtime } from "../shell/port.ts";
import { plan, wakes } from "../shell/wake.ts";
import type { Suspicion } from "../table/mismatch-ids.ts";
import { mismatchWatch } from "../table/mismatch-watch.ts";

type Watched =
  | EventOf<typeof OrderDisagreed>
  | EventOf<typeof OrderAgreed>
  | EventOf<typeof PaymentUnmatched>
  | EventOf<typeof PaymentMatched>;

/** Looks at the money that an event speaks of, and plans the next look for when its grace runs out. */
export const watchMismatch = (runtimeOf?: () => Runtime) =>
  consumer(
    {
      needs: { mismatchWatch, wakes },
      async run({ body, now }, context) {
        const event = eventIn<Watched>(body);
        const look = await context.mismatchWatch.look(suspicionOf(event), event.at, originOf(event), now);
        await plan(context.wakes, look, { mismatchId: look.subject });
      },
    },
    runtimeOf,
  );

export const handler = watchMismatch();

function suspicionOf({ type, data }: Watched): Suspicion {
  return type === "payment.unmatched" || type === "payment.matched"
    ? { kind: "unknown_order", paymentId: data.paymentId }
    : { kind: data.kind, orderId: data.orderId };
}
