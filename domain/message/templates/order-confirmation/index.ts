import { aboutOrder } from "../../about-order.ts";
import type { Template } from "../../template.ts";
import { en } from "./en.ts";
import { ru } from "./ru.ts";
import { uk } from "./uk.ts";

const HOUR_MS = 3_600_000;

/** The receipt of an order: what was bought, what it costs, where it goes and how it is paid. */
export const orderConfirmation: Template = {
  name: "order-confirmation",
  delivery: "at_least_once",
  variants: { plain: "transactional" },
  ...aboutOrder({ withinMs: 48 * HOUR_MS, late: "stale", changed: ({ cancelled }) => cancelled }),
  locales: { uk, ru, en },
};
