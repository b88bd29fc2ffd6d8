import type { HookAdapter } from "./adapter.ts";
import { paymentProviders } from "./payments/index.ts";
import { platforms } from "./platforms/index.ts";

const adapters = { ...platforms, ...paymentProviders };

/** A vendor that a hook can be made for. */
export type Provider = keyof typeof adapters;

/** Every vendor that a hook can be made for. */
export const providers = Object.keys(adapters) as Provider[];

/** The adapter of a vendor. */
export function adapterOf(provider: string): HookAdapter {
  if (!Object.hasOwn(adapters, provider)) throw new Error(`There is no adapter of ${provider}.`);
  return adapters[provider as Provider];
}
