import type * as z from "zod";
import * as customer from "./customer.ts";
import type { EventSchema } from "./event.ts";
import * as hook from "./hook.ts";
import * as journey from "./journey.ts";
import * as message from "./message.ts";
import * as mismatch from "./mismatch.ts";
import * as order from "./order.ts";
import * as payment from "./payment.ts";
import * as quarantine from "./quarantine.ts";
import * as store from "./store.ts";

const schemas = [
  order.OrderPlaced,
  order.OrderUpdated,
  order.EvidenceExpected,
  order.OrderReassigned,
  order.StageReported,
  order.OrderStageChanged,
  order.OrderPaid,
  order.OrderCancelled,
  order.PaymentClaimed,
  order.PaymentCaptured,
  order.PaymentRefunded,
  order.FulfillmentReported,
  order.OrderDisagreed,
  order.OrderAgreed,
  payment.PaymentReceived,
  payment.PaymentReferenced,
  payment.RefundReceived,
  payment.PaymentUnmatched,
  payment.PaymentMatched,
  customer.CustomerCreated,
  customer.CustomerIdentified,
  customer.CustomerUpdated,
  customer.ConsentChanged,
  customer.PurchaseRecorded,
  customer.PurchaseRemoved,
  customer.MergeSuggested,
  message.MessageRequested,
  message.MessageClaimed,
  message.MessageReshaped,
  message.MessageSent,
  message.MessageSkipped,
  message.MessageDeferred,
  message.MessageResumed,
  message.MessageFailed,
  message.MessageUnknown,
  message.MessageBounced,
  mismatch.MismatchSuspected,
  mismatch.MismatchOpened,
  mismatch.MismatchClosed,
  mismatch.MismatchResolved,
  journey.JourneyEntered,
  journey.JourneyWaiting,
  journey.JourneyAdvanced,
  journey.JourneyActed,
  journey.JourneyExited,
  journey.JourneyEnded,
  store.StoreOpened,
  store.StoreChanged,
  store.StoreHookChanged,
  store.StoreKeyChanged,
  hook.HookConnected,
  hook.HookChanged,
  hook.HookSecretsChanged,
  hook.HookDisconnected,
  quarantine.DeliveryQuarantined,
  quarantine.DeliveryReplayed,
  quarantine.DeliveryDismissed,
  quarantine.ReplayFailed,
] as const;

/** The name of every event. */
export type EventType = (typeof schemas)[number]["type"];

/** Every event by its name. */
export const catalog: ReadonlyMap<string, EventSchema<string, z.ZodObject>> = new Map(
  schemas.map((schema) => [schema.type, schema]),
);

/** The names that are kept in the history but never put on the bus. */
export const internalEvents: ReadonlySet<string> = new Set(
  schemas.filter((one) => one.internal).map((one) => one.type),
);

/** The names of what timelines tell. */
export const toldEvents: ReadonlySet<string> = new Set(schemas.filter((one) => one.told).map((one) => one.type));
