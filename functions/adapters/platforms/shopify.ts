import { own } from "../../../domain/kernel/own.ts";
import { HookSettings } from "../../../events/hook.ts";
import { type Circumstances, type HookAdapter, type Report, Unusable } from "../adapter.ts";
import { isSignedBase64, subjectFrom } from "../signature.ts";
import { fulfillmentReport, orderReport, refundReport } from "./shopify/order.ts";
import { customerReport, permissionReport } from "./shopify/people.ts";

type Translate = (payload: unknown, circumstances: Circumstances) => Report;

const privacy: Translate = () => ({ kind: "privacy" });

const TOPICS: Readonly<Record<string, Translate>> = {
  "orders/create": orderReport,
  "orders/updated": orderReport,
  "orders/paid": orderReport,
  "orders/cancelled": orderReport,
  "orders/fulfilled": orderReport,
  "orders/partially_fulfilled": orderReport,
  "fulfillments/create": fulfillmentReport,
  "fulfillments/update": fulfillmentReport,
  "refunds/create": refundReport,
  "customers/create": customerReport,
  "customers/update": customerReport,
  "customers_email_marketing_consent/update": permissionReport,
  "customers/data_request": privacy,
  "customers/redact": privacy,
  "shop/redact": privacy,
  // It tells of the edit alone; the order as it then stands comes with orders/updated.
  "orders/edited": () => ({ kind: "nothing", reason: "told_by_orders_updated" }),
};

/** Shopify: signed by the app's client secret over the raw body; there is no signed time, so facts carry their own. */
export const shopify: HookAdapter = {
  payments: false,
  settings: HookSettings.pick({ testOrders: true, shopDomain: true }),
  retries: true,
  verify({ headers, raw }, secrets) {
    return isSignedBase64(headers["x-shopify-hmac-sha256"], raw, secrets) ? "authentic" : "forged";
  },
  subjectOf({ headers }) {
    return subjectFrom(headers["x-shopify-topic"], headers["x-shopify-shop-domain"]);
  },
  translate(payload, circumstances) {
    const { topic } = circumstances;
    if (topic === undefined) throw new Unusable("topic_missing", "The delivery does not say what it is about.");
    const translate = own(TOPICS, topic);
    return translate?.(payload, circumstances) ?? { kind: "nothing", reason: "topic_not_used" };
  },
};
