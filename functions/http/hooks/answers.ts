import type { APIGatewayProxyEventV2 } from "aws-lambda";
import * as z from "zod";
import { HookSettings } from "../../../events/hook.ts";
import { fact, HookId, Instant, personal, StoreId } from "../../../events/values.ts";
import type { HookAdapter } from "../../adapters/adapter.ts";
import { fieldErrors, Problem } from "../../shell/problem.ts";
import type { StoredHook } from "../../table/hooks-reader.ts";

/** What a provider signs with: the literal text that it shows, prefix and all. */
export const Secret = personal(z.string().min(1).max(500));

const CREDENTIAL = "A name of Latin letters, digits and _ . - only, at most 60";

/** What calling the provider needs, by the provider's own names. */
export const Credentials = z
  .record(fact(z.string().regex(/^[\w.-]{1,60}$/, CREDENTIAL)), personal(z.string().max(4_000)))
  .refine((all) => Object.keys(all).length <= 20, "At most 20 credentials.");

export const HookPath = z.strictObject({ hookId: HookId });

/** A hook as every route answers it; its secrets are never shown. */
export const HookAnswer = z.strictObject({
  id: HookId,
  provider: fact(z.string()),
  storeId: StoreId,
  /** Where the provider delivers to. */
  url: fact(z.url()),
  settings: HookSettings,
  connectedAt: Instant,
  /** Until when deliveries that the secret before signed are still taken. */
  previousSecretUntil: Instant.nullable(),
  version: fact(z.int()),
});

/** The host that the request came to, as its sender knows it. */
function hostOf({ headers, requestContext }: APIGatewayProxyEventV2): string {
  const scheme = headers["x-forwarded-proto"] === "http" ? "http" : "https";
  const host = /^[\w.:[\]-]{1,255}$/.test(headers.host ?? "") ? headers.host : requestContext.domainName;
  return `${scheme}://${host}`;
}

/** The hook as the contract shows it. */
export const presentHook = ({ version, state }: StoredHook, event: APIGatewayProxyEventV2, now: string) => ({
  id: state.hookId,
  provider: state.provider,
  storeId: state.storeId,
  url: `${hostOf(event)}/v1/hooks/${state.hookId}`,
  settings: state.settings,
  connectedAt: state.connectedAt,
  previousSecretUntil: state.previousUntil && state.previousUntil > now ? state.previousUntil : null,
  version,
});

/** Refuses settings that mean nothing to a provider. */
export function checkSettings(adapter: HookAdapter, settings: HookSettings | undefined): void {
  const read = adapter.settings.safeParse(settings ?? {});
  if (read.success) return;
  const errors = fieldErrors(read.error.issues, "/settings");
  throw new Problem(400, "invalid_input", "Some fields are wrong.", { errors });
}
