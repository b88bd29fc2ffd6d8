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
    const [at, ...both] = difference(is, expected);
    const [found, wanted] = both.map((one) => String(JSON.stringify(one)).slice(0, SHOWN_MAX));
    console.log(`          at ${at || "the whole"}\n          is       ${found}\n          expected ${wanted}`);
  }

  /** Says how it went; true when all held. */
  summed(): boolean {
    console.log(`\n${this.#held} things held, ${this.#failed} did not.`);
    return this.#failed === 0;
  }
}

/** The first place where two values differ, with what each has there. */
function difference(is: unknown, expected: unknown, at = ""): [at: string, is: unknown, expected: unknown] {
  const [one, other] = [is, expected].map((value) => Object(value) as Record<string, unknown>);
  if (Object(is) !== is || Object(expected) !== expected) return [at, is, expected];
  const names = new Set([...Object.keys(one ?? {}), ...Object.keys(other ?? {})]);
  const name = [...names].find((each) => !isDeepStrictEqual(one?.[each], other?.[each]));
  return name === undefined ? [at, is, expected] : difference(one?.[name], other?.[name], `${at}.${name}`);
}
