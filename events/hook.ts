import * as z from "zod";
import { type EventOf, event } from "./event.ts";
import { Code, fact, HookId, Instant, StoreId } from "./values.ts";

const DottedPath = z
  .string()
  .max(200)
  .regex(/^[\w-]+(\.[\w-]+){0,9}$/, "A dotted path, such as metadata.order_id");

/** How the deliveries of a hook are read; each provider takes those that mean something to it. */
export const HookSettings = z.strictObject({
  /** Where a payment names its order: a dotted path into the provider's object, such as `metadata.shop_order`. */
  orderReference: fact(DottedPath).optional(),
  /** Where a payment says which store it is of, where several share an account: such as `metadata.site_url`. */
  storeReference: fact(DottedPath).optional(),
  /** What it says there of this store, such as `https://kvitka.example`. */
  storeName: fact(
    z
      .string()
      .max(200)
      .regex(/^[^\s@]+$/, "A name without spaces or @, such as https://kvitka.example"),
  ).optional(),
  /** `mark`: orders that the platform calls tests are tests here too; by default they count. */
  testOrders: fact(z.enum(["count", "mark"])).optional(),
  /** The one shop that may speak through the hook, by its host name. */
  shopDomain: fact(
    z
      .string()
      .max(253)
      .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$/, "A host name in lower case, such as kvitka.myshopify.com"),
  ).optional(),
});
export type HookSettings = z.infer<typeof HookSettings>;
/** Settings that are given take the place of those that were, `null` takes one away, an absent one stays. */
export type HookSettingsChange = { [Name in keyof HookSettings]: HookSettings[Name] | null };

/** A provider may deliver from now on. */
export const HookConnected = event(
  "hook.connected",
  "A provider was given an address to deliver to.",
  z.strictObject({ hookId: HookId, storeId: StoreId, provider: Code, settings: HookSettings }),
  { internal: true },
);

/** Deliveries are read in another way from now on. */
export const HookChanged = event(
  "hook.changed",
  "The settings of a hook changed.",
  z.strictObject({ hookId: HookId, settings: HookSettings }),
  { internal: true },
);

/** What authenticates the provider changed; the values are sealed beside the hook, never in events. */
export const HookSecretsChanged = event(
  "hook.secrets_changed",
  "The secret or the credentials of a hook were replaced.",
  z.strictObject({
    hookId: HookId,
    changed: z.array(fact(z.enum(["secret", "credentials"]))).max(2),
    /** Until when the secret before it is still good. */
    previousUntil: Instant.optional(),
  }),
  { internal: true },
);

/** The provider may deliver no more. */
export const HookDisconnected = event(
  "hook.disconnected",
  "A provider's address was taken back.",
  z.strictObject({ hookId: HookId }),
  { internal: true },
);

export type HookEvent =
  | EventOf<typeof HookConnected>
  | EventOf<typeof HookChanged>
  | EventOf<typeof HookSecretsChanged>
  | EventOf<typeof HookDisconnected>;
