import type { Random } from "./random.ts";

/** How often things go wrong while the storm lasts. */
export const SHARES = {
  /** Another transaction holds an item. */
  conflict: 0.1,
  /** The table asks to come again later; mostly the SDK does so by itself. */
  throttle: 0.1,
  /** Of these, the table is still busy when the SDK gives up. */
  throttleLasts: 0.06,
  /** A process dies in the middle of an invocation. */
  crash: 0.05,
  /** Every attempt of an execution fails. */
  outage: 0.03,
  /** Every attempt of a batch of the stream fails. */
  blackout: 0.003,
  /** A service did what it was asked for, and nobody hears of it. */
  lostAnswer: 0.05,
  /** Later deliveries come before this one, up to 50 of them. */
  overtaken: 0.15,
  /** A delivery is made again. */
  duplicate: 0.2,
  /** A service of AWS that hands over at least once does so twice. */
  twice: 0.1,
  /** The bus takes some events of a call and others not. */
  refusal: 0.05,
  /** A reader of the stream begins again before where it was. */
  rewind: 0.1,
  /** A shard ends and others go on. */
  split: 0.01,
  /** An eventually consistent read shows an older state. */
  staleRead: 0.3,
} as const;

export type FaultKind = keyof typeof SHARES;

/** Throws the dice of faults, and counts what each led to. */
export class Faults {
  /** Nothing goes wrong while it is off. */
  isOn = false;
  /** `<fault> -> <outcome>`: how often. */
  readonly counts: Record<string, number> = {};
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  strikes(kind: FaultKind): boolean {
    return this.isOn && this.#random.chance(SHARES[kind]);
  }

  count(fault: string, outcome: string): void {
    this.note(`${fault} -> ${outcome}`, 1);
  }

  note(name: string, times: number): void {
    if (times > 0) this.counts[name] = (this.counts[name] ?? 0) + times;
  }
}
