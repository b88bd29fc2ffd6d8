import { plusMs } from "../../domain/kernel/calendar.ts";
import { GRACE_MS, type Mismatch, type MismatchCommand } from "../../domain/mismatch/mismatch.ts";
import { disagreementsOf } from "../../domain/order/disagreement.ts";
import { viewOf } from "../../domain/order/view.ts";
import type { KnownPayment } from "../../domain/payment/payment.ts";
import type { MismatchEvent } from "../../events/mismatch.ts";
import type { Instant, MismatchKind, Money } from "../../events/values.ts";
import { port } from "../shell/port.ts";
import type { Look } from "../shell/wake.ts";
import { type Loaded, type Origin, saving, type Unit } from "./aggregates.ts";
import { table } from "./dynamo.ts";
import { stateKey } from "./keys.ts";
import { mismatchIdOf, type Suspicion } from "./mismatch-ids.ts";
import { placedItem } from "./order-reader.ts";
import { type Payments, payments } from "./payments.ts";
import { mismatchRecord } from "./records.ts";
import type { Key, Table, Write } from "./table.ts";

/** What the order or payment itself says now. */
interface Truth {
  storeId: string;
  customerId?: string;
  disagreement?: { expected?: Money; actual: Money };
  /** Holds in the transaction that acts on the truth. */
  stillTrue?: Write;
}

type LoadedMismatch = Loaded<Mismatch, MismatchCommand, MismatchEvent>;

/**
 * Watches money that does not agree. Events only say where to look: what is decided follows from the order or payment
 * as it is in that very transaction, so their order and number do not matter.
 */
export class MismatchWatch {
  readonly #table: Table;
  readonly #payments: Payments;

  constructor(source: Table, paymentTable: Payments) {
    this.#table = source;
    this.#payments = paymentTable;
  }

  /** Looks at what an event of `seenAt` says; a kind without grace opens at once. */
  look(about: Suspicion, seenAt: Instant, origin: Origin, now: Instant): Promise<Look> {
    const mismatchId = mismatchIdOf(about);
    return saving(this.#table, origin, async (unit) => {
      const { truth, mismatch } = await this.#load(unit, about, mismatchId);
      const planned = dueOf(mismatch.state);
      if (truth.disagreement) {
        const data = { mismatchId, ...about, dueAt: plusMs(seenAt, GRACE_MS[about.kind]) };
        unit.decide(mismatch, { type: "mismatch.suspect", at: seenAt, data });
        this.#check(unit, mismatch, truth, now);
      } else this.#act(unit, mismatch, truth, { type: "mismatch.close", at: now, data: {} });
      return lookOf(mismatchId, planned, dueOf(mismatch.state));
    });
  }

  /**
   * Decides when the grace has run out: finance is told, or it came right by itself. Too early changes nothing and
   * answers when to come again; late, twice or for nothing is harmless.
   */
  async settle(mismatchId: string, origin: Origin, now: Instant): Promise<Look> {
    const item = await this.#table.get(stateKey.mismatch(mismatchId));
    const known = (item?.state ?? { status: "absent" }) as Mismatch;
    if (known.status !== "suspected") return { subject: mismatchId };
    if (now < known.dueAt) return { subject: mismatchId, dueAt: known.dueAt };
    const about = suspicionOf(known);
    if ("paymentId" in about) await this.#payments.match(about.paymentId, origin, now);
    return saving(this.#table, origin, async (unit) => {
      const { truth, mismatch } = await this.#load(unit, about, mismatchId);
      this.#check(unit, mismatch, truth, now);
      return lookOf(mismatchId, undefined, dueOf(mismatch.state));
    });
  }

  #check(unit: Unit, mismatch: LoadedMismatch, truth: Truth, now: Instant): void {
    const { disagreement } = truth;
    this.#act(unit, mismatch, truth, {
      type: "mismatch.check",
      at: now,
      data: { ...(disagreement && { disagreement }) },
    });
  }

  #act(unit: Unit, mismatch: LoadedMismatch, { stillTrue }: Truth, command: MismatchCommand): void {
    unit.decide(mismatch, command);
    if (mismatch.events.length > 0 && stillTrue) unit.also(stillTrue);
  }

  async #load(unit: Unit, about: Suspicion, mismatchId: string): Promise<{ truth: Truth; mismatch: LoadedMismatch }> {
    const truth = await ("paymentId" in about ? this.#ofPayment(about) : this.#ofOrder(about));
    unit.stamp({ storeId: truth.storeId });
    unit.about(truth.customerId);
    return { truth, mismatch: await unit.load(mismatchRecord(truth.storeId), mismatchId) };
  }

  async #ofOrder({ kind, orderId }: { kind: MismatchKind; orderId: string }): Promise<Truth> {
    const key = stateKey.order(orderId);
    const order = placedItem(await this.#table.get(key));
    if (!order) throw new Error(`The order ${orderId} of a mismatch is not there.`);
    const { storeId, version, state } = order;
    const found = disagreementsOf(state, viewOf(state)).find((one) => one.kind === kind);
    const disagreement = found && { expected: found.expected, actual: found.actual };
    return {
      storeId,
      customerId: state.customerId,
      stillTrue: unchanged(key, version),
      ...(disagreement && { disagreement }),
    };
  }

  async #ofPayment({ paymentId }: { paymentId: string }): Promise<Truth> {
    const key = stateKey.payment(paymentId);
    const item = await this.#table.get(key);
    if (!item) throw new Error(`The payment ${paymentId} of a mismatch is not there.`);
    const { storeId, orderId, received } = item.state as KnownPayment;
    const order = orderId === undefined ? undefined : placedItem(await this.#table.get(stateKey.order(orderId)));
    const disagreement = orderId === undefined && received ? { actual: received.amount } : undefined;
    return {
      storeId,
      ...(order && { customerId: order.state.customerId }),
      stillTrue: unchanged(key, item.version as number),
      ...(disagreement && { disagreement }),
    };
  }
}

const unchanged = (key: Key, version: number): Write => ({ check: key, when: { equals: { version } } });

const dueOf = (state: Mismatch): Instant | undefined => (state.status === "suspected" ? state.dueAt : undefined);

const lookOf = (subject: string, planned: Instant | undefined, dueAt: Instant | undefined): Look => ({
  subject,
  ...(dueAt && { dueAt }),
  ...(planned && !dueAt && { forget: planned }),
});

function suspicionOf({ kind, orderId = "", paymentId = "" }: Extract<Mismatch, { status: "suspected" }>): Suspicion {
  return paymentId ? { kind, paymentId } : { kind, orderId };
}

export const mismatchWatch = port(
  "mismatchWatch",
  (runtime) => new MismatchWatch(runtime.get(table), runtime.get(payments)),
);
