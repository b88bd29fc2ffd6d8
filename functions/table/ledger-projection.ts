import { mapLimited } from "../shell/parallel.ts";
import { type Pause, pause } from "../shell/pause.ts";
import { port } from "../shell/port.ts";
import { table } from "./dynamo.ts";
import { readLedger, readSource, type Seen } from "./ledger.ts";
import { groupsOf, type Move, movesOf, writesOf } from "./ledger-moves.ts";
import { Conflict, type Table } from "./table.ts";

/** What the stream tells of one source; without versions, or for one that was removed, the source is read. */
export interface SourceChange {
  source: string;
  /** Versions that were met, in no order. */
  seen: readonly Seen[];
  removed: boolean;
}

/** Attempts for one source before a lost race becomes a failure; a batch is halved at each. */
const ATTEMPTS_MAX = 10;
const READS_AT_ONCE = 16;

/**
 * Brings ledgers and metrics to what sources contribute. Repeats, late copies and crashes do no harm. A source that
 * comes again after its removal begins its versions anew: it counts, but late copies of its former life are left to the
 * reconciler.
 */
export class Projection {
  readonly #table: Table;
  readonly #pause: Pause;

  constructor(source: Table, waiting: Pause) {
    this.#table = source;
    this.#pause = waiting;
  }

  /** Applies changes of different sources, as few transactions as they fit; returns those that failed, with why. */
  async apply(changes: readonly SourceChange[]): Promise<Map<string, unknown>> {
    const failures = new Map<string, unknown>();
    await this.#apply(changes, 1, failures);
    return failures;
  }

  /** The steps that are missing for a source; none when its ledger says what it contributes. */
  async missing(change: SourceChange): Promise<Move[]> {
    const { source, seen, removed } = change;
    const ledger = await readLedger(this.#table, source);
    const newest = seen.reduce<Seen | undefined>((a, b) => (a && a.version >= b.version ? a : b), undefined);
    const moves = newest && !removed && movesOf({ source, latest: newest, seen, isTruth: false }, ledger);
    if (moves) return moves;
    // After the ledger: what the source says then is at least as new as what the ledger accounts for.
    const latest = await readSource(this.#table, source);
    return movesOf({ source, latest, seen, isTruth: true }, ledger) as Move[];
  }

  async #apply(changes: readonly SourceChange[], attempt: number, failures: Map<string, unknown>): Promise<void> {
    const planned = await mapLimited(changes, READS_AT_ONCE, async (change) => {
      try {
        return await this.missing(change);
      } catch (error) {
        failures.set(change.source, error);
        return [];
      }
    });
    for (const group of groupsOf(planned.flat())) {
      const sources = new Set(group.map(({ source }) => source));
      try {
        await this.#table.write(writesOf(group));
      } catch (error) {
        if (error instanceof Conflict && attempt < ATTEMPTS_MAX) {
          await this.#again(
            changes.filter(({ source }) => sources.has(source)),
            attempt + 1,
            failures,
          );
        } else for (const source of sources) failures.set(source, error);
      }
    }
  }

  /** Another writer was faster with one of the items: halves are tried apart, each with what is stored now. */
  async #again(changes: readonly SourceChange[], attempt: number, failures: Map<string, unknown>): Promise<void> {
    await this.#pause(5 * attempt * attempt);
    const half = Math.ceil(changes.length / 2);
    for (const part of [changes.slice(0, half), changes.slice(half)]) {
      if (part.length > 0) await this.#apply(part, attempt, failures);
    }
  }
}

export const projection = port("projection", (runtime) => new Projection(runtime.get(table), runtime.get(pause)));
