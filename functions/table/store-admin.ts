import { reject } from "../../domain/kernel/rejection.ts";
import type { StoreSettings } from "../../events/store.ts";
import type { Instant } from "../../events/values.ts";
import type { StoredKey } from "../shell/caller.ts";
import { port } from "../shell/port.ts";
import { type Origin, saving } from "./aggregates.ts";
import { table } from "./dynamo.ts";
import { stateKey } from "./keys.ts";
import { storeRecord } from "./records.ts";
import { STORES_MAX, storeIds } from "./store-ids.ts";
import type { Table } from "./table.ts";

/** A new key as it is kept: a hash of its secret, never the secret. */
export type NewKey = Pick<StoredKey, "mode" | "secretHash"> & { keyId: string };

/** Opens and changes stores and their keys. */
export class StoreAdmin {
  readonly #table: Table;

  constructor(source: Table) {
    this.#table = source;
  }

  /** Opens a store; it stays for good, so that one too many would be in the way of every list of all. */
  async open(storeId: string, settings: StoreSettings, origin: Origin, now: Instant): Promise<void> {
    if ((await storeIds(this.#table)).length >= STORES_MAX) {
      reject("too_many_stores", `A merchant has at most ${STORES_MAX} stores.`, { max: STORES_MAX });
    }
    await saving(this.#table, { ...origin, storeId }, async (unit) => {
      const store = unit.adopt(storeRecord, storeId, undefined);
      unit.decide(store, { type: "store.open", at: now, data: { storeId, settings } });
      unit.answers(201, storeId);
    });
  }

  /** Replaces the settings that are given. */
  change(
    storeId: string,
    to: { settings: Partial<StoreSettings>; version: number | undefined },
    origin: Origin,
    now: Instant,
  ): Promise<void> {
    return saving(this.#table, { ...origin, storeId }, async (unit) => {
      const store = await unit.load(storeRecord, storeId);
      unit.expect(store, to.version);
      unit.decide(store, { type: "store.change", at: now, data: { settings: to.settings } });
    });
  }

  /** Adds a key to a store. */
  addKey(storeId: string, { keyId, ...kept }: NewKey, origin: Origin, now: Instant): Promise<void> {
    return saving(this.#table, { ...origin, storeId }, async (unit) => {
      const store = await unit.load(storeRecord, storeId);
      const data = { keyId, mode: kept.mode, active: true };
      unit.decide(store, { type: "store.change_key", at: now, data });
      unit.also({ put: { ...stateKey.key(keyId), storeId, ...kept, createdAt: now }, when: { absent: true } });
      unit.answers(201, keyId);
    });
  }

  /** Revokes a key for good; one that was revoked stays so. */
  revokeKey(storeId: string, keyId: string, origin: Origin, now: Instant): Promise<void> {
    return saving(this.#table, { ...origin, storeId }, async (unit) => {
      const store = await unit.load(storeRecord, storeId);
      // Its mode stays what it was.
      const data = { keyId, mode: "live", active: false } as const;
      const events = unit.decide(store, { type: "store.change_key", at: now, data });
      if (events.length === 0) return;
      unit.also({ add: stateKey.key(keyId), sums: {}, set: { revokedAt: now }, when: { present: true } });
    });
  }

  /** A key without its secret, or a `key_not_found` rejection. */
  async key(keyId: string): Promise<Pick<StoredKey, "storeId" | "mode">> {
    const item = await this.#table.get(stateKey.key(keyId));
    if (!item) reject("key_not_found", "There is no such key.");
    return item as unknown as StoredKey;
  }
}

export const storeAdmin = port("storeAdmin", (runtime) => new StoreAdmin(runtime.get(table)));
