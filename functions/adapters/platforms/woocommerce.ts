import { own } from "../../../domain/kernel/own.ts";
import { HookSettings } from "../../../events/hook.ts";
import { type Circumstances, type HookAdapter, type HookRequest, type Report, Unusable } from "../adapter.ts";
import { isSignedBase64, subjectFrom } from "../signature.ts";
import { customerReport, orderReport } from "./woocommerce/order.ts";

type Translate = (payload: unknown, circumstances: Circumstances) => Report;

const TOPICS: Readonly<Record<string, Translate>> = {
  "order.created": orderReport,
  "order.updated": orderReport,
  "order.restored": orderReport,
  // It tells an id and no time; the order was placed all the same, and its money stays.
  "order.deleted": () => ({ kind: "nothing", reason: "deleted_orders_stay" }),
  "customer.created": customerReport,
  "customer.updated": customerReport,
};

/** Saving a webhook sends its number as a form, unsigned, and wants exactly 200 (WC_Webhook::deliver_ping). */
function isPing({ headers, raw }: HookRequest): boolean {
  if (headers["x-wc-webhook-signature"] !== undefined) return false;
  const isForm = headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;
  return isForm && /^webhook_id=\d{1,20}$/.test(raw.toString("latin1"));
}

/** WooCommerce: signed by the webhook's secret over the raw body. It never delivers twice, and gives up after five. */
export const woocommerce: HookAdapter = {
  payments: false,
  settings: HookSettings.pick({ shopDomain: true }),
  retries: false,
  verify(request, secrets) {
    if (isPing(request)) return "ping";
    const signature = request.headers["x-wc-webhook-signature"];
    return isSignedBase64(signature, request.raw, secrets) ? "authentic" : "forged";
  },
  subjectOf({ headers }) {
    return subjectFrom(headers["x-wc-webhook-topic"], headers["x-wc-webhook-source"]);
  },
  translate(payload, circumstances) {
    const { topic } = circumstances;
    if (topic === undefined) throw new Unusable("topic_missing", "The delivery does not say what it is about.");
    const translate = own(TOPICS, topic);
    return translate?.(payload, circumstances) ?? { kind: "nothing", reason: "topic_not_used" };
  },
};
