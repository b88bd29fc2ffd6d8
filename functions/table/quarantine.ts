import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import type {
  KeptDelivery,
  KnownQuarantine,
  Quarantine,
  QuarantineCommand,
} from "../../domain/quarantine/quarantine.ts";
import type { QuarantineEvent } from "../../events/quarantine.ts";
import type { Instant } from "../../events/values.ts";
import { type Bucket, bucket } from "../shell/bucket.ts";
import { derivedId } from "../shell/derived-ids.ts";
import { port } from "../shell/port.ts";
import { type Vault, vault } from "../shell/secrets.ts";
import { type Origin, saving, setCard } from "./aggregates.ts";
import { table } from "./dynamo.ts";
import { rawKey, stateKey } from "./keys.ts";
import { quarantineRecord } from "./quarantine-record.ts";
import type { Table } from "./table.ts";

/** Raw bodies up to here are kept in the table, in bytes; larger ones in the bucket. */
export const RAW_IN_TABLE_MAX = 200 * 1024;
/** How long raw bytes are kept, in seconds: as long as the bucket keeps its objects. */
export const RAW_KEPT_SECONDS = 180 * 86_400;

/** What a body says it is about. */
export type SaidAbout = Pick<KeptDelivery, "topic" | "subject">;

/** A delivery on its way into quarantine; its own topic is the one of its headers. */
export type Delivery = Omit<KeptDelivery, "quarantineId" | "subject" | "bytes" | "place"> & {
  raw: Buffer;
  said: SaidAbout;
};

/** Why a delivery still cannot be used. */
export type Refusal = Pick<KeptDelivery, "reason" | "fields">;

/** What somebody wrote who dismissed a delivery: free text, so it stays out of events. */
export interface Dismissal {
  note: string;
}

/** The same delivery is the same item, however often it comes. */
export const quarantineIdOf = ({ hookId, topic, raw }: Pick<Delivery, "hookId" | "topic" | "raw">): string =>
  derivedId("qua", hookId, topic ?? "", createHash("sha256").update(raw).digest("hex"));

const objectKey = (hookId: string, quarantineId: string) => `quarantine/${hookId}/${quarantineId}`;

interface Ports {
  table: Table;
  vault: Vault;
  bucket: Bucket;
}

/** Authentic deliveries that could not be used, with their raw bytes. */
export class Quarantined {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** Keeps a delivery; the raw bytes are safe before this returns. `true` when it was not kept before. */
  async keep({ raw, said, ...delivery }: Delivery, origin: Origin, now: Instant): Promise<boolean> {
    const quarantineId = quarantineIdOf({ ...delivery, raw });
    if (await this.#ports.table.get(stateKey.quarantine(quarantineId))) return false;
    const sealed = raw.byteLength <= RAW_IN_TABLE_MAX ? await this.#seal(raw, quarantineId) : undefined;
    if (sealed === undefined) await this.#ports.bucket.put(objectKey(delivery.hookId, quarantineId), raw);
    const place = sealed === undefined ? ("bucket" as const) : ("table" as const);
    const data = { ...said, ...delivery, quarantineId, bytes: raw.byteLength, place };
    return saving(this.#ports.table, { ...origin, storeId: delivery.storeId }, async (unit) => {
      const item = await unit.load(quarantineRecord, quarantineId);
      if (unit.decide(item, { type: "quarantine.keep", at: now, data }).length === 0) return false;
      const expiresAt = Math.floor(Date.parse(now) / 1_000) + RAW_KEPT_SECONDS;
      if (sealed !== undefined) unit.also({ put: { ...rawKey(quarantineId), sealed, expiresAt } });
      return true;
    });
  }

  /** The raw bytes; `undefined` when they were not kept that long. */
  async rawOf({ quarantineId, hookId, place }: KnownQuarantine): Promise<Buffer | undefined> {
    if (place === "bucket") return this.#ports.bucket.get(objectKey(hookId, quarantineId));
    const item = await this.#ports.table.get(rawKey(quarantineId));
    if (item === undefined) return undefined;
    const text = await this.#ports.vault.open(item.sealed as string, quarantineId);
    return gunzipSync(Buffer.from(text, "base64"));
  }

  /**
   * Notes how a replay ended: saved, or refused for a reason. Saved, the raw bytes are needed no more. Gives what
   * became of the delivery: a refused one may have been saved by somebody else meanwhile.
   */
  settle(
    quarantineId: string,
    refusal: Refusal | undefined,
    origin: Origin,
    now: Instant,
  ): Promise<Quarantine["status"]> {
    return saving(this.#ports.table, origin, async (unit) => {
      const item = await unit.load(quarantineRecord, quarantineId);
      if (item.state.status !== "absent") unit.stamp({ storeId: item.state.storeId });
      const events = unit.decide(item, { type: "quarantine.settle", at: now, data: refusal ?? {} });
      if (refusal === undefined && events.length > 0) unit.also({ remove: rawKey(quarantineId) });
      if (refusal === undefined) unit.answers(200, quarantineId);
      return item.state.status;
    });
  }

  /** Marks a delivery as dealt with; a note that comes later replaces the one before. */
  dismiss(
    quarantineId: string,
    { note, version }: { note?: string | undefined; version: number | undefined },
    origin: Origin,
    now: Instant,
  ): Promise<void> {
    return saving(this.#ports.table, origin, async (unit) => {
      const item = await unit.load<Quarantine, QuarantineCommand, QuarantineEvent, Dismissal>(
        quarantineRecord,
        quarantineId,
      );
      if (item.state.status !== "absent") unit.stamp({ storeId: item.state.storeId });
      unit.expect(item, version);
      unit.decide(item, { type: "quarantine.dismiss", at: now, data: {} });
      if (note && note !== item.card?.note) setCard(item, { note });
      unit.answers(200, quarantineId);
    });
  }

  /** Sealed for its item; `undefined` when it would be too large for one. Zipped, because sealing makes it longer. */
  async #seal(raw: Buffer, quarantineId: string): Promise<string | undefined> {
    const sealed = await this.#ports.vault.seal(gzipSync(raw).toString("base64"), quarantineId);
    return sealed.length <= RAW_IN_TABLE_MAX ? sealed : undefined;
  }
}

export const quarantined = port("quarantined", (runtime) => {
  return new Quarantined({ table: runtime.get(table), vault: runtime.get(vault), bucket: runtime.get(bucket) });
});
