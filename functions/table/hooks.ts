import { type KnownHook, PREVIOUS_SECRET_MS } from "../../domain/hook/hook.ts";
import { plusMs } from "../../domain/kernel/calendar.ts";
import { reject } from "../../domain/kernel/rejection.ts";
import type { HookSettings, HookSettingsChange } from "../../events/hook.ts";
import type { Instant } from "../../events/values.ts";
import { port } from "../shell/port.ts";
import { type Vault, vault } from "../shell/secrets.ts";
import { type Origin, saving, setCard, type Unit } from "./aggregates.ts";
import { table } from "./dynamo.ts";
import { type HookCard, hookRecord, type LoadedHook, noSecrets } from "./hooks-record.ts";
import { storeRecord } from "./records.ts";
import type { Table } from "./table.ts";

/** What an owner gives for a hook; secrets and credentials go in and never come out. */
export interface HookGiven {
  secret?: string | undefined;
  credentials?: Readonly<Record<string, string>> | undefined;
  settings?: HookSettingsChange | undefined;
}

/** A new hook. */
export interface NewHook extends Omit<HookGiven, "settings"> {
  hookId: string;
  storeId: string;
  provider: string;
  /** True for a payment provider: claims of the store's platform wait for its evidence from then on. */
  payments: boolean;
  settings?: HookSettings | undefined;
}

type Check = (hook: KnownHook) => void;

/** Secrets before the present one that are kept at most. */
export const PREVIOUS_MAX = 5;

/** Connects, changes and disconnects hooks. */
export class Hooks {
  readonly #table: Table;
  readonly #vault: Vault;

  constructor(source: Table, sealer: Vault) {
    this.#table = source;
    this.#vault = sealer;
  }

  /** Gives a provider an address. */
  async connect(made: NewHook, origin: Origin, now: Instant): Promise<void> {
    const { hookId, storeId, provider, payments, settings = {} } = made;
    const card: HookCard = { ...noSecrets, ...(await this.#sealed(hookId, made)) };
    await saving(this.#table, { ...origin, storeId }, async (unit) => {
      const store = await unit.load(storeRecord, storeId);
      if (store.state.status === "absent") reject("store_not_found", "There is no such store.");
      const hook: LoadedHook = unit.adopt(hookRecord, hookId, undefined);
      unit.decide(hook, { type: "hook.connect", at: now, data: { hookId, storeId, provider, settings } });
      setCard(hook, card);
      const data = { hookId, provider, payments, connected: true };
      if (payments) unit.decide(store, { type: "store.change_hook", at: now, data });
      unit.answers(201, hookId);
    });
  }

  /**
   * Changes settings; a new secret takes the place of the present one, which stays good for a day. `check` sees all
   * settings as they would be kept, whoever else changes some at the same time; what it throws changes nothing.
   */
  async change(
    hookId: string,
    given: HookGiven,
    { origin, now, version, check }: { origin: Origin; now: Instant; version?: number | undefined; check?: Check },
  ): Promise<void> {
    const sealed = await this.#sealed(hookId, given);
    await saving(this.#table, origin, async (unit) => {
      const hook = await this.#known(unit, hookId);
      unit.expect(hook, version);
      if (given.settings) {
        unit.decide(hook, { type: "hook.change", at: now, data: { settings: given.settings } });
        check?.(hook.state as KnownHook);
      }
      const card = hook.card ?? noSecrets;
      const isRepeated = given.secret !== undefined && given.secret === (await this.#open(hookId, card.secret));
      const { secret, ...rest } = sealed;
      const next = { ...card, ...rest, ...(secret && !isRepeated && { secret, previous: previousOf(card, now) }) };
      const isRotated = next.secret !== card.secret;
      const changed = [
        ...(isRotated ? (["secret"] as const) : []),
        ...(rest.credentials === undefined ? [] : (["credentials"] as const)),
      ];
      const data = { changed, ...(isRotated && card.secret && { previousUntil: plusMs(now, PREVIOUS_SECRET_MS) }) };
      if (unit.decide(hook, { type: "hook.change_secrets", at: now, data }).length > 0) setCard(hook, next);
    });
  }

  /** Takes an address back; its secrets go with it. */
  async disconnect(hookId: string, origin: Origin, now: Instant, version?: number): Promise<void> {
    await saving(this.#table, origin, async (unit) => {
      const hook = await this.#known(unit, hookId);
      unit.expect(hook, version);
      unit.decide(hook, { type: "hook.disconnect", at: now, data: {} });
      setCard(hook, noSecrets);
      const { storeId, provider } = hook.state as KnownHook;
      const store = await unit.load(storeRecord, storeId);
      if (store.state.status === "absent" || !store.state.paymentHooks.includes(hookId)) return;
      const data = { hookId, provider, payments: true, connected: false };
      unit.decide(store, { type: "store.change_hook", at: now, data });
    });
  }

  async #known(unit: Unit, hookId: string): Promise<LoadedHook> {
    const hook: LoadedHook = await unit.load(hookRecord, hookId);
    if (hook.state.status !== "absent") unit.stamp({ storeId: hook.state.storeId });
    return hook;
  }

  async #sealed(hookId: string, { secret, credentials }: HookGiven): Promise<Pick<HookCard, "secret" | "credentials">> {
    return {
      ...(secret !== undefined && { secret: await this.#vault.seal(secret, hookId) }),
      ...(credentials && { credentials: await this.#vault.seal(JSON.stringify(credentials), hookId) }),
    };
  }

  async #open(hookId: string, sealed: string | undefined): Promise<string | undefined> {
    return sealed === undefined ? undefined : this.#vault.open(sealed, hookId);
  }
}

/** The secrets that stay good for a while after this one took their place, the last one first. */
function previousOf({ secret, previous }: HookCard, now: Instant): HookCard["previous"] {
  const last = secret === undefined ? [] : [{ secret, until: plusMs(now, PREVIOUS_SECRET_MS) }];
  return [...last, ...previous.filter(({ until }) => until > now)].slice(0, PREVIOUS_MAX);
}

export const hooks = port("hooks", (runtime) => new Hooks(runtime.get(table), runtime.get(vault)));
