import type { KnownHook } from "../../domain/hook/hook.ts";
import { port } from "../shell/port.ts";
import { type Vault, vault } from "../shell/secrets.ts";
import { table } from "./dynamo.ts";
import { storedHook } from "./hooks-reader.ts";
import { type HookCard, noSecrets } from "./hooks-record.ts";
import { stateKey } from "./keys.ts";
import type { Table } from "./table.ts";

/** A hook with the secrets that its provider may sign with, and when each ends. */
export interface OpenedHook {
  hook: KnownHook;
  secrets: readonly { secret: string; until?: string }[];
  /** When it was read, in ms. */
  readAtMs: number;
}

/** How long a hook may be a little old in a warm process, in ms. */
export const HOOK_CACHE_MS = 15_000;
/** Remembered hooks at most. */
const HOOKS_REMEMBERED_MAX = 1_000;

/** The hooks that deliveries come to, remembered for a few seconds; unknown ones are not. */
export class OpenedHooks {
  readonly #table: Table;
  readonly #vault: Vault;
  readonly #known = new Map<string, OpenedHook>();

  constructor(source: Table, sealer: Vault) {
    this.#table = source;
    this.#vault = sealer;
  }

  /** The hook as it was at most `ageMs` ago; `undefined` when there is none, or none any more. */
  async get(hookId: string, nowMs: number, ageMs: number = HOOK_CACHE_MS): Promise<OpenedHook | undefined> {
    const known = this.#known.get(hookId);
    if (known && Math.abs(nowMs - known.readAtMs) < ageMs) return known;
    const item = await this.#table.get(stateKey.hook(hookId));
    const hook = storedHook(item)?.state;
    this.#known.delete(hookId);
    if (hook?.status !== "connected") return undefined;
    const secrets = await this.#open(hookId, (item?.card as HookCard | undefined) ?? noSecrets);
    if (this.#known.size >= HOOKS_REMEMBERED_MAX) this.#known.clear();
    const opened = { hook, secrets, readAtMs: nowMs };
    this.#known.set(hookId, opened);
    return opened;
  }

  async #open(hookId: string, { secret, previous }: HookCard): Promise<OpenedHook["secrets"]> {
    const present = secret === undefined ? [] : [{ secret: await this.#vault.open(secret, hookId) }];
    const before = previous.map(async (one) => ({ ...one, secret: await this.#vault.open(one.secret, hookId) }));
    return [...present, ...(await Promise.all(before))];
  }
}

/** The secrets that are good at a time. */
export const goodSecrets = ({ secrets }: OpenedHook, now: string): string[] =>
  secrets.filter(({ until }) => until === undefined || until > now).map(({ secret }) => secret);

export const openedHooks = port("openedHooks", (runtime) => new OpenedHooks(runtime.get(table), runtime.get(vault)));
