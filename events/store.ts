import * as z from "zod";
import { type EventOf, event } from "./event.ts";
import { Code, Currency, fact, HookId, id, Locale, StoreId } from "./values.ts";

export const Platform = fact(
  z.enum(["shopify", "woocommerce", "opencart", "bitrix", "prom", "rozetka", "amazon", "ebay", "etsy", "generic"]),
);
export type Platform = z.infer<typeof Platform>;

/** What a store's numbers and messages depend on. */
export const StoreSettings = z.strictObject({
  name: fact(z.string().min(1).max(120)),
  platform: Platform,
  currency: Currency,
  timeZone: fact(z.string().min(1).max(60)),
  /** ISO 3166-1 alpha-2: the country that national phone numbers are read in. */
  country: fact(z.string().regex(/^[A-Z]{2}$/, "An ISO 3166-1 country code, such as UA")),
  locale: Locale,
  url: fact(z.url().max(300)).optional(),
  /** Origins of the browser that its publishable keys may write from. */
  origins: z
    .array(fact(z.url().max(300)))
    .max(20)
    .optional(),
  legalEntity: fact(z.string().max(200)).optional(),
});
export type StoreSettings = z.infer<typeof StoreSettings>;

export const StoreOpened = event(
  "store.opened",
  "A shop or channel of the merchant was connected.",
  z.strictObject({ storeId: StoreId, settings: StoreSettings }),
);

export const StoreChanged = event(
  "store.changed",
  "Settings of a store changed.",
  z.strictObject({ storeId: StoreId, settings: StoreSettings }),
);

/** A provider's hook was connected or cut; payment providers make claims wait for evidence. */
export const StoreHookChanged = event(
  "store.hook_changed",
  "A provider's hook was connected to a store or cut from it.",
  z.strictObject({
    storeId: StoreId,
    hookId: HookId,
    provider: Code,
    payments: fact(z.boolean()),
    connected: fact(z.boolean()),
  }),
);

/** A key of a store was made or revoked. */
export const StoreKeyChanged = event(
  "store.key_changed",
  "A key of a store was made or revoked.",
  z.strictObject({
    storeId: StoreId,
    keyId: id(z.string()),
    mode: fact(z.enum(["live", "test", "publishable"])),
    active: fact(z.boolean()),
  }),
);

export type StoreEvent =
  | EventOf<typeof StoreOpened>
  | EventOf<typeof StoreChanged>
  | EventOf<typeof StoreHookChanged>
  | EventOf<typeof StoreKeyChanged>;
