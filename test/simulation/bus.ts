import type { Bus, BusEntry } from "../../functions/shell/bus.ts";
import { compilePattern, type Matcher } from "../../infra/local/pattern.ts";
import type { Wiring } from "../../infra/wiring-types.ts";
import { type Ground, outside, type Process } from "./process.ts";
import type { Queue } from "./queue.ts";

/** How late a rule hands an event over: mostly at once, sometimes much later than its neighbours. */
const SOON_MS = 400;
const LATE_MS = 90_000;
const LATE_SHARE = 0.1;

interface Rule {
  consumer: string;
  matches: Matcher;
  bodyOf(event: Record<string, unknown>): unknown;
}

/** The bus with the rules of the wiring: at least once, in no order. */
export class SimBus {
  /** Ids of the events that it took. */
  readonly taken = new Set<string>();
  readonly #ground: Ground;
  readonly #rules: readonly Rule[];
  readonly #queues: ReadonlyMap<string, Queue>;

  constructor(wiring: Pick<Wiring, "consumers" | "journeys">, ground: Ground, queues: ReadonlyMap<string, Queue>) {
    this.#ground = ground;
    this.#queues = queues;
    const ruleOf = (
      consumer: string,
      events: readonly string[],
      where: unknown,
    ): Pick<Rule, "consumer" | "matches"> => {
      const pattern = { source: ["kolo"], "detail-type": [...events], ...(where ? { detail: where } : {}) };
      return { consumer, matches: compilePattern(JSON.parse(JSON.stringify(pattern))) };
    };
    this.#rules = wiring.consumers.flatMap(({ name, events, where, journeys }): Rule[] => [
      ...(events ? [{ ...ruleOf(name, events, where), bodyOf: (event: Record<string, unknown>) => event }] : []),
      ...(journeys ? wiring.journeys : []).map((line) => ({
        ...ruleOf(name, line.events, line.where),
        bodyOf: ({ detail }: Record<string, unknown>) => ({ journeyId: line.journeyId, event: detail }),
      })),
    ]);
  }

  /** The bus as one process reaches it. */
  of(process: Process): Bus {
    return {
      put: (entries) =>
        outside(this.#ground, process, "bus.put", (invocation) => {
          const { faults } = this.#ground;
          if (faults.strikes("throttle")) {
            invocation.faults.push("bus out of order");
            throw new Error("The bus is out of order.");
          }
          const answers = entries.map((entry) => this.#take(entry, invocation.faults));
          // The SDK asks again, and the bus takes everything twice.
          if (faults.strikes("lostAnswer")) {
            invocation.faults.push("lost answer of the bus");
            for (const [index, entry] of entries.entries()) if (answers[index] === undefined) this.#take(entry, []);
          }
          return answers;
        }),
    };
  }

  #take(entry: BusEntry, faults: string[]): string | undefined {
    if (this.#ground.faults.strikes("refusal")) {
      faults.push("event refused by the bus");
      return "ThrottlingException";
    }
    const detail = JSON.parse(entry.detail) as { eventId: string };
    this.taken.add(detail.eventId);
    const event = { source: "kolo", "detail-type": entry.type, detail };
    for (const rule of this.#rules.filter(({ matches }) => matches(event))) this.#hand(rule, event);
    return undefined;
  }

  #hand(rule: Rule, event: Record<string, unknown>): void {
    const { faults, random, loop } = this.#ground;
    const isTwice = faults.strikes("twice");
    if (isTwice) faults.count("event of the bus", "handed over twice");
    for (let time = 0; time < (isTwice ? 2 : 1); time += 1) {
      const delayMs = faults.isOn && random.chance(LATE_SHARE) ? random.below(LATE_MS) : random.below(SOON_MS);
      loop.after(delayMs, () => this.#queues.get(rule.consumer)?.send(rule.bodyOf(event)));
    }
  }
}
