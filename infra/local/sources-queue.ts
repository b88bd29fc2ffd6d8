import { stackOf } from "./errors.ts";
import type { QueueMessage, QueueSource } from "./ports.ts";
import type { MappingSettings, SourceTools } from "./sources-settings.ts";

const RECEIVE_MAX = 10;

/** A queue's event source mapping: batches side by side up to a bound; what fails shows again after its timeout. */
export class QueueMapping {
  readonly #settings: MappingSettings;
  readonly #tools: SourceTools;
  readonly #queues: QueueSource;
  #active = 0;
  #scheduled = false;
  #stopped = false;
  #unlisten: () => void = () => {};

  constructor(settings: MappingSettings, tools: SourceTools, queues: QueueSource) {
    this.#settings = settings;
    this.#tools = tools;
    this.#queues = queues;
    tools.engine.watch(`queue mapping ${settings.id}`, () =>
      tools.paused() ? 0 : this.#active + queues.visible(settings.sourceArn),
    );
  }

  start(): void {
    this.#unlisten = this.#queues.onArrival(this.#settings.sourceArn, () => this.pump());
    this.pump();
  }

  stop(): void {
    this.#stopped = true;
    this.#unlisten();
  }

  /** Looks for messages soon; arrivals of the same turn are received together. */
  pump(): void {
    if (this.#scheduled || this.#stopped) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#stopped || this.#tools.paused() || this.#active >= this.#settings.concurrencyMax) return;
      if (this.#queues.visible(this.#settings.sourceArn) > 0) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#active += 1;
    try {
      await this.#tools.engine.busy(async () => {
        const messages = await this.#receive();
        // More may be there than one batch takes.
        this.pump();
        if (messages.length > 0) await this.#handle(messages);
      });
    } catch (error) {
      if (!this.#stopped) this.#tools.log(`queue mapping ${this.#settings.id}: ${stackOf(error)}`);
    } finally {
      this.#active -= 1;
      this.#tools.engine.touch();
      this.pump();
    }
  }

  async #receive(): Promise<QueueMessage[]> {
    const { sourceArn, batchSize, windowMs } = this.#settings;
    const waitMs = this.#tools.engine.settling ? 0 : windowMs;
    const messages: QueueMessage[] = [];
    while (messages.length < batchSize) {
      const more = await this.#queues.receive(
        sourceArn,
        Math.min(RECEIVE_MAX, batchSize - messages.length),
        messages.length > 0 ? waitMs : 0,
      );
      this.#tools.counters.queueReceives += 1;
      if (more.length === 0) break;
      messages.push(...more);
    }
    return messages;
  }

  async #handle(messages: QueueMessage[]): Promise<void> {
    const { sourceArn, functionArn, matches } = this.#settings;
    const { functions, duplicates, topology } = this.#tools;
    const wanted = messages.filter((message) => matches({ ...message, body: parsed(message.body) }));
    const unwanted = messages.filter((message) => !wanted.includes(message));
    if (unwanted.length > 0) await this.#delete(unwanted);
    if (wanted.length === 0) return;
    const origin = { eventSource: "aws:sqs", eventSourceARN: sourceArn, awsRegion: topology.region };
    const event = { Records: wanted.map((message) => ({ ...message, ...origin })) };
    this.#tools.counters.messages += wanted.length;
    if (duplicates()) await functions.invoke(functionArn, event);
    const outcome = await functions.invoke(functionArn, event);
    if (outcome.ok) await this.#delete(this.#succeeded(wanted, outcome.payload));
  }

  #succeeded(messages: QueueMessage[], payload: unknown): QueueMessage[] {
    if (!this.#settings.partial) return messages;
    const { batchItemFailures } = (payload ?? {}) as { batchItemFailures?: { itemIdentifier?: string }[] };
    const failed = new Set((batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier));
    const ids = new Set(messages.map(({ messageId }) => messageId));
    // A name that is not in the batch fails all of it, as on AWS.
    if ([...failed].some((id) => id === undefined || !ids.has(id))) return [];
    return messages.filter(({ messageId }) => !failed.has(messageId));
  }

  async #delete(messages: QueueMessage[]): Promise<void> {
    const handles = messages.map(({ receiptHandle }) => receiptHandle);
    if (handles.length === 0) return;
    // Lambda deletes a batch by batch requests of ten.
    this.#tools.counters.queueDeletes += Math.ceil(handles.length / RECEIVE_MAX);
    await this.#queues.delete(this.#settings.sourceArn, handles);
  }
}

/** Filters look into JSON bodies; other bodies are text to them. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
