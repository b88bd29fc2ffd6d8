import { alertOf } from "../../domain/mismatch/alert.ts";
import type { EventOf } from "../../events/event.ts";
import type { MismatchOpened } from "../../events/mismatch.ts";
import { Locale } from "../../events/values.ts";
import { alerts } from "../shell/alerts.ts";
import { consumer, eventIn } from "../shell/consumer.ts";
import { meter } from "../shell/meter.ts";
import { type Runtime, setting } from "../shell/port.ts";
import { mismatches } from "../table/mismatches.ts";

/** Tells finance of a mismatch that was opened; it may be told twice, never not at all. */
export const alertFinance = (runtimeOf?: () => Runtime) =>
  consumer(
    {
      needs: { alerts, mismatches, meter },
      async run({ body }, context) {
        const { data, storeId = "" } = eventIn<EventOf<typeof MismatchOpened>>(body);
        const { mismatchId, kind, severity } = data;
        const facts = await context.mismatches.factsOf(data, storeId);
        const locale = Locale.parse(setting(context, "FINANCE_LOCALE"));
        const attributes = { mismatchId, kind, severity, storeId };
        await context.alerts.publish({ ...alertOf(facts, locale), attributes });
        context.meter.count({ MismatchesOpened: 1 });
      },
    },
    runtimeOf,
  );

export const handler = alertFinance();
