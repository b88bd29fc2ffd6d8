import type { Circumstances, Report } from "../../functions/adapters/adapter.ts";
import { adapterOf } from "../../functions/adapters/registry.ts";
import { readJson } from "../../functions/shell/json.ts";
import { NOW } from "./clock.ts";
import { rawOf, type Said, type SenderName } from "./providers.ts";
import { shopifyDay } from "./samples/shopify.ts";
import { stripeDay } from "./samples/stripe.ts";
import { wooDay } from "./samples/woocommerce.ts";

/** A day of each provider in the order in which things happened. */
export const days: Record<SenderName, readonly Said[]> = {
  shopify: shopifyDay,
  woocommerce: wooDay,
  stripe: stripeDay,
};

/** Translates what a provider says, read from its bytes, for a Ukrainian store. */
export function translated(provider: SenderName, { topic, body }: Said, part: Partial<Circumstances> = {}): Report {
  const store = { country: "UA", currency: "UAH" };
  return adapterOf(provider).translate(readJson(rawOf(body)), { topic, settings: {}, store, now: NOW, ...part });
}

/** The order that a delivery tells of, or fails. */
export function orderIn(provider: SenderName, said: Said, part?: Partial<Circumstances>) {
  const report = translated(provider, said, part);
  if (report.kind !== "order" || !report.order.snapshot) throw new Error(`This tells of no order: ${report.kind}.`);
  return { ...report, snapshot: report.order.snapshot };
}

/** The payment that a delivery tells of, or fails. */
export function paymentIn(said: Said, part?: Partial<Circumstances>) {
  const report = translated("stripe", said, part);
  if (report.kind !== "payment") throw new Error(`This tells of no payment: ${report.kind}.`);
  return report.payment;
}
