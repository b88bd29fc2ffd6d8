import { type Leases, leases } from "../table/leases.ts";
import { port, type Runtime } from "./port.ts";

/** What a caller does: each kind has a limit of its own, so that reading never takes a write's turn. */
export type RouteClass = "read" | "write";

/** Where a caller stands after one more request. */
export interface Quota {
  /** `false`: the request is one too many. */
  allowed: boolean;
  /** Whole seconds until the next window. */
  resetsInSeconds: number;
  /** Requests in a window, and those that this process believes to be left of them. */
  limit: number;
  remaining: number;
}

/** Counts the requests of callers. */
export interface Limiter {
  /** Counts one request; `undefined` where the deployment sets no limit. */
  spend(kind: RouteClass, callerId: string, nowMs: number): Promise<Quota | undefined>;
}

export const WINDOW_SECONDS = 10;
const WINDOW_MS = WINDOW_SECONDS * 1_000;
/** Requests of a caller in a window that a process lets pass before it asks the table: calm callers cost nothing. */
export const FREE_REQUESTS = 25;
/** A lease is this part of a window's limit: small enough that processes leave little of it unused. */
const BLOCKS = 40;
/** Remembered callers at most; forgetting one gives it its free requests again. */
const CALLERS_MAX = 5_000;

/** What a process holds of one caller's window. */
interface Share {
  window: number;
  /** Requests that may still pass without asking. */
  credit: number;
  /** Requests that passed and are not yet in the table. */
  uncounted: number;
  /** What the table said to be left for everybody. */
  left: number;
  isSpent: boolean;
}

/** Limits of callers in fixed windows: counted in memory, leased from the table in blocks. */
export class LeasedLimiter implements Limiter {
  readonly #leases: Leases;
  readonly #perSecond: Readonly<Record<RouteClass, number | undefined>>;
  readonly #shares = new Map<string, Share>();

  constructor(source: Leases, perSecond: Readonly<Record<RouteClass, number | undefined>>) {
    this.#leases = source;
    this.#perSecond = perSecond;
  }

  async spend(kind: RouteClass, callerId: string, nowMs: number): Promise<Quota | undefined> {
    const perSecond = this.#perSecond[kind];
    if (perSecond === undefined) return undefined;
    const limit = perSecond * WINDOW_SECONDS;
    const share = this.#shareOf(`${kind}#${callerId}`, Math.floor(nowMs / WINDOW_MS), limit);
    if (share.credit === 0 && !share.isSpent) await this.#lease(share, kind, callerId, limit);
    const allowed = share.credit > 0;
    if (allowed) share.credit -= 1;
    const resetsInSeconds = Math.max(1, Math.ceil(((share.window + 1) * WINDOW_MS - nowMs) / 1_000));
    return { allowed, resetsInSeconds, limit, remaining: share.credit + share.left };
  }

  #shareOf(name: string, window: number, limit: number): Share {
    const known = this.#shares.get(name);
    if (known?.window === window) return known;
    const free = Math.min(FREE_REQUESTS, limit);
    const fresh = { window, credit: free, uncounted: free, left: limit - free, isSpent: false };
    if (this.#shares.size >= CALLERS_MAX) this.#shares.clear();
    this.#shares.set(name, fresh);
    return fresh;
  }

  /** The first lease of a window also pays for what passed before it. */
  async #lease(share: Share, kind: RouteClass, callerId: string, limit: number): Promise<void> {
    const requests = share.uncounted + Math.max(1, Math.floor(limit / BLOCKS));
    const { window } = share;
    const asked = { kind, callerId, window, windowSeconds: WINDOW_SECONDS, limit, requests };
    const { granted, left } = await this.#leases.take(asked);
    share.credit += Math.max(0, granted - share.uncounted);
    share.uncounted = 0;
    share.left = left;
    share.isSpent = left === 0;
  }
}

const numberOf = ({ env }: Runtime, name: string): number | undefined =>
  env[name] === undefined ? undefined : Number(env[name]);

/** The limits of this deployment, in requests a second of one caller. */
export const limiter = port("limiter", (runtime): Limiter => {
  const perSecond = { read: numberOf(runtime, "READS_PER_SECOND"), write: numberOf(runtime, "WRITES_PER_SECOND") };
  return new LeasedLimiter(runtime.get(leases), perSecond);
});

/** The kind of a request. */
export const classOf = (method: string): RouteClass => (method === "GET" || method === "HEAD" ? "read" : "write");

/** The headers that tell a caller where it stands (draft-ietf-httpapi-ratelimit-headers). */
export function limitHeaders(kind: RouteClass, quota: Quota): Record<string, string> {
  const { allowed, limit, remaining, resetsInSeconds } = quota;
  return {
    "ratelimit-policy": `"${kind}";q=${limit};w=${WINDOW_SECONDS}`,
    ratelimit: `"${kind}";r=${remaining};t=${resetsInSeconds}`,
    ...(!allowed && { "retry-after": String(resetsInSeconds) }),
  };
}
