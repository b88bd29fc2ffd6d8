import { isDeepStrictEqual } from "node:util";

const SHOWN_MAX = 300;

/** A drill as it goes: what is done, and what holds afterwards. */
export class Steps {
  #held = 0;
  #failed = 0;

  /** Something is done. */
  say(what: string): void {
    console.log(what);
  }

  /** Something has to be as expected; the drill goes on either way. */
  holds(what: string, is: unknown, expected: unknown): void {
    const same = isDeepStrictEqual(is, expected);
    if (same) this.#held += 1;
    else this.#failed += 1;
    console.log(`  ${same ? "holds " : "BROKEN"}  ${what}`);
    if (same) return;
    console.log(`          is       ${JSON.stringify(is)?.slice(0, SHOWN_MAX)}`);
    console.log(`          expected ${JSON.stringify(expected)?.slice(0, SHOWN_MAX)}`);
  }

  /** Says how it went; true when all held. */
  summed(): boolean {
    console.log(`\n${this.#held} things held, ${this.#failed} did not.`);
    return this.#failed === 0;
  }
}
