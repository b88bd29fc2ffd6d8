import { createHash } from "node:crypto";
import { runtimeOf } from "../../functions/shell/port.ts";
import { eventsOf } from "../../functions/table/event-item.ts";
import { EVENT_PREFIX } from "../../functions/table/keys.ts";
import { consumers, journeys, schedules, streams } from "../../infra/wiring.ts";
import { countedIds, credulous, keptLogger, keptMeter, openFingerprints, openVault } from "../support/doubles.ts";
import { httpEvent, type Request, type Response, responseOf } from "../support/http.ts";
import { SimBus } from "./bus.ts";
import { TEST_ADDRESS } from "./facts.ts";
import { Faults } from "./faults.ts";
import { handlerOf, routeKeysOf } from "./handlers.ts";
import { Loop } from "./loop.ts";
import { Post, SimBucket, Topic } from "./post.ts";
import { type Ground, Lambdas, type Process } from "./process.ts";
import { Queue } from "./queue.ts";
import { type Random, randomOf } from "./random.ts";
import { Machine, Schedules } from "./scheduling.ts";
import { SimTable } from "./sim-table.ts";
import { Mapping, Stream } from "./stream.ts";

const WAKE_ARN = "arn:wake";
const MACHINE_ARN = "arn:journey";
const START = "2026-11-20T12:00:00.000Z";
const DAY_MS = 86_400_000;
const QUARTER_MS = 15 * 60_000;
const OPERATOR_MS = 60 * 60_000;
const IDLE_SWEEPS_SHARE = 0.03;
/** So few that people in a hurry are asked to wait. */
export const WRITES_PER_SECOND = 0.5;

const ENV = {
  STAGE: "test",
  AWS_REGION: "eu-central-1",
  MAIL_SENDER: "shop@kolo.test",
  FINANCE_LOCALE: "en",
  PROMO_CODE: "KOLO5",
  JOURNEY_MACHINE_ARN: MACHINE_ARN,
  WAKE_QUEUE_ARN: WAKE_ARN,
  MAIL_TEST_ADDRESSES: TEST_ADDRESS,
  READS_PER_SECOND: "100",
  WRITES_PER_SECOND: String(WRITES_PER_SECOND),
};

/** What to keep of a world beside its end. */
interface Options {
  /** A line for each outside call. */
  traced?: boolean;
  /** With each outside call, the lines of the code that it came from. */
  placed?: boolean;
}

/** Kolo in a world of its own: the functions of the wiring over services that are made of chance. */
export class Cloud {
  readonly random: Random;
  readonly loop: Loop;
  readonly faults: Faults;
  readonly table: SimTable;
  readonly queues: ReadonlyMap<string, Queue>;
  readonly mappings: readonly Mapping[];
  readonly bus: SimBus;
  readonly post: Post;
  readonly topic: Topic;
  readonly machine: Machine;
  readonly schedules: Schedules;
  readonly bucket: SimBucket;
  readonly lambdas: Lambdas;
  readonly counts: Record<string, number> = {};
  readonly ids = countedIds();
  /** What happened, when it is asked for. */
  readonly trace: string[] | undefined;
  readonly #hash = createHash("sha256");
  #requests = 0;

  constructor(seed: number, options: Options = {}) {
    this.random = randomOf(seed);
    this.loop = new Loop(this.random, START);
    this.faults = new Faults(this.random);
    this.trace = options.traced ? [] : undefined;
    const ground: Ground = {
      loop: this.loop,
      random: this.random,
      faults: this.faults,
      tell: (line) => this.tell(line),
      isPlaced: options.placed ?? false,
    };
    this.lambdas = new Lambdas(ground, (fn) => this.#process(fn));
    this.table = new SimTable(ground, () => stream.follow());
    const stream = new Stream(ground, this.table.memory);
    this.queues = new Map(consumers.map(({ name }) => [name, new Queue(name, ground, this.lambdas)]));
    this.mappings = streams.map((line) => new Mapping(line, ground, this.lambdas, stream));
    this.bus = new SimBus({ consumers, journeys }, ground, this.queues);
    this.post = new Post(ground, () => this.queue("record-mail-receipt"));
    this.topic = new Topic(ground);
    this.bucket = new SimBucket(ground);
    this.machine = new Machine("run-stretch", ground, this.lambdas, (letter) => {
      const entries = this.queue("enter-journey");
      entries.putAside(letter);
      // An alarm calls an operator, who brings it back before the wait is over.
      this.loop.after(OPERATOR_MS, () => entries.redrive(), true);
    });
    const waking = consumers.find(({ wake }) => wake)?.name ?? "";
    this.schedules = new Schedules(ground, {
      [WAKE_ARN]: (input) => this.queue(waking).send(input),
      [MACHINE_ARN]: (input) => this.machine.start(input),
    });
    for (const { name, every } of schedules) this.#tick(name, every.startsWith("rate(15") ? QUARTER_MS : DAY_MS);
  }

  queue(name: string): Queue {
    const queue = this.queues.get(name);
    if (!queue) throw new Error(`There is no queue of ${name}.`);
    return queue;
  }

  /** Notes what happened. */
  tell(line: string): void {
    const told = `${this.loop.now()} ${line}`;
    this.#hash.update(`${told}\n`);
    this.trace?.push(told);
  }

  /** A digest of everything that happened so far, and of what is stored. */
  digest(): string {
    this.#hash.update(JSON.stringify(this.table.memory.items()));
    return this.#hash.copy().digest("hex");
  }

  /** A request over HTTPS; no answer is a 502 of the gateway. */
  async ask(noun: string, request: Request): Promise<Response & { requestId: string }> {
    this.#requests += 1;
    const event = httpEvent(routeKeysOf(noun), request);
    const requestId = `req-${this.#requests}`;
    event.requestContext.requestId = requestId;
    const { ending } = await this.lambdas.invoke(noun, event);
    if (ending.kind !== "done") return { status: 502, headers: {}, text: "", body: undefined, requestId };
    return { ...responseOf(ending.answer as Parameters<typeof responseOf>[0]), requestId };
  }

  /** Every event that was stored, in the order of its transaction. */
  events() {
    return this.table.memory.changes.flatMap((change) =>
      !change.old && change.new?.sk.startsWith(EVENT_PREFIX) ? eventsOf(change.new) : [],
    );
  }

  /** What an operator does when all is calm again: gives everything another life that was put aside. */
  async redrive(): Promise<number> {
    let redriven = 0;
    for (const queue of this.queues.values()) redriven += queue.redrive();
    for (const mapping of this.mappings) redriven += await this.loop.finish(mapping.redrive());
    return redriven;
  }

  /** A tick of the clock, again and again. */
  #tick(name: string, everyMs: number): void {
    this.loop.after(
      everyMs - (this.loop.nowMs % everyMs),
      () => {
        this.#tick(name, everyMs);
        if (this.#isWorthIt(name)) void this.#run(name);
      },
      true,
    );
  }

  /** A sweep where nothing is due reads a few empty lists: some of them show as much as all. */
  #isWorthIt(name: string): boolean {
    return name !== "sweep" || this.table.isAnythingDue(this.loop.now()) || this.random.chance(IDLE_SWEEPS_SHARE);
  }

  async #run(name: string): Promise<void> {
    let input: unknown = {};
    const rounds = schedules.find((line) => line.name === name)?.rounds ?? 1;
    for (let round = 1; round <= rounds; round += 1) {
      const { ending } = await this.lambdas.invoke(name, input);
      if (ending.kind !== "done") continue;
      input = ending.answer;
      if ((input as { done?: boolean } | undefined)?.done !== false) return;
    }
  }

  #process(fn: string): Process {
    const made = { runtime: undefined as never, handler: undefined as never, invocation: undefined };
    const process: Process = { fn, ...made, logs: [] };
    const basics = { clock: this.loop.clock, ids: this.ids, logger: keptLogger(process.logs), env: ENV };
    const runtime = runtimeOf(basics, {
      table: this.table.of(process),
      fingerprints: openFingerprints,
      meter: keptMeter(this.counts),
      vault: openVault,
      authenticator: credulous(() => runtime),
      pause: (ms: number) => this.loop.pause(ms),
      bus: this.bus.of(process),
      ses: this.post.of(process),
      alerts: this.topic.of(process),
      bucket: this.bucket.of(process),
      scheduler: this.schedules.of(process),
      journeyExecutions: this.machine.of(process),
    });
    process.runtime = runtime;
    process.handler = handlerOf(fn, () => runtime);
    return process;
  }
}
