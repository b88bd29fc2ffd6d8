import type { StatementSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { stackOf } from "./errors.ts";
import { type FailedBatch, reportFailure } from "./sources-failure.ts";
import type { MappingSettings, SourceTools } from "./sources-settings.ts";
import { compareSequences, type StreamReader, type StreamRecord } from "./streams.ts";

/** Lambda's limit of a request, less what the envelope and JSON's quotes take. */
const PAYLOAD_BYTES_MAX = 5_000_000;
const RETRY_MIN_MS = 50;
const RETRY_MAX_MS = 2_000;

const SCHEMA = `CREATE TABLE IF NOT EXISTS stream_position (
  mapping TEXT NOT NULL, stream TEXT NOT NULL, sequence TEXT NOT NULL, PRIMARY KEY (mapping, stream)
) STRICT;`;

interface Part {
  records: StreamRecord[];
  attempts: number;
}

/** A DynamoDB stream's event source mapping: batches in order, one at a time, until each is handled or given up. */
export class StreamMapping implements StreamReader {
  readonly #settings: MappingSettings;
  readonly #tools: SourceTools;
  readonly #streamArn: string;
  readonly #save: StatementSync;
  readonly #queue: StreamRecord[] = [];
  readonly #room: () => void;
  #position: string;
  #seen = "";
  #saved: string;
  #shardId = "";
  #skipping: boolean;
  #running = false;
  #stopped = false;
  #window: NodeJS.Timeout | undefined;

  /** `streamArn` is the stream's present name: a table that was made anew is read anew. `room` asks for more. */
  constructor(settings: MappingSettings, tools: SourceTools, streamArn: string, room: () => void) {
    this.#settings = settings;
    this.#tools = tools;
    this.#streamArn = streamArn;
    this.#room = room;
    const { database } = tools.engine;
    database.exec(SCHEMA);
    this.#save = database.prepare(
      "INSERT OR REPLACE INTO stream_position (mapping, stream, sequence) VALUES (?, ?, ?)",
    );
    const row = database
      .prepare("SELECT sequence FROM stream_position WHERE mapping = ? AND stream = ?")
      .get(settings.id, streamArn);
    this.#position = this.#saved = String(row?.sequence ?? "");
    this.#skipping = settings.startsAtEnd && row === undefined;
    tools.engine.watch(`stream mapping ${settings.id}`, () => (tools.paused() ? 0 : this.#queue.length));
  }

  get position(): string {
    return compareSequences(this.#seen, this.#position) > 0 ? this.#seen : this.#position;
  }

  get backlog(): number {
    return this.#queue.length;
  }

  take(records: StreamRecord[], shardId: string): void {
    this.#shardId = shardId;
    this.#seen = records.at(-1)?.dynamodb.SequenceNumber ?? this.#seen;
    if (!this.#skipping) for (const record of records) if (this.#settings.matches(record)) this.#queue.push(record);
    this.pump();
  }

  caughtUp(): void {
    this.#skipping = false;
    if (this.#queue.length === 0) this.#remember(this.position);
  }

  /** Hands over what waits, unless a batch is under way or its window is still open. */
  pump(): void {
    if (this.#running || this.#stopped || this.#queue.length === 0 || this.#tools.paused()) return;
    const { batchSize, windowMs } = this.#settings;
    if (this.#queue.length < batchSize && windowMs > 0 && !this.#tools.engine.settling) {
      this.#window ??= setTimeout(() => this.#run(), windowMs);
      return;
    }
    void this.#run();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#window);
  }

  async #run(): Promise<void> {
    clearTimeout(this.#window);
    this.#window = undefined;
    if (this.#running || this.#stopped) return;
    this.#running = true;
    try {
      const batch = this.#nextBatch();
      await this.#tools.engine.busy(() => this.#handle(batch));
      this.#queue.splice(0, batch.length);
      if (this.#queue.length === 0) this.#remember(this.position);
    } catch (error) {
      if (!this.#stopped) this.#tools.log(`stream mapping ${this.#settings.id}: ${stackOf(error)}`);
      await pause(RETRY_MAX_MS);
    } finally {
      this.#running = false;
      this.#room();
      this.#tools.engine.touch();
      this.pump();
    }
  }

  #nextBatch(): StreamRecord[] {
    let bytes = 0;
    const batch = this.#queue.slice(0, this.#settings.batchSize);
    const end = batch.findIndex(({ dynamodb }, index) => {
      bytes += 2 * dynamodb.SizeBytes + 1_000;
      return bytes > PAYLOAD_BYTES_MAX && index > 0;
    });
    return end < 0 ? batch : batch.slice(0, end);
  }

  /** Works through a batch: what fails is split where the mapping says so, retried, and at last given up. */
  async #handle(batch: StreamRecord[]): Promise<void> {
    const parts: Part[] = [{ records: batch, attempts: 0 }];
    for (let part = parts.shift(); part && !this.#stopped; part = parts.shift()) {
      const failedAt = this.#tooOld(part) ? 0 : await this.#invoke(part);
      const handled = part.records.slice(0, failedAt);
      const left = part.records.slice(handled.length);
      if (handled.length > 0) this.#remember(handled.at(-1)?.dynamodb.SequenceNumber ?? "");
      if (left.length === 0) continue;
      part.attempts += 1;
      if (this.#tooOld(part) || part.attempts > (this.#settings.retriesMax ?? Number.POSITIVE_INFINITY)) {
        await this.#giveUp(left, part.attempts);
      } else if (this.#settings.bisect && left.length > 1) {
        // A split is no retry: both halves keep the attempts they had.
        const half = Math.ceil(left.length / 2);
        const attempts = part.attempts - 1;
        parts.unshift({ records: left.slice(0, half), attempts }, { records: left.slice(half), attempts });
      } else {
        await pause(Math.min(RETRY_MIN_MS * 2 ** part.attempts, RETRY_MAX_MS));
        parts.unshift({ records: left, attempts: part.attempts });
      }
    }
  }

  /** Runs the function; gives the index of the first record that failed, or their number when none did. */
  async #invoke({ records }: Part): Promise<number> {
    const { functions, duplicates, counters } = this.#tools;
    const event = { Records: records };
    counters.batches += 1;
    counters.records += records.length;
    if (duplicates()) await functions.invoke(this.#settings.functionArn, event);
    const outcome = await functions.invoke(this.#settings.functionArn, event);
    if (!outcome.ok) return 0;
    if (!this.#settings.partial) return records.length;
    const { batchItemFailures } = (outcome.payload ?? {}) as { batchItemFailures?: { itemIdentifier?: string }[] };
    const failed = (batchItemFailures ?? []).map(({ itemIdentifier }) =>
      records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === itemIdentifier),
    );
    // A name that is not in the batch fails all of it, as on AWS.
    return failed.length === 0 ? records.length : Math.max(0, Math.min(...failed));
  }

  #tooOld({ records }: Part): boolean {
    const bornAt = (records[0]?.dynamodb.ApproximateCreationDateTime ?? 0) * 1000;
    return this.#tools.engine.now() - bornAt > (this.#settings.ageMsMax ?? Number.POSITIVE_INFINITY);
  }

  async #giveUp(records: StreamRecord[], attempts: number): Promise<void> {
    const batch: FailedBatch = { records, attempts, shardId: this.#shardId, streamArn: this.#settings.sourceArn };
    await reportFailure(this.#settings, this.#tools, batch);
    this.#remember(records.at(-1)?.dynamodb.SequenceNumber ?? "");
  }

  #remember(sequence: string): void {
    if (this.#stopped || compareSequences(sequence, this.#saved) <= 0) return;
    this.#position = this.#saved = sequence;
    this.#save.run(this.#settings.id, this.#streamArn, sequence);
  }
}
