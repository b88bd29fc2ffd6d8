import type { StoreEvent, StoreSettings } from "../../events/store.ts";
import type { Instant } from "../../events/values.ts";
import type { Command, Decider } from "../kernel/decider.ts";
import { own } from "../kernel/own.ts";
import { reject, unreachable } from "../kernel/rejection.ts";

/** One of the merchant's shops or channels, with what is connected to it. */
export type Store =
  | { status: "absent" }
  | {
      status: "open";
      storeId: string;
      openedAt: Instant;
      settings: StoreSettings;
      /** Hooks of payment providers: while there is one, a platform's "paid" waits for evidence. */
      paymentHooks: string[];
      /** Keys by id; secrets are kept elsewhere, as hashes. */
      keys: Record<string, { mode: "live" | "test" | "publishable"; active: boolean }>;
    };

export type KnownStore = Extract<Store, { status: "open" }>;

/** A shop is connected. */
export type OpenStore = Command<"store.open", { storeId: string; settings: StoreSettings }>;
/** Settings that are given replace those that were; an absent one stays. */
export type ChangeStore = Command<"store.change", { settings: Partial<StoreSettings> }>;
export type ChangeHook = Command<
  "store.change_hook",
  { hookId: string; provider: string; payments: boolean; connected: boolean }
>;
export type ChangeKey = Command<
  "store.change_key",
  { keyId: string; mode: "live" | "test" | "publishable"; active: boolean }
>;
export type StoreCommand = OpenStore | ChangeStore | ChangeHook | ChangeKey;

/** Keys a store may have had, revoked ones included. */
export const KEYS_MAX = 200;

/** A store: its settings, keys and hooks. */
export const store: Decider<Store, StoreCommand, StoreEvent> = {
  initial: { status: "absent" },
  decide(command, state) {
    const { at } = command;
    if (command.type === "store.open") {
      return state.status === "open" ? [] : [{ type: "store.opened", at, data: command.data }];
    }
    if (state.status === "absent") reject("store_not_found", "There is no such store.");
    const { storeId } = state;
    switch (command.type) {
      case "store.change": {
        const settings = { ...state.settings, ...command.data.settings };
        if (JSON.stringify(settings) === JSON.stringify(state.settings)) return [];
        return [{ type: "store.changed", at, data: { storeId, settings } }];
      }
      case "store.change_hook":
        if (command.data.payments && state.paymentHooks.includes(command.data.hookId) === command.data.connected)
          return [];
        return [{ type: "store.hook_changed", at, data: { storeId, ...command.data } }];
      case "store.change_key":
        return changeKey(command, state);
      default:
        return unreachable(command);
    }
  },
  evolve(state, event) {
    if (event.type === "store.opened") {
      const { storeId, settings } = event.data;
      return { status: "open", storeId, openedAt: event.at, settings, paymentHooks: [], keys: {} };
    }
    if (state.status === "absent") return state;
    switch (event.type) {
      case "store.changed":
        return { ...state, settings: event.data.settings };
      case "store.hook_changed": {
        const { hookId, payments, connected } = event.data;
        const others = state.paymentHooks.filter((one) => one !== hookId);
        return { ...state, paymentHooks: payments && connected ? [...others, hookId] : others };
      }
      case "store.key_changed": {
        const { keyId, mode, active } = event.data;
        return { ...state, keys: { ...state.keys, [keyId]: { mode, active } } };
      }
      default:
        return unreachable(event);
    }
  },
};

function changeKey({ at, data }: ChangeKey, state: KnownStore): StoreEvent[] {
  const { keyId } = data;
  // A caller may ask for any name, also for one that every object answers to.
  const known = own(state.keys, keyId);
  if (!known && !data.active) reject("key_not_found", "There is no such key.");
  if (known && known.active === data.active) return [];
  if (!known && Object.keys(state.keys).length >= KEYS_MAX) {
    reject("too_many_keys", `A store has at most ${KEYS_MAX} keys, revoked ones included.`, { max: KEYS_MAX });
  }
  return [{ type: "store.key_changed", at, data: { storeId: state.storeId, ...data, mode: known?.mode ?? data.mode } }];
}
