import type { Context } from "aws-lambda";
import type { KnownStore } from "../../../domain/store/store.ts";
import type { StoredEvent } from "../../../events/event.ts";
import type { StoreSettings } from "../../../events/store.ts";
import { enterJourney } from "../../../functions/consumers/enter-journey.ts";
import { exitJourney } from "../../../functions/consumers/exit-journey.ts";
import { recordMailReceipt } from "../../../functions/consumers/record-mail-receipt.ts";
import { requestOrderConfirmation } from "../../../functions/consumers/request-order-confirmation.ts";
import { sendMessage } from "../../../functions/consumers/send-message.ts";
import type { Runtime } from "../../../functions/shell/port.ts";
import { type IncomingOrder, orders } from "../../../functions/table/orders.ts";
import { runStretch } from "../../../functions/tasks/run-stretch.ts";
import { sweep } from "../../../functions/tasks/sweep.ts";
import { journeys } from "../../../infra/wiring.ts";
import { busMessage, deliver, eventsIn } from "../../support/queue.ts";
import { incoming, openStore } from "../../support/samples.ts";
import { type KeptSchedules, keptSchedules } from "../../support/schedules.ts";
import { origin, type World, world } from "../../support/world.ts";
import { metered } from "../../support/write-units.ts";
import { dyingAt, PostOffice, type WriteFault } from "./post-office.ts";

type Task = (input: unknown, context: Context) => Promise<unknown>;

interface Options {
  env?: Record<string, string>;
  settings?: Partial<StoreSettings>;
  now?: string;
}

export const PROMO_CODE = "KOLO5";
const ENV = { JOURNEY_MACHINE_ARN: "arn:journey", PROMO_CODE, WAKE_QUEUE_ARN: "arn:wake" };
const STORE_ID = "sto_01KAGX7Q2M8E5V3T9R6W4Y1ZBC";

/** A shop whose events reach the consumers of messages and journeys, and an inbox at the other end. */
export class Mailroom {
  readonly office = new PostOffice();
  readonly mailbox = this.office.mailbox;
  readonly faults: WriteFault[] = [];
  readonly schedules: KeptSchedules = keptSchedules();
  readonly runtime: Runtime;
  readonly table: World["table"];
  readonly clock: World["clock"];
  readonly logs: World["logs"];
  readonly counts: World["counts"];
  /** Write units since the last time somebody asked. */
  spent: () => number = () => 0;
  store: KnownStore | undefined;

  readonly #started: unknown[] = [];
  readonly #consumers: Readonly<Record<string, unknown>>;
  readonly #enter: unknown;
  readonly #receipts: unknown;
  readonly #stretch: Task;
  readonly #sweep: Task;
  #read = 0;

  constructor({ env, now }: Options) {
    const made = world({
      ...(now && { now }),
      env: { ...ENV, ...env },
      table: (memory) => {
        const meter = metered(memory);
        this.spent = meter.spent;
        return dyingAt(this.faults)(meter.table);
      },
      replaced: () => ({
        ses: this.office,
        scheduler: this.schedules,
        journeyExecutions: { start: async (input: unknown) => void this.#started.push(input) },
      }),
    });
    this.runtime = made.runtime;
    this.table = made.table;
    this.clock = made.clock;
    this.logs = made.logs;
    this.counts = made.counts;
    const runtimeOf = () => made.runtime;
    const [send, exit] = [sendMessage(runtimeOf), exitJourney(runtimeOf)];
    this.#consumers = {
      "order.placed": requestOrderConfirmation(runtimeOf),
      "message.requested": send,
      "message.resumed": send,
      "order.paid": exit,
      "order.cancelled": exit,
    };
    this.#enter = enterJourney(runtimeOf);
    this.#receipts = recordMailReceipt(runtimeOf);
    this.#stretch = runStretch(runtimeOf) as Task;
    this.#sweep = sweep(runtimeOf) as Task;
  }

  /** A platform pushes an order, or newer facts of it. */
  order(part = {}, more: Partial<IncomingOrder> = {}, from = {}) {
    const facts = incoming(part, more);
    return this.runtime.get(orders).accept(this.store as KnownStore, facts, origin(from), this.clock.now());
  }

  /** Carries what happened since the last time to the consumers, until nothing happens any more. */
  async carry(times = 1): Promise<void> {
    for (let fresh = this.#unread(); fresh.length > 0; fresh = this.#unread()) {
      this.#read += fresh.length;
      for (const event of fresh) await this.#react(event, times);
      await this.#execute(times);
    }
  }

  /** Carries what happened to the consumers until an event of a type is there, which nobody has read yet. */
  async carryTo(type: string): Promise<void> {
    while (!this.#unread().some((event) => event.type === type)) {
      const [event] = this.#unread();
      if (!event) throw new Error(`No ${type} comes of this.`);
      this.#read += 1;
      await this.#react(event, 1);
      await this.#execute(1);
    }
  }

  /** Hands an event to the journeys' entry, and carries out what it starts. */
  async let(event: StoredEvent | undefined): Promise<void> {
    await deliver(this.#enter, { journeyId: journeys[0]?.journeyId, event });
    await this.#execute(1);
  }

  /** Hands an event to its consumer again. */
  async again(event: StoredEvent | undefined): Promise<void> {
    if (event) await deliver(this.#consumers[event.type], busMessage(event));
  }

  /** The provider's report about a mail, as the topic hands it to the queue. */
  report(body: unknown): Promise<void> {
    return deliver(this.#receipts, body);
  }

  /** One execution of the Journey machine. */
  run(input: unknown): Promise<unknown> {
    return this.#stretch(input, {} as Context);
  }

  /** One tick of the sweep, with all that comes of it. */
  async tick(): Promise<void> {
    await this.#sweep({}, {} as Context);
    await this.#execute(1);
    await this.carry();
  }

  /** Lets time go by, and the wake-ups that fall due; what comes of them stays unread. */
  async wakeAfter(ms: number, times = 1): Promise<void> {
    this.clock.advance(ms);
    for (const { target } of this.schedules.due(this.clock.now())) {
      for (let time = 0; time < times; time += 1) await this.run(target.input);
    }
  }

  /** The same, with all that comes of them. */
  async after(ms: number, times = 1): Promise<void> {
    await this.wakeAfter(ms, times);
    await this.carry(times);
  }

  events(type?: string): StoredEvent[] {
    return eventsIn(this.table).filter((event) => type === undefined || event.type === type);
  }

  states(kind: "message" | "enrollment"): (Record<string, unknown> & { status: string })[] {
    const stored = this.table.items().filter(({ pk, sk }) => pk.startsWith(`${kind}#`) && sk === "state");
    return stored.map(({ state }) => state as Record<string, unknown> & { status: string });
  }

  #unread(): StoredEvent[] {
    return eventsIn(this.table).slice(this.#read);
  }

  async #react(event: StoredEvent, times: number): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      await this.again(event.type in this.#consumers ? event : undefined);
      for (const { journeyId, events } of journeys) {
        if (events.some((type) => type === event.type)) await deliver(this.#enter, { journeyId, event });
      }
    }
  }

  /** Starts what was asked of the Journey machine, each as often as told. */
  async #execute(times: number): Promise<void> {
    for (const input of this.#started.splice(0)) for (let time = 0; time < times; time += 1) await this.run(input);
  }
}

/** Opens the shop. */
export async function mailroom(options: Options = {}): Promise<Mailroom> {
  const room = new Mailroom(options);
  room.store = await openStore(room.table, STORE_ID, options.settings);
  return room;
}
