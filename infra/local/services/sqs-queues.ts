import { randomUUID } from "node:crypto";
import type { Engine, Millis } from "../ports.ts";
import { Arrivals } from "./arrivals.ts";
import { type Cloud, document } from "./cloud.ts";
import { openStore, type Store } from "./database.ts";
import { AwsError } from "./errors.ts";
import type { MessageAttribute } from "./md5.ts";

const SCHEMA = `
CREATE TABLE IF NOT EXISTS sqs_message (
  sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, queue TEXT NOT NULL, body TEXT NOT NULL,
  attributes TEXT NOT NULL, system TEXT NOT NULL, sender TEXT NOT NULL, sent_at INTEGER NOT NULL,
  visible_at INTEGER NOT NULL, receives INTEGER NOT NULL DEFAULT 0, first_received_at INTEGER, receipt TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS sqs_message_visible ON sqs_message (queue, visible_at);
`;
const SWEEP_MS = 60_000;
const COUNTED_MAX = 1000;

/** A queue of the templates with its settings, times in milliseconds. */
export interface Queue {
  arn: string;
  name: string;
  url: string;
  visibilityMs: number;
  delayMs: number;
  retentionMs: number;
  waitMs: number;
  sizeMax: number;
  keyId: string | undefined;
  redrive: { deadLetterTargetArn: string; maxReceiveCount: number } | undefined;
}

/** One received message. */
export interface Message {
  id: string;
  body: string;
  attributes: Record<string, MessageAttribute>;
  system: Record<string, string>;
  sender: string;
  sentAt: Millis;
  receives: number;
  firstReceivedAt: Millis;
  receiptHandle: string;
}

/** What a sender says of a message. */
export interface Draft {
  body: string;
  attributes?: Record<string, MessageAttribute>;
  system?: Record<string, string>;
  sender?: string;
  delayMs?: number;
}

interface Row {
  id: string;
  body: string;
  attributes: string;
  system: string;
  sender: string;
  sent_at: number;
  receives: number;
  first_received_at: number | null;
}

/** The queues of the templates: standard ones, with visibility, delay, redrive and retention on the cloud's clock. */
export class Queues {
  readonly #engine: Engine;
  readonly #store: Store;
  readonly #queues = new Map<string, Queue>();
  readonly #arrivals: Arrivals;
  readonly #sweptAt = new Map<string, Millis>();

  constructor({ topology, engine, log }: Pick<Cloud, "topology" | "engine" | "log">) {
    this.#engine = engine;
    this.#store = openStore(engine.database, SCHEMA);
    for (const { arn, ref, properties } of topology.all("AWS::SQS::Queue")) {
      if (arn.endsWith(".fifo")) log(`sqs: ${arn} is emulated as a standard queue, without order or deduplication`);
      this.#queues.set(arn, readQueue(arn, ref, properties));
    }
    this.#arrivals = new Arrivals(engine, "sqs.visible", (arn) => this.#nextVisibleAt(arn));
  }

  all(): Queue[] {
    return [...this.#queues.values()];
  }

  find(arn: string): Queue | undefined {
    return this.#queues.get(arn);
  }

  /** Calls back whenever a queue may have visible messages; returns the way to stop. */
  onArrival(arn: string, listener: () => void): () => void {
    return this.#arrivals.listen(arn, listener);
  }

  /** Puts messages on disk, all or none, and gives their ids. */
  send(queue: Queue, drafts: Draft[]): string[] {
    const now = this.#engine.now();
    const visible = drafts.map(({ delayMs }) => now + (delayMs ?? queue.delayMs));
    const ids = this.#store.atomic(() =>
      drafts.map((draft, index) => this.#insert(queue, draft, now, visible[index] ?? now)),
    );
    this.#arrivals.announce(queue.arn, Math.min(...visible));
    return ids;
  }

  #insert(queue: Queue, draft: Draft, now: Millis, visibleAt: Millis): string {
    const { body, attributes = {}, system = {}, sender = "local" } = draft;
    const id = randomUUID();
    this.#store.run(
      `INSERT INTO sqs_message (id, queue, body, attributes, system, sender, sent_at, visible_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      queue.arn,
      body,
      JSON.stringify(attributes),
      JSON.stringify(system),
      sender,
      now,
      visibleAt,
    );
    return id;
  }

  /** Takes up to `max` visible messages and hides them; those received too often go to the dead letters instead. */
  receive(queue: Queue, max: number, visibilityMs = queue.visibilityMs): Message[] {
    const now = this.#engine.now();
    const messages = this.#store.atomic(() => {
      this.#sweep(queue, now);
      const rows = this.#store.all<Row>(
        "SELECT * FROM sqs_message WHERE queue = ? AND visible_at <= ? ORDER BY visible_at, sequence LIMIT ?",
        queue.arn,
        now,
        max,
      );
      return rows.flatMap((row) => this.#take(queue, row, visibilityMs, now) ?? []);
    });
    if (messages.length > 0) this.#arrivals.announce(queue.arn, now + visibilityMs);
    return messages;
  }

  #take(queue: Queue, row: Row, visibilityMs: number, now: Millis): Message | undefined {
    if (queue.redrive && row.receives >= queue.redrive.maxReceiveCount) {
      this.#bury(queue.redrive.deadLetterTargetArn, queue, row, now);
      return undefined;
    }
    const receipt = randomUUID();
    const firstReceivedAt = row.first_received_at ?? now;
    this.#store.run(
      "UPDATE sqs_message SET receives = receives + 1, first_received_at = ?, receipt = ?, visible_at = ? WHERE id = ?",
      firstReceivedAt,
      receipt,
      now + visibilityMs,
      row.id,
    );
    return { ...readRow(row), firstReceivedAt, receiptHandle: writeReceipt(row.id, receipt) };
  }

  #bury(deadLetterArn: string, queue: Queue, row: Row, now: Millis): void {
    const system = { ...JSON.parse(row.system), DeadLetterQueueSourceArn: queue.arn };
    this.#store.run(
      "UPDATE sqs_message SET queue = ?, system = ?, visible_at = ?, receives = 0, receipt = NULL WHERE id = ?",
      deadLetterArn,
      JSON.stringify(system),
      now,
      row.id,
    );
    this.#arrivals.announce(deadLetterArn, now);
  }

  /** Removes a message; a receipt that is no longer the newest removes nothing, as standard queues may do. */
  remove(queue: Queue, receiptHandle: string): void {
    const [id, receipt] = readReceipt(receiptHandle);
    this.#store.run("DELETE FROM sqs_message WHERE id = ? AND queue = ? AND receipt = ?", id, queue.arn, receipt);
  }

  /** Hides a received message for so long from now on (0 shows it at once). */
  hide(queue: Queue, receiptHandle: string, forMs: number): void {
    const now = this.#engine.now();
    const [id, receipt] = readReceipt(receiptHandle);
    const changed = this.#store.run(
      "UPDATE sqs_message SET visible_at = ? WHERE id = ? AND queue = ? AND receipt = ? AND visible_at > ?",
      now + forMs,
      id,
      queue.arn,
      receipt,
      now,
    );
    if (changed === 0) throw new AwsError("MessageNotInflight", "The message is not in flight.");
    this.#arrivals.announce(queue.arn, now + forMs);
  }

  purge(queue: Queue): void {
    this.#store.run("DELETE FROM sqs_message WHERE queue = ?", queue.arn);
  }

  /** How many messages could be received right now, counted up to a bound. */
  visible(queue: Queue): number {
    const row = this.#store.one<{ total: number }>(
      "SELECT COUNT(*) AS total FROM (SELECT 1 FROM sqs_message WHERE queue = ? AND visible_at <= ? LIMIT ?)",
      queue.arn,
      this.#engine.now(),
      COUNTED_MAX,
    );
    return row?.total ?? 0;
  }

  /** How many messages are visible, in flight (received and hidden) and delayed (hidden, never received). */
  counts(queue: Queue): { visible: number; inFlight: number; delayed: number } {
    const now = this.#engine.now();
    const row = this.#store.one<{ visible: number; inFlight: number; delayed: number }>(
      `SELECT COUNT(*) FILTER (WHERE visible_at <= ?1) AS visible,
              COUNT(*) FILTER (WHERE visible_at > ?1 AND receives > 0) AS inFlight,
              COUNT(*) FILTER (WHERE visible_at > ?1 AND receives = 0) AS delayed
       FROM sqs_message WHERE queue = ?2 AND sent_at > ?3`,
      now,
      queue.arn,
      now - queue.retentionMs,
    );
    return { visible: 0, inFlight: 0, delayed: 0, ...row };
  }

  #sweep(queue: Queue, now: Millis): void {
    if (now - (this.#sweptAt.get(queue.arn) ?? 0) < SWEEP_MS) return;
    this.#sweptAt.set(queue.arn, now);
    this.#store.run("DELETE FROM sqs_message WHERE queue = ? AND sent_at <= ?", queue.arn, now - queue.retentionMs);
  }

  #nextVisibleAt(arn: string): Millis | undefined {
    const next = this.#store.one<{ at: number | null }>(
      "SELECT MIN(visible_at) AS at FROM sqs_message WHERE queue = ? AND visible_at > ?",
      arn,
      this.#engine.now(),
    );
    return next?.at ?? undefined;
  }
}

function readQueue(arn: string, ref: string, properties: Record<string, unknown>): Queue {
  const seconds = (name: string, otherwise: number) => Number(properties[name] ?? otherwise) * 1000;
  return {
    arn,
    name: arn.split(":")[5] ?? arn,
    url: ref,
    visibilityMs: seconds("VisibilityTimeout", 30),
    delayMs: seconds("DelaySeconds", 0),
    retentionMs: seconds("MessageRetentionPeriod", 345_600),
    waitMs: seconds("ReceiveMessageWaitTimeSeconds", 0),
    sizeMax: Number(properties.MaximumMessageSize ?? 1_048_576),
    keyId: properties.KmsMasterKeyId as string | undefined,
    redrive: document<Queue["redrive"]>(properties.RedrivePolicy),
  };
}

function readRow(row: Row): Omit<Message, "firstReceivedAt" | "receiptHandle"> {
  const { id, body, sender } = row;
  const attributes = JSON.parse(row.attributes) as Message["attributes"];
  const system = JSON.parse(row.system) as Message["system"];
  return { id, body, sender, attributes, system, sentAt: row.sent_at, receives: row.receives + 1 };
}

function writeReceipt(id: string, receipt: string): string {
  return Buffer.from(`${id} ${receipt}`).toString("base64url");
}

function readReceipt(handle: string): [string, string] {
  const [id, receipt] = Buffer.from(handle, "base64url").toString().split(" ");
  if (!id || !receipt) throw new AwsError("ReceiptHandleIsInvalid", "The receipt handle is not valid.");
  return [id, receipt];
}
