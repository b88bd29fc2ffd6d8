import { createHash } from "node:crypto";
import type { DynamoDBBatchResponse, DynamoDBRecord } from "aws-lambda";
import { compilePattern, type Matcher } from "../../infra/local/pattern.ts";
import type { StreamReader as Line } from "../../infra/wiring-types.ts";
import type { Change, MemoryTable } from "../support/memory-table.ts";
import { streamRecord } from "../support/stream.ts";
import type { Crash, Ground, Lambdas } from "./process.ts";

/** The settings of infra/constructs/stream-reader.ts. */
const BATCH_RECORDS = 100;
const RETRIES_MAX = 10;
const RETRY_MIN_MS = 50;
const RETRY_MAX_MS = 2_000;
/** An alarm calls an operator, who hands over what was given up. */
const OPERATOR_MS = 15 * 60_000;
/** Records that a reader comes back to at most, when it begins again before where it was. */
const REWIND_MAX = 5;

/** A part of the stream: the changes of some keys, in sequence. Its readers end with its parent first. */
interface Shard {
  from: number;
  to: number;
  records: DynamoDBRecord[];
  parent: Shard | undefined;
  isClosed: boolean;
}

const HASHES = 65_536;
const hashOf = (pk: string) => createHash("md5").update(pk).digest().readUInt16BE(0);

/** The table's stream: shards that split, each item's changes in sequence. */
export class Stream {
  readonly shards: Shard[] = [{ from: 0, to: HASHES, records: [], parent: undefined, isClosed: false }];
  readonly #ground: Ground;
  readonly #source: MemoryTable;
  readonly #heard: (() => void)[] = [];
  #read = 0;

  constructor(ground: Ground, source: MemoryTable) {
    this.#ground = ground;
    this.#source = source;
  }

  onNews(hear: () => void): void {
    this.#heard.push(hear);
  }

  /** Takes up what changed since the last time. */
  follow(): void {
    for (const change of this.#source.changes.slice(this.#read)) {
      this.#read += 1;
      this.#append(change);
    }
    for (const hear of this.#heard) hear();
  }

  #append(change: Change): void {
    const hash = hashOf(change.key.pk);
    const shard = this.shards.find(({ from, to, isClosed }) => !isClosed && hash >= from && hash < to) as Shard;
    shard.records.push(streamRecord(change, this.#read));
    const { faults } = this.#ground;
    if (shard.to - shard.from > 1 && this.shards.length < 7 && faults.strikes("split")) {
      faults.count("shard split", "two children");
      const middle = Math.floor((shard.from + shard.to) / 2);
      shard.isClosed = true;
      for (const [from, to] of [
        [shard.from, middle],
        [middle, shard.to],
      ] as const) {
        this.shards.push({ from, to, records: [], parent: shard, isClosed: false });
      }
    }
  }
}

interface Part {
  records: DynamoDBRecord[];
  attempts: number;
}

/** One reader's event source mapping: shard by shard, batches in sequence, what fails is halved, retried, given up. */
export class Mapping {
  /** Records that were given up: the failure destination keeps them. */
  readonly given: DynamoDBRecord[][] = [];
  readonly #line: Line;
  readonly #ground: Ground;
  readonly #lambdas: Lambdas;
  readonly #stream: Stream;
  readonly #matchers: readonly Matcher[];
  readonly #positions = new Map<Shard, number>();
  readonly #busy = new Set<Shard>();

  constructor(line: Line, ground: Ground, lambdas: Lambdas, stream: Stream) {
    this.#line = line;
    this.#ground = ground;
    this.#lambdas = lambdas;
    this.#stream = stream;
    this.#matchers = line.filters.map(compilePattern);
    stream.onNews(() => this.#pump());
  }

  /** Hands over what was given up, as an operator does. */
  async redrive(): Promise<number> {
    const batches = this.given.splice(0);
    for (const batch of batches) await this.#handle(batch);
    return batches.length;
  }

  #positionOf(shard: Shard): number {
    return this.#positions.get(shard) ?? 0;
  }

  #isRead(shard: Shard | undefined): boolean {
    return !shard || (this.#positionOf(shard) >= shard.records.length && !this.#busy.has(shard));
  }

  #pump(): void {
    for (const shard of this.#stream.shards) {
      if (this.#busy.has(shard) || this.#isRead(shard) || !this.#isRead(shard.parent)) continue;
      this.#busy.add(shard);
      this.#ground.loop.after(this.#ground.random.between(20, 200), () => void this.#run(shard));
    }
  }

  async #run(shard: Shard): Promise<void> {
    const { faults, random } = this.#ground;
    const from = this.#positionOf(shard);
    const batch = shard.records.slice(from, from + BATCH_RECORDS);
    const wanted = batch.filter((record) => this.#matchers.some((matches) => matches(record)));
    const isTwofold = wanted.length > 0 && faults.strikes("twice");
    if (isTwofold) faults.count("batch of the stream", "handed to two at once");
    if (wanted.length > 0) await Promise.all([this.#handle(wanted), ...(isTwofold ? [this.#handle(wanted)] : [])]);
    let position = from + batch.length;
    if (wanted.length > 0 && faults.strikes("rewind")) {
      faults.count("stream read again", "from before");
      position = Math.max(0, position - random.between(1, REWIND_MAX));
    }
    this.#positions.set(shard, position);
    this.#busy.delete(shard);
    this.#pump();
  }

  async #handle(batch: DynamoDBRecord[]): Promise<void> {
    const parts: Part[] = [{ records: batch, attempts: 0 }];
    const { faults, loop } = this.#ground;
    const crash = faults.strikes("blackout") ? ({ call: 0, when: "before" } as const) : undefined;
    for (let part = parts.shift(); part; part = parts.shift()) {
      const left = part.records.slice(await this.#invoke(part.records, crash));
      if (left.length === 0) continue;
      const attempts = part.attempts + 1;
      if (attempts > RETRIES_MAX) {
        this.given.push(left);
        faults.count("failures of one batch", "given up");
        loop.after(OPERATOR_MS, () => void this.redrive(), true);
      } else if (left.length > 1) {
        faults.count("failure of a batch", "halved");
        const half = Math.ceil(left.length / 2);
        // A split is no retry: both halves keep the attempts they had.
        parts.unshift(
          { records: left.slice(0, half), attempts: part.attempts },
          { records: left.slice(half), attempts: part.attempts },
        );
      } else {
        await loop.pause(Math.min(RETRY_MIN_MS * 2 ** attempts, RETRY_MAX_MS));
        parts.unshift({ records: left, attempts });
      }
    }
  }

  /** Runs the reader; the number of records before the first that failed. */
  async #invoke(records: DynamoDBRecord[], crash: Crash | undefined): Promise<number> {
    const { ending } = await this.#lambdas.invoke(this.#line.name, { Records: records }, crash);
    if (ending.kind !== "done") return 0;
    const { batchItemFailures = [] } = (ending.answer ?? {}) as Partial<DynamoDBBatchResponse>;
    const failed = batchItemFailures.map(({ itemIdentifier }) =>
      records.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === itemIdentifier),
    );
    return failed.length === 0 ? records.length : Math.max(0, Math.min(...failed));
  }
}
