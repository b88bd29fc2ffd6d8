import type { HookEvent, HookSettings, HookSettingsChange } from "../../events/hook.ts";
import type { Instant } from "../../events/values.ts";
import type { Command, Decider } from "../kernel/decider.ts";
import { reject, unreachable } from "../kernel/rejection.ts";

interface HookSubject {
  hookId: string;
  storeId: string;
  provider: string;
  connectedAt: Instant;
  settings: HookSettings;
  /** Until when the secret before the last one is still good. */
  previousUntil?: Instant;
}

/** An address that a provider delivers to. Its secrets are kept beside it, sealed. */
export type Hook =
  | { status: "absent" }
  | ({ status: "connected" } & HookSubject)
  | ({ status: "disconnected" } & HookSubject);

export type KnownHook = Exclude<Hook, { status: "absent" }>;

/** A provider gets an address. */
export type ConnectHook = Command<
  "hook.connect",
  { hookId: string; storeId: string; provider: string; settings: HookSettings }
>;
/** Some settings get another value; `null` takes one away. */
export type ChangeHookSettings = Command<"hook.change", { settings: HookSettingsChange }>;
/** New secrets are in place. */
export type ChangeHookSecrets = Command<
  "hook.change_secrets",
  { changed: ("secret" | "credentials")[]; previousUntil?: Instant }
>;
/** The address is taken back. */
export type DisconnectHook = Command<"hook.disconnect", Record<never, never>>;
export type HookCommand = ConnectHook | ChangeHookSettings | ChangeHookSecrets | DisconnectHook;

/** How long a secret stays good after another took its place, in ms: what it signed may still be on its way. */
export const PREVIOUS_SECRET_MS = 24 * 3_600_000;

/** The settings after a change. */
function changed(settings: HookSettings, change: HookSettingsChange): HookSettings {
  const all = Object.entries({ ...settings, ...change });
  return Object.fromEntries(all.filter(([, value]) => value !== null && value !== undefined));
}

/** A provider's hook. */
export const hook: Decider<Hook, HookCommand, HookEvent> = {
  initial: { status: "absent" },
  decide(command, state) {
    const { at } = command;
    if (command.type === "hook.connect") {
      return state.status === "absent" ? [{ type: "hook.connected", at, data: command.data }] : [];
    }
    if (state.status !== "connected") reject("hook_not_found", "There is no such hook.");
    const { hookId } = state;
    switch (command.type) {
      case "hook.change": {
        const settings = changed(state.settings, command.data.settings);
        const names = Object.keys({ ...state.settings, ...settings }) as (keyof HookSettings)[];
        const same = names.every((name) => state.settings[name] === settings[name]);
        return same ? [] : [{ type: "hook.changed", at, data: { hookId, settings } }];
      }
      case "hook.change_secrets":
        if (command.data.changed.length === 0) return [];
        return [{ type: "hook.secrets_changed", at, data: { hookId, ...command.data } }];
      case "hook.disconnect":
        return [{ type: "hook.disconnected", at, data: { hookId } }];
      default:
        return unreachable(command);
    }
  },
  evolve(state, event) {
    if (event.type === "hook.connected") return { status: "connected", connectedAt: event.at, ...event.data };
    if (state.status === "absent") return state;
    switch (event.type) {
      case "hook.changed":
        return { ...state, settings: event.data.settings };
      case "hook.secrets_changed": {
        const { previousUntil } = event.data;
        return { ...state, ...(previousUntil && { previousUntil }) };
      }
      case "hook.disconnected":
        return { ...state, status: "disconnected" };
      default:
        return unreachable(event);
    }
  },
};
