import type { Engine, Millis } from "../ports.ts";

/** Tells listeners that a queue may have visible messages: at once, or through the list of due work when time comes. */
export class Arrivals {
  readonly #engine: Engine;
  readonly #kind: string;
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #wakeAt = new Map<string, Millis>();

  /** `nextAt` gives the instant at which the next hidden message of a queue appears. */
  constructor(engine: Engine, kind: string, nextAt: (arn: string) => Millis | undefined) {
    this.#engine = engine;
    this.#kind = kind;
    engine.on(kind, async (payload) => {
      const { arn } = payload as { arn: string };
      this.#wakeAt.delete(arn);
      this.#tell(arn);
      const next = nextAt(arn);
      if (next !== undefined) this.announce(arn, next);
    });
  }

  /** Says that messages of a queue appear at an instant; only the earliest one is put on the list. */
  announce(arn: string, visibleAt: Millis): void {
    if (visibleAt <= this.#engine.now()) {
      this.#tell(arn);
      return;
    }
    if ((this.#wakeAt.get(arn) ?? Number.POSITIVE_INFINITY) <= visibleAt) return;
    this.#wakeAt.set(arn, visibleAt);
    this.#engine.enqueue(this.#kind, { arn }, { id: `${this.#kind}:${arn}:${visibleAt}`, dueAt: visibleAt });
  }

  listen(arn: string, listener: () => void): () => void {
    const known = this.#listeners.get(arn) ?? new Set();
    this.#listeners.set(arn, known.add(listener));
    return () => known.delete(listener);
  }

  #tell(arn: string): void {
    for (const listener of this.#listeners.get(arn) ?? []) listener();
  }
}
