import type { HookAdapter } from "../adapter.ts";
import { shopify } from "./shopify.ts";
import { woocommerce } from "./woocommerce.ts";

/** Store platforms whose deliveries are understood, by the provider's name of the contract. */
export const platforms = { shopify, woocommerce } as const satisfies Record<string, HookAdapter>;
