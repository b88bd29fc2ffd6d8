import { JourneyDefinition } from "../definition.ts";

/**
 * Asks once for the payment of an order, a day after it was placed. The deployment's promo code is shown to people who
 * allowed marketing by e-mail; where none is set, everyone gets the plain form.
 */
export const unpaidReminderFirst: JourneyDefinition = JourneyDefinition.parse({
  id: "jrn_unpaid-reminder",
  version: 1,
  name: "Reminder of an unpaid order",
  trigger: {
    event: "order.placed",
    // An order may come with a part of its money: whether it is paid is asked when the day is over.
    where: {
      messaging: ["all"],
      paymentTiming: ["prepaid"],
      paymentStatus: ["unpaid", "partially_paid", "partially_refunded", "refunded"],
    },
  },
  entry: { "order.messaging": ["all"], "order.paymentTiming": ["prepaid"] },
  exitOn: [
    { event: "order.paid", when: { "order.paid": [true] } },
    { event: "order.cancelled", when: { "order.cancelled": [true] } },
  ],
  reentry: "never",
  start: "day",
  steps: {
    day: { kind: "wait", config: { hours: 24, since: "order_placed" }, edges: { done: "unpaid" } },
    unpaid: {
      kind: "condition",
      config: { when: { "order.paid": [false], "order.cancelled": [false] } },
      edges: { yes: "remind", no: "settled" },
    },
    remind: {
      kind: "send",
      config: {
        channel: "email",
        template: "unpaid-reminder",
        forms: [
          {
            variant: "with_promo",
            when: { "customer.emailMarketing": [true] },
            params: { promoCode: { setting: "promoCode" } },
          },
          { variant: "plain" },
        ],
      },
      edges: { done: "reminded" },
    },
    reminded: { kind: "exit", config: { reason: "reminded" } },
    settled: { kind: "exit", config: { reason: "settled" } },
  },
});

/** The same, but never within an hour of our hearing of the order: its confirmation goes then. */
export const unpaidReminder: JourneyDefinition = JourneyDefinition.parse({
  ...unpaidReminderFirst,
  version: 2,
  steps: {
    ...unpaidReminderFirst.steps,
    day: { kind: "wait", config: { hours: 24, since: "order_placed", atLeastHours: 1 }, edges: { done: "unpaid" } },
  },
});
