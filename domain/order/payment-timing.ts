import type { PaymentTiming } from "../../events/values.ts";

/**
 * Names that platforms, extensions and marketplaces of our markets give to paying at the door. Short ones are words of
 * their own: `code`, `cashback`, `Cash App` and `безготівковий` are none of them.
 */
const ON_DELIVERY = [
  /(?<!\p{L})cod(?!\p{L})/u,
  /(?<!\p{L}|non.?)cash(?!\p{L}|.?app)/u,
  /(?<!\p{L})(готівк|наличн)/u,
  /on.?delivery/,
  /pay.?on.?(receipt|pickup)/,
  /наложен/,
  /накладен|післяплат|пiсляплат/,
  /при (получении|отриманні)/,
];
const BY_INVOICE = [/^bacs$/, /bank/, /invoice/, /wire/, /^cheque$/, /рахун|счет|счёт|безгот|безнал|iban/];

const matches = (patterns: readonly RegExp[], method: string) => patterns.some((pattern) => pattern.test(method));

/**
 * When the buyer pays, by the name of the payment method: cash is on_delivery, a bank transfer of a company is by
 * invoice, everything else (cards, wallets, unknown names) is prepaid.
 */
export function timingOf(paymentMethod: string | undefined, isCompany: boolean): PaymentTiming {
  const method = (paymentMethod ?? "").trim().toLowerCase();
  if (matches(ON_DELIVERY, method)) return "on_delivery";
  return isCompany && matches(BY_INVOICE, method) ? "invoice" : "prepaid";
}
