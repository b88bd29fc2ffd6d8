import type { Context } from "aws-lambda";
import type { SendOutcome } from "../../../domain/message/message.ts";
import type { StoredEvent } from "../../../events/event.ts";
import type { StoreSettings } from "../../../events/store.ts";
import type { OutgoingMessage } from "../../../functions/adapters/channel-provider.ts";
import { enterJourney } from "../../../functions/consumers/enter-journey.ts";
import { exitJourney } from "../../../functions/consumers/exit-journey.ts";
import { recordMailReceipt } from "../../../functions/consumers/record-mail-receipt.ts";
import { requestOrderConfirmation } from "../../../functions/consumers/request-order-confirmation.ts";
import { sendMessage } from "../../../functions/consumers/send-message.ts";
import type { IncomingOrder } from "../../../functions/table/orders.ts";
import { orders } from "../../../functions/table/orders.ts";
import { runStretch } from "../../../functions/tasks/run-stretch.ts";
import { sweep } from "../../../functions/tasks/sweep.ts";
import { journeys } from "../../../infra/wiring.ts";
import type { MemoryTable } from "../../support/memory-table.ts";
import { busMessage, deliver, eventsIn } from "../../support/queue.ts";
import { incoming, openStore } from "../../support/samples.ts";
import { keptSchedules } from "../../support/schedules.ts";
import { origin, world } from "../../support/world.ts";
import { metered } from "../../support/write-units.ts";

/** A mail that arrived in somebody's inbox. */
export interface Mail extends OutgoingMessage {
  key: string;
}

/** What the provider does with the next mail: keeps it or not, and what it answers; `dies` = our process does. */
export type Behaviour = { keeps: boolean; answers: SendOutcome | "dies" };

/** An id as SES gives it. */
export const PROVIDER_ID = "0107019a9f3c2b1d-1f6c9a52-7b1e-4c55-9a0f-2d3b4c5d6e7f-000000";

const accepts: Behaviour = { keeps: true, answers: { kind: "accepted", providerId: PROVIDER_ID } };

/** A process that ended where it stood. */
export class Crash extends Error {}

/** A mail provider with a mailbox. */
function postOffice(mailbox: Mail[]) {
  const next: Behaviour[] & { slow?: (() => Promise<void>) | undefined } = [];
  return {
    next,
    async send(key: string, message: OutgoingMessage): Promise<SendOutcome> {
      const { keeps, answers } = next.shift() ?? accepts;
      if (keeps) mailbox.push({ key, ...message });
      // What happens elsewhere while the answer is on its way.
      await next.slow?.();
      if (answers === "dies") throw new Crash("The process died.");
      return answers;
    },
  };
}

const STORE_ID = "sto_01KAGX7Q2M8E5V3T9R6W4Y1ZBC";

interface Options {
  env?: Record<string, string>;
  settings?: Partial<StoreSettings>;
  now?: string;
}

/** Writes that fail before or after they are done, counted from the next one. */
interface WriteFault {
  after: number;
  done: boolean;
}

const faulty =
  (faults: WriteFault[]) =>
  (memory: MemoryTable): MemoryTable => ({
    ...memory,
    async write(writes) {
      const fault = faults[0];
      if (!fault || fault.after > 0) {
        if (fault) fault.after -= 1;
        return memory.write(writes);
      }
      faults.shift();
      if (fault.done) await memory.write(writes);
      throw new Crash("The process died.");
    },
  });

/** A shop whose events reach the consumers of messages and journeys, and an inbox at the other end. */
export async function mailroom(options: Options = {}) {
  const mailbox: Mail[] = [];
  const office = postOffice(mailbox);
  const schedules = keptSchedules();
  const started: unknown[] = [];
  const faults: WriteFault[] = [];
  let meter = (): number => 0;
  const { runtime, table, clock, logs } = world({
    ...(options.now && { now: options.now }),
    env: { JOURNEY_MACHINE_ARN: "arn:journey", WAKE_QUEUE_ARN: "arn:wake", ...options.env },
    table: (memory) => {
      const counted = metered(memory);
      meter = counted.spent;
      return faulty(faults)(counted.table);
    },
    replaced: () => ({
      ses: office,
      scheduler: schedules,
      journeyExecutions: { start: async (input: unknown) => void started.push(input) },
    }),
  });
  const store = await openStore(table, STORE_ID, options.settings);
  const runtimeOf = () => runtime;
  const send = sendMessage(runtimeOf);
  const consumers = {
    "order.placed": requestOrderConfirmation(runtimeOf),
    "message.requested": send,
    "message.resumed": send,
    "order.paid": exitJourney(runtimeOf),
    "order.cancelled": exitJourney(runtimeOf),
  } as Record<string, unknown>;
  const enter = enterJourney(runtimeOf);
  const receipts = recordMailReceipt(runtimeOf);
  const stretch = runStretch(runtimeOf) as (input: unknown, context: Context) => Promise<unknown>;
  const ticks = sweep(runtimeOf) as (input: unknown, context: Context) => Promise<unknown>;
  const run = (input: unknown) => stretch(input, {} as Context);
  let read = 0;

  async function react(event: StoredEvent, times: number): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      const to = consumers[event.type];
      if (to) await deliver(to, busMessage(event));
      for (const { journeyId, events } of journeys) {
        if (events.some((type) => type === event.type)) await deliver(enter, { journeyId, event });
      }
    }
  }

  /** Starts what was asked of the Journey machine, each as often as told. */
  async function execute(times: number): Promise<void> {
    for (const input of started.splice(0)) for (let time = 0; time < times; time += 1) await run(input);
  }

  /** Carries what happened to the consumers until an event of a type is there, which nobody has read yet. */
  async function carryTo(type: string): Promise<void> {
    while (
      !eventsIn(table)
        .slice(read)
        .some((event) => event.type === type)
    ) {
      const [event] = eventsIn(table).slice(read);
      if (!event) throw new Error(`No ${type} comes of this.`);
      read += 1;
      await react(event, 1);
      await execute(1);
    }
  }

  /** Carries what happened since the last time to the consumers, until nothing happens any more. */
  async function carry(times = 1): Promise<void> {
    for (let fresh = eventsIn(table).slice(read); fresh.length > 0; fresh = eventsIn(table).slice(read)) {
      read += fresh.length;
      for (const event of fresh) await react(event, times);
      await execute(times);
    }
  }

  return {
    runtime,
    table,
    clock,
    logs,
    store,
    mailbox,
    /** What the provider does with the next mails. */
    office: office.next,
    faults,
    /** Write units since the last time somebody asked. */
    spent: () => meter(),
    schedules,
    started,
    send,
    enter,
    run,
    carry,
    carryTo,
    order: (part = {}, more: Partial<IncomingOrder> = {}, from = {}) =>
      runtime.get(orders).accept(store, incoming(part, more), origin(from), clock.now()),
    /** The provider's report about a mail, as the topic hands it to the queue. */
    report: (body: unknown) => deliver(receipts, body),
    /** Hands an event to the journeys' entry, and carries out what it starts. */
    async let(event: StoredEvent | undefined) {
      await deliver(enter, { journeyId: journeys[0]?.journeyId, event });
      await execute(1);
    },
    /** Hands an event to the journeys' exit. */
    end: (event: StoredEvent | undefined) => deliver(consumers["order.cancelled"], event && busMessage(event)),
    /** Hands an event of the table to the sender again. */
    again: (event: StoredEvent) => deliver(send, busMessage(event)),
    events: (type?: string) => eventsIn(table).filter((event) => type === undefined || event.type === type),
    /** Lets time go by, and the wake-ups that fall due; what comes of them stays unread. */
    async wakeAfter(ms: number) {
      clock.advance(ms);
      for (const { target } of schedules.due(clock.now())) await run(target.input);
    },
    async tick() {
      await ticks({}, {} as Context);
      await execute(1);
      await carry();
    },
    /** Lets time go by, with the wake-ups that fall due. */
    async after(ms: number, times = 1) {
      clock.advance(ms);
      for (const { target } of schedules.due(clock.now())) {
        for (let time = 0; time < times; time += 1) await run(target.input);
      }
      await carry(times);
    },
    states: (kind: "message" | "enrollment") =>
      table
        .items()
        .filter(({ pk, sk }) => pk.startsWith(`${kind}#`) && sk === "state")
        .map(({ state }) => state as Record<string, unknown> & { status: string }),
  };
}

export type Mailroom = Awaited<ReturnType<typeof mailroom>>;
