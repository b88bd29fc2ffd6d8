import { aboutOrder } from "../../about-order.ts";
import type { Template } from "../../template.ts";
import { en } from "./en.ts";
import { ru } from "./ru.ts";
import { uk } from "./uk.ts";

const HOUR_MS = 3_600_000;

/** Asks for the payment of an order once; with a promo code it is marketing and needs consent. */
export const unpaidReminder: Template = {
  name: "unpaid-reminder",
  delivery: "at_most_once",
  variants: { plain: "transactional", with_promo: "marketing" },
  ...aboutOrder({
    withinMs: 72 * HOUR_MS,
    late: "too_late",
    changed: ({ cancelled, paid, paymentTiming }) => cancelled || paid || paymentTiming !== "prepaid",
  }),
  locales: { uk, ru, en },
};
