import { type Hook, type HookCommand, hook } from "../../domain/hook/hook.ts";
import type { HookEvent } from "../../events/hook.ts";
import type { Instant } from "../../events/values.ts";
import type { Loaded, RecordOf } from "./aggregates.ts";
import { byTime, list, stateKey } from "./keys.ts";

/** The secrets of a hook, sealed for the hook's id: beside the state, because events never carry them. */
export interface HookCard {
  /** What the provider signs with. */
  secret?: string;
  /** Secrets before it, each until it is no longer good. */
  previous: { secret: string; until: Instant }[];
  /** What we would need to call the provider. */
  credentials?: string;
}

export const noSecrets: HookCard = { previous: [] };

/** Hooks: listed by store and for the whole merchant while they are connected. */
export const hookRecord: RecordOf<Hook, HookCommand, HookEvent> = {
  decider: hook,
  key: stateKey.hook,
  attributes(state, id) {
    if (state.status !== "connected") return {};
    const sk = byTime(state.connectedAt, id);
    const { storeId, provider } = state;
    const f = { storeId, provider };
    return { storeId, f, gsi2pk: list.hooksOfStore(storeId), gsi2sk: sk, gsi3pk: list.hooks, gsi3sk: sk };
  },
};

export type LoadedHook = Loaded<Hook, HookCommand, HookEvent, HookCard>;
