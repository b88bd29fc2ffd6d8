import { setTimeout as pause } from "node:timers/promises";
import { type DynamoClient, DynamoError } from "./dynamodb-client.ts";
import type { Expiry } from "./dynamodb-expiry.ts";
import type { Item } from "./dynamodb-permissions.ts";
import type { LocalTable } from "./dynamodb-tables.ts";
import type { Units } from "./dynamodb-units.ts";
import type { LocalEngine } from "./engine.ts";
import { stackOf } from "./errors.ts";

const PAGE_MAX = 1_000;
/** Between two pages, so that a busy table is read in batches instead of record by record; Lambda takes 250 ms. */
const PACE_MS = 100;
const RETRY_MS = 500;
/** A reader that lags further behind holds the reading back. */
const BACKLOG_MAX = 10_000;
/** By this AWS marks removals of expired items, which cost nothing. */
const EXPIRY_IDENTITY = { type: "Service", principalId: "dynamodb.amazonaws.com" };

/** One change of an item, as a Lambda function receives it. */
export interface StreamRecord {
  eventID: string;
  eventName: "INSERT" | "MODIFY" | "REMOVE";
  eventVersion: string;
  eventSource: string;
  awsRegion: string;
  eventSourceARN?: string;
  userIdentity?: { type: string; principalId: string };
  dynamodb: {
    ApproximateCreationDateTime: number;
    Keys: Item;
    NewImage?: Item;
    OldImage?: Item;
    SequenceNumber: string;
    SizeBytes: number;
    StreamViewType: string;
  };
}

/** Who reads a stream; it remembers by itself how far it came. */
export interface StreamReader {
  /** Sequence number up to which everything was handled; "" before the first record. */
  readonly position: string;
  /** How many records wait in it. */
  readonly backlog: number;
  take(records: StreamRecord[], shardId: string): void;
  /** The stream has been read to its present end. */
  caughtUp(): void;
}

interface Shard {
  ShardId: string;
  ParentShardId?: string;
  SequenceNumberRange: { StartingSequenceNumber: string; EndingSequenceNumber?: string };
}

/** Reads the stream of one table once for all its readers, shard after shard. */
export class StreamTail {
  readonly #table: LocalTable;
  readonly #client: DynamoClient;
  readonly #engine: LocalEngine;
  readonly #units: Units;
  readonly #expiry: Expiry;
  readonly #readers: StreamReader[];
  readonly #place: { region: string; paused: () => boolean; log: (line: string) => void };
  /** Grows with every acknowledged write; reading is at the end when a page that began later came back empty. */
  #version = 1;
  #readVersion = 0;
  #sequence = "";
  #stopped = false;
  #wake: () => void = () => {};
  #hurry: () => void = () => {};

  constructor(setup: {
    table: LocalTable;
    client: DynamoClient;
    engine: LocalEngine;
    units: Units;
    expiry: Expiry;
    readers: StreamReader[];
    region: string;
    paused: () => boolean;
    log: (line: string) => void;
  }) {
    this.#table = setup.table;
    this.#client = setup.client;
    this.#engine = setup.engine;
    this.#units = setup.units;
    this.#expiry = setup.expiry;
    this.#readers = setup.readers;
    this.#place = setup;
    setup.units.streamed(setup.table);
    setup.engine.onSettle(() => this.#hurry());
    setup.engine.watch(`stream of ${setup.table.name}`, () => this.#unread());
  }

  start(): void {
    this.#sequence = this.#readers.map(({ position }) => position).sort(compareSequences)[0] ?? "";
    void this.#read();
  }

  stop(): void {
    this.#stopped = true;
    this.#wake();
  }

  /** Something was written to the table, or a reader has room again. */
  written(): void {
    this.#version += 1;
    this.#wake();
  }

  /** Looks again whether there is something to do. */
  poke(): void {
    this.#wake();
  }

  #unread(): number {
    if (this.#place.paused()) return 0;
    return this.#version === this.#readVersion ? 0 : 1;
  }

  async #read(): Promise<void> {
    while (!this.#stopped) {
      try {
        const shards = await this.#shards();
        for (const shard of shards) await this.#readShard(shard);
        if (shards.length === 0) await pause(RETRY_MS);
      } catch (error) {
        if (this.#stopped) return;
        const lost = error instanceof DynamoError && /ExpiredIterator|TrimmedDataAccess/.test(error.name);
        if (lost && error.name.startsWith("Trimmed")) this.#sequence = "";
        if (!lost) this.#place.log(`stream of ${this.#table.name}: ${stackOf(error)}`);
        await pause(lost ? 0 : RETRY_MS);
      }
    }
  }

  /** The shards that may hold unread records, parents first. */
  async #shards(): Promise<Shard[]> {
    const shards: Shard[] = [];
    let ExclusiveStartShardId: string | undefined;
    do {
      const { StreamDescription } = await this.#client.callStreams<{
        StreamDescription: { Shards: Shard[]; LastEvaluatedShardId?: string };
      }>("DescribeStream", { StreamArn: this.#table.localStreamArn, ExclusiveStartShardId });
      shards.push(...StreamDescription.Shards);
      ExclusiveStartShardId = StreamDescription.LastEvaluatedShardId;
    } while (ExclusiveStartShardId !== undefined);
    shards.sort((a, b) =>
      compareSequences(a.SequenceNumberRange.StartingSequenceNumber, b.SequenceNumberRange.StartingSequenceNumber),
    );
    return shards.filter(({ SequenceNumberRange: { EndingSequenceNumber } }) =>
      EndingSequenceNumber === undefined ? true : compareSequences(EndingSequenceNumber, this.#sequence) > 0,
    );
  }

  /** Reads a shard until it is closed; of an open one, as long as the cloud runs. */
  async #readShard({ ShardId, SequenceNumberRange }: Shard): Promise<void> {
    const inside = compareSequences(this.#sequence, SequenceNumberRange.StartingSequenceNumber) >= 0;
    const from = inside
      ? { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: this.#sequence }
      : { ShardIteratorType: "TRIM_HORIZON" };
    const StreamArn = this.#table.localStreamArn;
    const start = { StreamArn, ShardId, ...from };
    let { ShardIterator } = await this.#client.callStreams<{ ShardIterator?: string }>("GetShardIterator", start);
    while (ShardIterator !== undefined && !this.#stopped) {
      await this.#untilWorthReading();
      if (this.#stopped) return;
      const version = this.#version;
      const input = { ShardIterator, Limit: PAGE_MAX };
      const page: { Records: StreamRecord[]; NextShardIterator?: string } = await this.#client.callStreams(
        "GetRecords",
        input,
      );
      ShardIterator = page.NextShardIterator;
      if (page.Records.length > 0) this.#hand(page.Records, ShardId);
      else if (ShardIterator !== undefined) this.#atEnd(version);
      if (page.Records.length < PAGE_MAX) await this.#pace();
    }
  }

  async #pace(): Promise<void> {
    if (this.#engine.settling || this.#stopped) return;
    const hurried = new Promise<void>((resolve) => (this.#hurry = resolve));
    await Promise.race([hurried, pause(PACE_MS, undefined, { ref: false })]);
  }

  async #untilWorthReading(): Promise<void> {
    while (!this.#stopped && (this.#unread() === 0 || this.#readers.some(({ backlog }) => backlog > BACKLOG_MAX)))
      await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  #hand(records: StreamRecord[], shardId: string): void {
    for (const record of records) {
      record.awsRegion = this.#place.region;
      if (this.#table.streamArn) record.eventSourceARN = this.#table.streamArn;
      record.dynamodb.ApproximateCreationDateTime += Math.round(this.#engine.offsetMs / 1000);
      const { Keys, OldImage, NewImage, SequenceNumber } = record.dynamodb;
      if (compareSequences(SequenceNumber, this.#sequence) > 0) this.#sequence = SequenceNumber;
      if (this.#expiry.changed(this.#table, Keys, NewImage)) record.userIdentity = EXPIRY_IDENTITY;
      else this.#units.changed(this.#table, Keys, OldImage, NewImage);
    }
    for (const reader of this.#readers) {
      const unseen = records.filter(({ dynamodb }) => compareSequences(dynamodb.SequenceNumber, reader.position) > 0);
      if (unseen.length > 0) reader.take(unseen, shardId);
    }
  }

  #atEnd(version: number): void {
    this.#readVersion = version;
    if (version === this.#version) this.#units.caughtUp(this.#table);
    for (const reader of this.#readers) reader.caughtUp();
    this.#engine.touch();
  }
}

/** Sequence numbers are decimal numbers too long for arithmetic; "" comes before all. */
export function compareSequences(one: string, other: string): number {
  const a = one.replace(/^0+/, "");
  const b = other.replace(/^0+/, "");
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
