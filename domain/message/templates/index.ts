import type { Purpose } from "../../../events/values.ts";
import { PLAIN, type Template } from "../template.ts";
import { orderConfirmation } from "./order-confirmation/index.ts";
import { unpaidReminder } from "./unpaid-reminder/index.ts";

/** Every kind of message, by name. */
export const templates: Readonly<Record<string, Template>> = {
  "order-confirmation": orderConfirmation,
  "unpaid-reminder": unpaidReminder,
};

/** A template by its name. */
export function templateOf(name: string): Template {
  const found = templates[name];
  if (!found) throw new Error(`There is no template ${name}.`);
  return found;
}

/** What a form of a template is for. */
export function purposeOf(template: Template, variant: string = PLAIN): Purpose {
  const purpose = template.variants[variant];
  if (!purpose) throw new Error(`The template ${template.name} has no variant ${variant}.`);
  return purpose;
}
