import { type Customer, customer as customerDecider } from "../../domain/customer/customer.ts";
import { endsOn, type JourneyDefinition } from "../../domain/journey/definition.ts";
import { isWaitingAt, type KnownEnrollment } from "../../domain/journey/enrollment.ts";
import type { JourneyFacts, JourneySettings } from "../../domain/journey/facts.ts";
import { mayEnter, next } from "../../domain/journey/interpreter.ts";
import { journeyOf } from "../../domain/journey/presets/index.ts";
import type { Act } from "../../domain/journey/step.ts";
import { orderFactsOf } from "../../domain/message/facts.ts";
import type { Instant } from "../../events/values.ts";
import { derivedId } from "../shell/derived-ids.ts";
import { port } from "../shell/port.ts";
import { type Origin, saving, type Unit } from "./aggregates.ts";
import { table } from "./dynamo.ts";
import { enrollmentRecord, type LoadedEnrollment } from "./enrollment-record.ts";
import { stateKey } from "./keys.ts";
import { type Messages, messages } from "./messages.ts";
import { placedItem } from "./order-reader.ts";
import type { Table } from "./table.ts";

/** What starts a journey for a subject: the ids and the envelope of the event that did. */
export interface Entry {
  journeyId: string;
  /** Pinned when the event was let in. */
  version: number;
  orderId: string;
  customerId: string;
  storeId: string;
  /** The event's id. */
  cause: string;
  correlationId: string;
  depth: number;
  test: boolean;
}

/** A wake-up: which wait of which enrollment is over. */
export interface WakeUp {
  enrollmentId: string;
  visit: number;
}

/** Steps that one stretch walks at most; a sound definition needs far fewer. */
export const STEPS_MAX = 50;

/** One enrollment for each subject of a journey: the same trigger arriving twice finds the same one. */
export const enrollmentIdOf = (journeyId: string, subjectId: string): string => derivedId("enr", journeyId, subjectId);

/** Enrollments, walked on by what the interpreter says. */
export class Enrollments {
  readonly #table: Table;
  readonly #messages: Messages;
  readonly #settings: JourneySettings;

  constructor(source: Table, messageTable: Messages, settings: JourneySettings) {
    this.#table = source;
    this.#messages = messageTable;
    this.#settings = settings;
  }

  /** The enrollment, if there is one. */
  async find(enrollmentId: string): Promise<KnownEnrollment | undefined> {
    return (await this.#table.get(stateKey.enrollment(enrollmentId)))?.state as KnownEnrollment | undefined;
  }

  /** Enters a subject and walks it to its first wait, in one transaction; safe to repeat. */
  enter(entry: Entry, now: Instant): Promise<KnownEnrollment | undefined> {
    const { journeyId, version, orderId, customerId, storeId, cause, correlationId, test } = entry;
    const definition = journeyOf(journeyId, version);
    const enrollmentId = enrollmentIdOf(journeyId, orderId);
    const depth = entry.depth + 1;
    const origin: Origin = { ...actorOf(definition), correlationId, causationId: cause, depth, storeId, test };
    return saving(this.#table, origin, async (unit) => {
      const [loaded, facts]: [LoadedEnrollment, JourneyFacts] = await Promise.all([
        unit.load(enrollmentRecord, enrollmentId),
        this.factsOf(orderId, customerId, now),
      ]);
      const subject = { enrollmentId, journeyId, version, customerId, orderId, storeId, cause, depth, test };
      const { start, reentry } = definition;
      if (loaded.state.status === "absent" && !mayEnter(definition, facts)) return undefined;
      const data = { ...subject, start, reentry };
      const entered = unit.decide(loaded, { type: "enrollment.enter", at: now, data });
      if (entered.length === 0) return loaded.state as KnownEnrollment;
      unit.about(customerId);
      await this.#walk(unit, loaded, definition, facts);
      return loaded.state as KnownEnrollment;
    });
  }

  /** Walks on from a wait that is over; a wake-up for another wait changes nothing. */
  async wake({ enrollmentId, visit }: WakeUp, now: Instant): Promise<KnownEnrollment | undefined> {
    const before = await this.find(enrollmentId);
    if (!before || !isWaitingAt(before, visit)) return before;
    const definition = journeyOf(before.journeyId, before.version);
    return saving(this.#table, originOf(before, definition), async (unit) => {
      const loaded: LoadedEnrollment = await unit.load(enrollmentRecord, enrollmentId);
      const state = loaded.state as KnownEnrollment;
      if (!isWaitingAt(state, visit)) return state;
      await this.#walk(unit, loaded, definition, await this.factsOf(state.orderId, state.customerId, now));
      if (loaded.events.some(({ type }) => type === "journey.exited")) unit.about(state.customerId);
      return loaded.state as KnownEnrollment;
    });
  }

  /** Takes a subject out of a journey that an event ends; the answer is the wait that nobody needs any more. */
  exit(journeyId: string, subjectId: string, eventType: string, origin: Origin, now: Instant) {
    const enrollmentId = enrollmentIdOf(journeyId, subjectId);
    return saving(this.#table, origin, async (unit): Promise<WakeUp | undefined> => {
      const loaded: LoadedEnrollment = await unit.load(enrollmentRecord, enrollmentId);
      const { state } = loaded;
      if (state.status !== "waiting") return undefined;
      if (!endsOn(journeyOf(state.journeyId, state.version), eventType)) return undefined;
      unit.stamp({ storeId: state.storeId, test: state.test });
      unit.decide(loaded, { type: "enrollment.exit", at: now, data: { reason: eventType } });
      return { enrollmentId, visit: state.visit };
    });
  }

  /** Follows one outcome after another until the subject waits or leaves. It knows outcomes and no kind of step. */
  async #walk(unit: Unit, loaded: LoadedEnrollment, definition: JourneyDefinition, facts: JourneyFacts): Promise<void> {
    const { now } = facts;
    for (let walked = 0; walked < STEPS_MAX; walked += 1) {
      const state = loaded.state as KnownEnrollment;
      const waitsUntil = state.status === "waiting" ? state.dueAt : undefined;
      const outcome = next(definition, { step: state.step, waitsUntil }, facts);
      const acted = outcome.kind === "act" && { messageId: await this.#act(unit, state, outcome.act, now) };
      unit.decide(loaded, { type: "enrollment.follow", at: now, data: { next: outcome, ...acted } });
      if (outcome.kind === "wait" || outcome.kind === "exit") return;
    }
    throw new Error(`The journey ${definition.id} walked ${STEPS_MAX} steps without a wait.`);
  }

  /** Asks for the message in the transaction of the step, so that both happen or neither. */
  async #act(unit: Unit, state: KnownEnrollment, act: Act, now: Instant): Promise<string> {
    const { enrollmentId, journeyId, customerId, orderId, storeId, step, visit, test } = state;
    const { kind: _, ...what } = act;
    const messageId = derivedId("msg", enrollmentId, step, String(visit));
    const subject = { messageId, storeId, customerId, ...(orderId && { orderId }), journeyId, enrollmentId, test };
    await this.#messages.requestWithin(unit, { ...subject, ...what }, now);
    return messageId;
  }

  /** Reads the subject as it is now. */
  async factsOf(orderId: string | undefined, customerId: string, now: Instant): Promise<JourneyFacts> {
    const placed = orderId === undefined ? undefined : placedItem(await this.#table.get(stateKey.order(orderId)));
    const card = await this.#table.get(stateKey.customer(placed?.state.customerId ?? customerId));
    const customer = (card?.state as Customer | undefined) ?? customerDecider.initial;
    return { now, order: placed && orderFactsOf(placed.state), customer, settings: this.#settings };
  }
}

const actorOf = ({ id }: JourneyDefinition): Pick<Origin, "actor"> => ({ actor: { kind: "journey", id } });

const originOf = ({ enrollmentId, depth, storeId, test }: KnownEnrollment, definition: JourneyDefinition): Origin => ({
  ...actorOf(definition),
  correlationId: enrollmentId,
  depth,
  storeId,
  test,
});

export const enrollments = port("enrollments", (runtime) => {
  const promoCode = runtime.env.PROMO_CODE || undefined;
  return new Enrollments(runtime.get(table), runtime.get(messages), { promoCode });
});
