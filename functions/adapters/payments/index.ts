import type { HookAdapter } from "../adapter.ts";
import { stripe } from "./stripe.ts";

/** Payment providers whose deliveries are understood, by the provider's name of the contract. */
export const paymentProviders = { stripe } as const satisfies Record<string, HookAdapter>;
