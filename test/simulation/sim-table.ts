import { list } from "../../functions/table/keys.ts";
import { Conflict, type Table, type Write } from "../../functions/table/table.ts";
import { type MemoryTable, memoryTable } from "../support/memory-table.ts";
import { type Ground, type Invocation, outside, type Process } from "./process.ts";

/** Changes that an eventually consistent read may not show yet, at most; and for how long. */
const LAG_CHANGES_MAX = 6;
const LAG_MAX_MS = 1_000;
/** The partitions of what is due. */
const DUE = list.due(0).replace(/\d+$/, "");

/** The table behind every process: what is stored, and a copy that lags behind. */
export class SimTable {
  readonly memory: MemoryTable = memoryTable();
  readonly #copy: MemoryTable = memoryTable();
  readonly #ground: Ground;
  readonly #changed: () => void;
  #copied = 0;
  /** When each change was made. */
  readonly #times: number[] = [];
  /** What waits for its time, and until when, by its key. */
  readonly #due = new Map<string, string>();

  constructor(ground: Ground, changed: () => void) {
    this.#ground = ground;
    this.#changed = changed;
  }

  /** True when something waited for an instant that has passed. */
  isAnythingDue(now: string): boolean {
    return [...this.#due.values()].some((at) => at <= now);
  }

  /** The table as one process reaches it. */
  of(process: Process): Table {
    const { memory } = this;
    const call = <T>(site: string, effect: () => Promise<T>) =>
      outside(this.#ground, process, site, async (invocation) => {
        await this.#throttle(invocation);
        return effect();
      });
    return {
      get: (key) => call("table.get", () => memory.get(key)),
      getMany: (keys) => call("table.getMany", async () => (await this.#lagging()).getMany(keys)),
      query: (range) =>
        call("table.query", async () => (range.consistent ? memory : await this.#lagging()).query(range)),
      scan: (page) => call("table.scan", async () => (page.consistent ? memory : await this.#lagging()).scan(page)),
      write: async (writes) => {
        if (writes.length === 0) return;
        await outside(this.#ground, process, "table.write", async (invocation) => {
          await this.#throttle(invocation);
          await this.#write(writes, invocation);
        });
      },
    };
  }

  /** As an SDK writes: a transaction that it repeats is known by its token, a single write is not. */
  async #write(writes: readonly Write[], invocation: Invocation): Promise<void> {
    const { faults } = this.#ground;
    if (faults.strikes("conflict")) {
      invocation.faults.push("conflict");
      throw new Conflict([]);
    }
    await this.#apply(writes);
    if (!faults.strikes("lostAnswer")) return;
    invocation.faults.push(writes.length > 1 ? "lost answer of a transaction" : "lost answer of a write");
    if (writes.length === 1) await this.#apply(writes);
  }

  async #apply(writes: readonly Write[]): Promise<void> {
    await this.memory.write(writes);
    const { nowMs } = this.#ground.loop;
    for (const { key, new: now } of this.memory.changes.slice(this.#times.length)) {
      this.#times.push(nowMs);
      if (now && String(now.gsi4pk).startsWith(DUE)) this.#due.set(`${key.pk} ${key.sk}`, String(now.gsi4sk));
      else this.#due.delete(`${key.pk} ${key.sk}`);
    }
    this.#changed();
  }

  async #throttle(invocation: Invocation): Promise<void> {
    const { faults, loop } = this.#ground;
    if (!faults.strikes("throttle")) return;
    await loop.pause(60);
    if (!faults.strikes("throttleLasts")) {
      faults.count("throttle", "absorbed by the SDK");
      return;
    }
    invocation.faults.push("throttle");
    throw Object.assign(new Error("The table is busy."), { name: "ThrottlingException" });
  }

  /** The copy, brought forward to somewhere near the present. */
  async #lagging(): Promise<MemoryTable> {
    const { changes } = this.memory;
    const { faults, random, loop } = this.#ground;
    if (!faults.isOn) return this.memory;
    const lag = faults.strikes("staleRead") ? random.between(1, LAG_CHANGES_MAX) : 0;
    const isOld = (at: number) => (this.#times[at] ?? 0) + LAG_MAX_MS < loop.nowMs;
    while (this.#copied < changes.length && (this.#copied < changes.length - lag || isOld(this.#copied))) {
      const { key, new: now } = changes[this.#copied] as (typeof changes)[number];
      await this.#copy.write([now ? { put: now } : { remove: key }]);
      this.#copied += 1;
    }
    faults.count("stale read", this.#copied < changes.length ? "older state" : "nothing missing");
    return this.#copy;
  }
}
