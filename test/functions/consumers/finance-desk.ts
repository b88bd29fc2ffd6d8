import { alertFinance } from "../../../functions/consumers/alert-finance.ts";
import { settleMismatch } from "../../../functions/consumers/settle-mismatch.ts";
import { watchMismatch } from "../../../functions/consumers/watch-mismatch.ts";
import type { Alert } from "../../../functions/shell/alerts.ts";
import { orders } from "../../../functions/table/orders.ts";
import { payments } from "../../../functions/table/payments.ts";
import { busMessage, deliver, eventsIn } from "../../support/queue.ts";
import { incoming, openStore, uah } from "../../support/samples.ts";
import { keptSchedules } from "../../support/schedules.ts";
import { origin, world } from "../../support/world.ts";

const WATCHED = ["order.disagreed", "order.agreed", "payment.unmatched", "payment.matched"];

/** A shop with a provider's hook, the consumers that watch its money, and what finance hears. */
export async function financeDesk(env: Record<string, string> = {}) {
  const schedules = keptSchedules();
  const heard: Alert[] = [];
  const alerts = { publish: async (alert: Alert) => void heard.push(alert) };
  const { runtime, table, clock, counts } = world({
    env: { WAKE_QUEUE_ARN: "arn:aws:sqs:eu-central-1:000000000000:settle-mismatch", ...env },
    replaced: () => ({ scheduler: schedules, alerts }),
  });
  const store = await openStore(table, "sto_1", {}, "hok_1");
  const runtimeOf = () => runtime;
  const watch = watchMismatch(runtimeOf);
  const settle = settleMismatch(runtimeOf);
  const tell = alertFinance(runtimeOf);
  let read = 0;

  return {
    runtime,
    table,
    clock,
    schedules,
    heard,
    counts,
    watch,
    settle,
    tell,
    /** Pushes an order, or newer facts of it. */
    order: (part = {}, more = {}) => runtime.get(orders).accept(store, incoming(part, more), origin(), clock.now()),
    /** The provider tells of a capture of so much. */
    capture: (externalId: string, amountMinor: number, references = ["1001"], currency = "UAH") => {
      const version = { at: clock.now(), rank: 0, hash: externalId };
      const received = { amount: { ...uah(amountMinor), currency }, capturedAt: clock.now(), version };
      const hook = { hookId: "hok_1", storeId: "sto_1" };
      const told = { provider: "stripe", externalId, received, references };
      return runtime.get(payments).report(hook, told, origin(), clock.now());
    },
    /** Carries what happened since the last time from the bus to the consumers. */
    async carry(times = 1) {
      const events = eventsIn(table).slice(read);
      read += events.length;
      for (const event of events) {
        const to = WATCHED.includes(event.type) ? watch : event.type === "mismatch.opened" ? tell : undefined;
        for (let time = 0; to && time < times; time += 1) await deliver(to, busMessage(event));
      }
      return events;
    },
    /** Lets time go by, with the wake-ups that fall due. */
    async after(ms: number) {
      clock.advance(ms);
      for (const { target } of schedules.due(clock.now())) await deliver(settle, target.input);
    },
    mismatches: () => table.items().filter(({ pk, sk }) => pk.startsWith("mismatch#") && sk === "state"),
  };
}
