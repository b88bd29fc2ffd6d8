import type { SQSBatchResponse } from "aws-lambda";
import type { Timer } from "./loop.ts";
import type { Ground, Lambdas } from "./process.ts";

/** The settings of infra/constructs/consumer.ts. */
const BATCH_RECORDS = 10;
const CONCURRENCY = 2;
const RECEIVES_MAX = 5;
const VISIBILITY_MS = 180_000;

interface Message {
  id: string;
  body: string;
  receives: number;
  /** Why it came back, each time. */
  reasons: string[];
  isHidden: boolean;
  timer?: Timer;
  done: (() => void) | undefined;
}

/** The queue of one consumer with its event source mapping and its dead letters. */
export class Queue {
  readonly deadLetters: Message[] = [];
  /** Dead letters some of whose failures have no reason. */
  readonly unexplained: string[] = [];
  readonly #name: string;
  readonly #ground: Ground;
  readonly #lambdas: Lambdas;
  readonly #messages: Message[] = [];
  #running = 0;
  #sent = 0;

  constructor(name: string, ground: Ground, lambdas: Lambdas) {
    this.#name = name;
    this.#ground = ground;
    this.#lambdas = lambdas;
  }

  /** Takes a message; `done` hears when a consumer has dealt with it. */
  send(body: unknown, done?: () => void): void {
    this.#sent += 1;
    const id = `${this.#name}-${this.#sent}`;
    this.#add({ id, body: JSON.stringify(body), receives: 0, reasons: [], isHidden: false, done });
  }

  /** Takes a dead letter from elsewhere. */
  putAside(body: unknown): void {
    this.#sent += 1;
    const id = `${this.#name}-${this.#sent}`;
    this.deadLetters.push({
      id,
      body: JSON.stringify(body),
      receives: 0,
      reasons: [],
      isHidden: false,
      done: undefined,
    });
  }

  /** Gives dead letters another life, as an operator does. */
  redrive(): number {
    const letters = this.deadLetters.splice(0);
    for (const { id, body, done } of letters) {
      this.#add({ id, body, receives: 0, reasons: [], isHidden: false, done });
    }
    return letters.length;
  }

  #add(message: Message): void {
    this.#messages.push(message);
    this.#ground.loop.after(this.#ground.random.between(1, 40), () => this.#pump());
  }

  #pump(): void {
    const { random } = this.#ground;
    while (this.#running < CONCURRENCY) {
      const ready = this.#messages.filter(({ isHidden }) => !isHidden);
      for (const message of ready.filter(({ receives }) => receives >= RECEIVES_MAX)) this.#bury(message);
      const living = ready.filter(({ receives }) => receives < RECEIVES_MAX);
      if (living.length === 0) return;
      const batch = random.shuffled(living).slice(0, random.between(1, BATCH_RECORDS));
      this.#running += 1;
      void this.#deliver(batch);
    }
  }

  async #deliver(batch: readonly Message[]): Promise<void> {
    for (const message of batch) {
      message.isHidden = true;
      message.receives += 1;
      message.timer = this.#ground.loop.after(VISIBILITY_MS, () => {
        message.isHidden = false;
        this.#pump();
      });
    }
    const Records = batch.map(({ id, body, receives }) => ({
      messageId: id,
      body,
      attributes: { ApproximateReceiveCount: String(receives) },
    }));
    const { ending, faults } = await this.#lambdas.invoke(this.#name, { Records });
    this.#running -= 1;
    const failed =
      ending.kind === "done" && ending.answer
        ? (ending.answer as SQSBatchResponse).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
        : batch.map(({ id }) => id);
    for (const message of batch) {
      if (failed.includes(message.id)) message.reasons.push(faults.join(", "));
      else this.#settle(message);
    }
    this.#pump();
  }

  /** Deletes a message; a queue may hand it out once more all the same. */
  #settle(message: Message): void {
    const { faults } = this.#ground;
    message.done?.();
    if (message.receives < RECEIVES_MAX && faults.strikes("twice")) {
      faults.count("message handed out again", "after it was dealt with");
      // Why it came back before is over: of two copies at once, one finds that the other is being sent.
      message.reasons = [];
      return;
    }
    this.#remove(message);
  }

  #bury(message: Message): void {
    this.#remove(message);
    this.deadLetters.push(message);
    this.#ground.tell(`${this.#name} buries ${message.id}`);
    this.#ground.faults.count("failures of one message", "dead letter");
    if (message.reasons.some((reason) => reason === "")) this.unexplained.push(`${this.#name} ${message.body}`);
  }

  #remove(message: Message): void {
    if (message.timer) this.#ground.loop.cancel(message.timer);
    this.#messages.splice(this.#messages.indexOf(message), 1);
  }
}
