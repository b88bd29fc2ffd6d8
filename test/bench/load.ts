import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** Where a load goes: the API with a store's key, or a table without anything between. */
export type Target = { kind: "api"; url: string; key: string } | { kind: "bare"; endpoint: string; table: string };

/** New orders from a number on, by so many clients that each wait for their answer. */
export interface Round {
  from: number;
  orders: number;
  clients: number;
}

/** How a round went. */
export interface Ran {
  elapsedMs: number;
  latenciesMs: number[];
  /** Requests that were not answered as a new order is, with the first answer. */
  failed: number;
  firstFailure?: string;
}

/** A thread of its own that makes load, so that measuring does not slow what is measured. */
export class Load {
  readonly #worker: Worker;

  constructor(target: Target) {
    this.#worker = new Worker(new URL("load-worker.ts", import.meta.url), { workerData: target });
  }

  async run(round: Round): Promise<Ran> {
    this.#worker.postMessage(round);
    const [answer] = (await once(this.#worker, "message")) as [Ran | { error: string }];
    if ("error" in answer) throw new Error(answer.error);
    return answer;
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
