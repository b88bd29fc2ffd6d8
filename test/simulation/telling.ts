import type { PlacedOrder } from "../../domain/order/facts.ts";
import { stateKey } from "../../functions/table/keys.ts";
import { orderIdOf } from "../../functions/table/order-ids.ts";
import type { Cloud } from "./cloud.ts";
import type { Fact, Instant } from "./facts.ts";
import type { Utterance } from "./life.ts";
import type { Shop } from "./speak.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How long something may be held up on its way. */
const DELAY_MAX_MS = 48 * HOUR_MS;
/** How many later deliveries overtake one that is held up, at most. */
const OVERTAKERS_MAX = [3, 10, 50];
/** How long a sender waits before it says again what nobody took, the n-th time. */
const RETRIES_MS = [20_000, 2 * MINUTE_MS, 10 * MINUTE_MS, HOUR_MS, 4 * HOUR_MS, 12 * HOUR_MS];
/** Answers that may be other when more is known, or the caller is in less of a hurry. */
const NOT_YET = [404, 409, 429];
/** Longer than a window of the limit. */
const BREATH_MS = 11_000;

/** What became of an utterance. */
interface Told {
  utterance: Utterance;
  saidAt: Instant | undefined;
  acknowledgedAt: Instant | undefined;
  attempts: number;
  isUnderWay: boolean;
  lastStatus: number;
  /** The delivery is kept for a person to look at: it says nothing until then. */
  quarantineId: string | undefined;
  requestIds: Set<string>;
}

/** A delivery that later ones overtake. */
interface Held {
  sinceMs: number;
  /** How many did, and how many will. */
  passed: number;
  until: number;
  deliver(): void;
}

/** Everyone who tells Kolo something: they repeat themselves, mix things up, and come again until they are heard. */
export class Telling {
  /** Answers that nobody should get. */
  readonly unexpected: string[] = [];
  readonly #cloud: Cloud;
  readonly #shops: ReadonlyMap<string, Shop>;
  readonly #told: Told[] = [];
  readonly #held = new Set<Held>();

  constructor(cloud: Cloud, shops: ReadonlyMap<string, Shop>) {
    this.#cloud = cloud;
    this.#shops = shops;
  }

  /** Begins to say something at its time, or later. */
  say(utterance: Utterance): void {
    const { loop, faults, random } = this.#cloud;
    const told: Told = {
      utterance,
      saidAt: undefined,
      acknowledgedAt: undefined,
      attempts: 0,
      isUnderWay: false,
      lastStatus: 0,
      quarantineId: undefined,
      requestIds: new Set(),
    };
    this.#told.push(told);
    const delayMs = this.#delay();
    loop.after(utterance.atMs - loop.nowMs + delayMs, () => this.#deliver(told), true);
    if (!faults.strikes("duplicate")) return;
    const againMs = delayMs + random.below(random.chance(0.5) ? 2_000 : 6 * HOUR_MS);
    loop.after(utterance.atMs - loop.nowMs + againMs, () => void this.#repeat(told), true);
  }

  /** What was acknowledged, with when. */
  facts(): Fact[] {
    return this.#told.flatMap(({ utterance, saidAt, acknowledgedAt }): Fact[] => {
      if (saidAt === undefined || acknowledgedAt === undefined) return [];
      const { said } = utterance;
      const fact = { ...said, saidAt, acknowledgedAt } as Fact;
      return [fact.kind === "move" ? { ...fact, at: this.#movedAt(fact) } : fact];
    });
  }

  /** A person had another look at a delivery, and it was saved. */
  replayed(quarantineId: string): void {
    for (const told of this.#told) {
      if (told.quarantineId === quarantineId) told.acknowledgedAt ??= this.#cloud.loop.now();
    }
  }

  /** Says once more what was not acknowledged yet, one after the other, for as long as it helps. */
  async insist(): Promise<void> {
    const { loop } = this.#cloud;
    for (let heard = -1; heard !== this.#heard(); ) {
      heard = this.#heard();
      for (const told of this.#told.filter(({ acknowledgedAt }) => acknowledgedAt === undefined)) {
        while (told.isUnderWay) await loop.pass(100);
        if (told.acknowledgedAt === undefined) await loop.finish(this.#attempt(told));
        if (told.acknowledgedAt === undefined) await loop.pass(BREATH_MS);
      }
    }
    for (const { acknowledgedAt, lastStatus, utterance } of this.#told) {
      if (acknowledgedAt !== undefined || NOT_YET.includes(lastStatus)) continue;
      this.unexpected.push(`${utterance.said.kind} ${utterance.said.order} is answered ${lastStatus} to the end`);
    }
  }

  /** How many utterances were said for the first time. */
  get begun(): number {
    return this.#told.filter(({ attempts }) => attempts > 0).length;
  }

  /** The quarantine in which one of the requests ended. */
  #keptOf(requestIds: ReadonlySet<string>): string | undefined {
    const kept = this.#cloud
      .events()
      .find(({ type, correlationId }) => type === "delivery.quarantined" && requestIds.has(correlationId));
    return (kept?.data as { quarantineId?: string } | undefined)?.quarantineId;
  }

  #heard(): number {
    return this.#told.filter(({ acknowledgedAt }) => acknowledgedAt !== undefined).length;
  }

  #delay(): number {
    const { faults, random } = this.#cloud;
    if (!faults.isOn) return 0;
    const die = random.next();
    if (die < 0.6) return 0;
    faults.count("delay", die < 0.9 ? "minutes" : "up to 48 hours");
    return random.below(die < 0.9 ? 30 * MINUTE_MS : DELAY_MAX_MS);
  }

  /** Delivers at once, or when so many later deliveries have come; should they not, in the end all the same. */
  #deliver(told: Told): void {
    const { loop, faults, random } = this.#cloud;
    if (!faults.strikes("overtaken")) return void this.#attempt(told);
    const until = random.between(1, random.pick(OVERTAKERS_MAX));
    const held: Held = {
      sinceMs: loop.nowMs,
      passed: 0,
      until,
      deliver: () => {
        if (!this.#held.delete(held) || told.acknowledgedAt !== undefined) return;
        const most = OVERTAKERS_MAX.find((max) => held.passed <= max);
        if (held.passed > 0) faults.count("reordering", `overtaken by up to ${most}`);
        void this.#attempt(told);
      },
    };
    this.#held.add(held);
    loop.after(random.below(DELAY_MAX_MS), held.deliver, true);
  }

  /** A delivery overtakes all that were held up when it set out. */
  #overtake(setOutMs: number): void {
    for (const held of [...this.#held].filter(({ sinceMs }) => sinceMs < setOutMs)) {
      held.passed += 1;
      if (held.passed === held.until) held.deliver();
    }
  }

  async #repeat(told: Told): Promise<void> {
    const isKnown = told.acknowledgedAt !== undefined;
    const status = await this.#send(told);
    this.#cloud.faults.count("duplicate", `${isKnown ? "after" : "before"} the first was acknowledged: ${status}`);
  }

  async #attempt(told: Told): Promise<void> {
    if (told.acknowledgedAt !== undefined || told.quarantineId !== undefined) return;
    told.isUnderWay = true;
    told.attempts += 1;
    const status = await this.#send(told);
    told.isUnderWay = false;
    if (status < 300 || told.attempts > RETRIES_MS.length) return;
    this.#cloud.loop.after(RETRIES_MS[told.attempts - 1] as number, () => void this.#attempt(told), true);
  }

  async #send(told: Told): Promise<number> {
    const { loop, faults } = this.#cloud;
    told.saidAt ??= loop.now();
    const setOutMs = loop.nowMs;
    const { noun, request, said } = told.utterance;
    const { status, text, requestId } = await this.#cloud.ask(noun, request(loop.now()));
    told.lastStatus = status;
    told.requestIds.add(requestId);
    if (noun === "webhooks") told.quarantineId ??= this.#keptOf(told.requestIds);
    this.#cloud.tell(`${said.kind} ${said.order} ${status}`);
    if (status < 300) this.#overtake(setOutMs);
    if (status < 300 && told.quarantineId === undefined && told.acknowledgedAt === undefined) {
      told.acknowledgedAt = loop.now();
      const overtaken = this.#told.some(
        (other) => other.utterance.atMs > told.utterance.atMs && other.acknowledgedAt !== undefined,
      );
      if (overtaken) faults.count("reordering", "overtaken by what was said later");
    }
    if (status >= 400 && status < 500 && !NOT_YET.includes(status)) {
      this.unexpected.push(`${said.kind} ${said.order} is answered ${status}: ${text}`);
    }
    return status;
  }

  /** Our own clock at the move: the oracle cannot know it. */
  #movedAt({ store, order, stage, saidAt, acknowledgedAt }: Extract<Fact, { kind: "move" }>): Instant {
    const { storeId = "" } = this.#shops.get(store) ?? {};
    const { pk } = stateKey.order(orderIdOf(storeId, order, false));
    const state = this.#cloud.table.memory.items().find((item) => item.pk === pk && item.sk === "state")?.state;
    const report = (state as PlacedOrder).stages.find((one) => one.by === "staff" && one.stage === stage);
    const at = report?.reportedAt ?? "";
    if (at < saidAt || at > acknowledgedAt) this.unexpected.push(`The move of ${order} has the time ${at}`);
    return at;
  }
}
