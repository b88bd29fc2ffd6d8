import { port } from "../shell/port.ts";
import { table } from "./dynamo.ts";
import { limitKey } from "./keys.ts";
import { Conflict, type Item, type Table } from "./table.ts";

/** What a process asks of a caller's share: requests of one kind, in one window of time. */
export interface Wanted {
  kind: string;
  callerId: string;
  /** The number of the window, counted from 1970. */
  window: number;
  windowSeconds: number;
  /** Requests that the caller may send in a window, over all processes. */
  limit: number;
  requests: number;
}

/** What it got, and what is left for everybody. */
export interface Lease {
  granted: number;
  left: number;
}

/** Lost races in a row, after which a lease is given uncounted: a limit is no reason to fail. */
const ATTEMPTS_MAX = 5;
/** A caller that is gone leaves its item behind for so long. */
const KEPT_SECONDS = 86_400;

/** The shares of callers: one item for each caller and kind, over and over again. */
export class Leases {
  readonly #table: Table;

  constructor(source: Table) {
    this.#table = source;
  }

  /** Takes requests out of a caller's window, as many as are left of those that are wanted; none costs no write. */
  async take(wanted: Wanted): Promise<Lease> {
    const key = limitKey(wanted.kind, wanted.callerId);
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const item = await this.#table.get(key);
      // A clock that is a little behind counts in the window of the others; one that is far ahead locks nobody out.
      const window = item?.window === wanted.window + 1 ? wanted.window + 1 : wanted.window;
      const used = item?.window === window ? Number(item.used) : 0;
      const granted = Math.max(0, Math.min(wanted.requests, wanted.limit - used));
      const lease = { granted, left: Math.max(0, wanted.limit - used - granted) };
      if (granted === 0) return lease;
      const expiresAt = (window + 1) * wanted.windowSeconds + KEPT_SECONDS;
      const won = await this.#put({ ...key, window, used: used + granted, expiresAt }, item);
      if (won) return lease;
    }
    return { granted: wanted.requests, left: wanted.limit - wanted.requests };
  }

  async #put(put: Item, before: Item | undefined): Promise<boolean> {
    const as = before && { window: Number(before.window), used: Number(before.used) };
    try {
      await this.#table.write([{ put, when: as ? { equals: as } : { absent: true } }]);
      return true;
    } catch (error) {
      if (error instanceof Conflict) return false;
      throw error;
    }
  }
}

export const leases = port("leases", (runtime) => new Leases(runtime.get(table)));
