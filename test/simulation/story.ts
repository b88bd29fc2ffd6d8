import { Life, type Person, type Utterance } from "./life.ts";
import type { Random } from "./random.ts";
import type { TellingShop } from "./speak.ts";

const PEOPLE = 7;
/** How often all facts of an order, and all of a chapter, are told at the same moment. */
const TOGETHER_SHARE = 0.3;
const ALL_TOGETHER_SHARE = 0.15;
/** How many orders are told of again in the next chapter. */
const AGAIN_SHARE = 0.4;
/** How often somebody orders for somebody else. */
const MIXED_SHARE = 0.25;
/** The people of a world. */
export const people: readonly Person[] = Array.from({ length: PEOPLE }, (_, index) => {
  const email = `buyer${index}@example.com`;
  const phone = `+3806711122${String(index).padStart(2, "0")}`;
  return index === PEOPLE - 1 ? { phone } : { email, ...(index % 2 === 0 && { phone }) };
});

/** Makes up the lives of orders: every fact with an instant of its own. */
export class Storyteller {
  readonly #random: Random;
  readonly #shops: readonly TellingShop[];
  readonly #lives: Life[] = [];
  #known: readonly Person[] = [];
  #orders = 0;
  #ids = 0;

  constructor(random: Random, shops: readonly TellingShop[]) {
    this.#random = random;
    this.#shops = shops;
  }

  /** Lives of some orders that begin after an instant. */
  chapter(startMs: number, orders: number, spanMs: number): Utterance[] {
    const again = this.#lives
      .filter(() => this.#random.chance(AGAIN_SHARE))
      .map((life) => life.again(startMs + this.#random.below(spanMs)));
    const lives = Array.from({ length: orders }, () => {
      const begin = startMs + this.#random.below(spanMs);
      const life = new Life(this.#random, this.#random.pick(this.#shops), begin, (prefix) => this.#id(prefix));
      this.#lives.push(life);
      const person = this.#buyer();
      // In test mode nobody is known for long.
      const mayTest = person === undefined || people.includes(person);
      const told = life.tell(String(700_000 + this.#order()), person, mayTest);
      return this.#random.chance(TOGETHER_SHARE) ? this.#together(told) : told;
    });
    this.#known = this.#lives.flatMap(({ isTest, told }) => (isTest ? [] : told));
    lives.push(...again);
    return this.#random.chance(ALL_TOGETHER_SHARE) ? this.#together(lives.flat()) : lives.flat();
  }

  /** Somebody or nobody; or one person's address with another's number, when both have been known for long. */
  #buyer(): Person | undefined {
    const random = this.#random;
    const [emails, phones] = [this.#known.filter(({ email }) => email), this.#known.filter(({ phone }) => phone)];
    if (emails.length > 0 && phones.length > 0 && random.chance(MIXED_SHARE)) {
      return { ...random.pick(emails), ...random.pick(phones.map(({ phone }) => ({ phone }))) } as Person;
    }
    return random.chance(0.1) ? undefined : random.pick(people);
  }

  /** Somebody was offline: all of it is said at once. */
  #together(told: readonly Utterance[]): Utterance[] {
    const lastMs = Math.max(...told.map(({ atMs }) => atMs));
    return told.map((one) => ({ ...one, atMs: lastMs + this.#random.below(20) }));
  }

  #order(): number {
    this.#orders += 1;
    return this.#orders;
  }

  #id(prefix: string): string {
    this.#ids += 1;
    return `${prefix}_sim${String(this.#ids).padStart(6, "0")}`;
  }
}
