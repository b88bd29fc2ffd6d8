import { reject } from "../../domain/kernel/rejection.ts";
import {
  captureOf,
  type KnownPayment,
  type Payment,
  type PaymentCommand,
  type ReportPayment,
  refundsOf,
} from "../../domain/payment/payment.ts";
import type { PaymentEvent } from "../../events/payment.ts";
import type { Instant } from "../../events/values.ts";
import { port } from "../shell/port.ts";
import { type Loaded, type Origin, saving, type Unit } from "./aggregates.ts";
import { table } from "./dynamo.ts";
import { list, referenceKey, stateKey } from "./keys.ts";
import { type OrderChanges, orderChanges } from "./order-changes.ts";
import { orderIdOf } from "./order-ids.ts";
import { orderIn } from "./order-item.ts";
import { paymentIdOf } from "./payment-ids.ts";
import { type LoadedOrder, orderRecord, paymentRecord } from "./records.ts";
import type { Table } from "./table.ts";
import { BY_HAND, vouchedName } from "./vouches.ts";

/** What one delivery of a payment provider says about one payment. */
export type IncomingPayment = Omit<ReportPayment["data"], "paymentId" | "storeId" | "hookId" | "orderId">;

/** Payments that wait for one order at most. */
export const WAITING_MAX = 25;

interface OrderNamed {
  orderId: string;
  storeId: string;
}
interface Vouched {
  provider: string;
  externalId: string;
}
type Named = Pick<KnownPayment, "storeId" | "provider" | "references">;
type LoadedPayment = Loaded<Payment, PaymentCommand, PaymentEvent>;

/** Providers' payments and the search for their orders. */
export class Payments {
  readonly #table: Table;
  readonly #orders: OrderChanges;

  constructor(source: Table, orderTable: OrderChanges) {
    this.#table = source;
    this.#orders = orderTable;
  }

  /** Whether anything was told of the payment before. */
  async knows(storeId: string, { provider, externalId }: Vouched): Promise<boolean> {
    return (await this.#table.get(stateKey.payment(paymentIdOf(storeId, provider, externalId)))) !== undefined;
  }

  /** Whether an order of the store is said to be paid by the payment, by one of its names. */
  async expects(storeId: string, { provider, references = [] }: IncomingPayment): Promise<boolean> {
    for (const name of references) if (await this.#expecting(storeId, provider, name)) return true;
    return false;
  }

  /** Merges what a provider says; when its order is known, the order learns of it in the same transaction. */
  async report(
    hook: { hookId: string; storeId: string },
    incoming: IncomingPayment,
    origin: Origin,
    now: Instant,
  ): Promise<string> {
    const { hookId, storeId } = hook;
    const paymentId = paymentIdOf(storeId, incoming.provider, incoming.externalId);
    const waits = await saving(this.#table, { ...origin, storeId }, async (unit) => {
      const payment = await unit.load(paymentRecord, paymentId);
      const known = payment.state.status === "known" ? payment.state : undefined;
      const references = [...(known?.references ?? []), ...(incoming.references ?? [])];
      const found = known?.orderId ?? (await this.#find({ storeId, provider: incoming.provider, references }));
      const data = { ...incoming, paymentId, storeId, hookId, orderId: found };
      unit.decide(payment, { type: "payment.report", at: now, data });
      const joins = found !== undefined && known?.orderId === undefined;
      if (payment.events.length === 0 && !joins) return false;
      const state = payment.state as KnownPayment;
      if (found !== undefined) {
        await this.#join(unit, payment, found, now);
        return false;
      }
      unit.also(...state.references.map((name) => ({ put: { ...referenceKey(storeId, name, paymentId) } })));
      return true;
    });
    // The order may have looked for it just before it was there.
    if (waits) await this.match(paymentId, origin, now);
    return paymentId;
  }

  /** Looks for the order of a waiting payment again; true when the payment has an order now. */
  async match(paymentId: string, origin: Origin, now: Instant): Promise<boolean> {
    return saving(this.#table, origin, async (unit) => {
      const payment = await unit.load(paymentRecord, paymentId);
      if (payment.state.status === "absent") reject("payment_not_found", "There is no such payment.");
      unit.stamp({ storeId: payment.state.storeId });
      if (payment.state.orderId !== undefined) return true;
      const found = await this.#find(payment.state);
      if (found === undefined) return false;
      await this.#join(unit, payment, found, now);
      return true;
    });
  }

  /** Notes that the platform says a transaction of some provider pays the order; said once, it stays said. */
  async expect(order: OrderNamed, transaction: string, origin: Origin): Promise<void> {
    const key = referenceKey(order.storeId, transaction, order.orderId);
    if (await this.#table.get(key)) return;
    await saving(this.#table, origin, async (unit) => unit.also({ put: { ...key } }));
  }

  /** Joins payments of which a provider told before somebody vouched for them. Answers how many were there. */
  async joinVouched(order: OrderNamed, told: readonly Vouched[], origin: Origin, now: Instant): Promise<number> {
    const names = told.flatMap(({ provider, externalId }) => (provider === BY_HAND ? [] : [externalId]));
    return names.length === 0 ? 0 : this.joinWaiting(order, names, origin, now);
  }

  /**
   * Joins payments that came before their order. Whichever of the two is saved last sees the other: both look after
   * they are stored, by consistent reads. What a crash leaves apart is joined when the payment's grace runs out.
   * Answers how many were there.
   */
  async joinWaiting(order: OrderNamed, names: readonly string[], origin: Origin, now: Instant): Promise<number> {
    const pages = await Promise.all(
      [...new Set([...names, order.orderId])].map((name) => {
        const { pk } = referenceKey(order.storeId, name, "");
        return this.#table.query({ pk, prefix: "pay_", limit: WAITING_MAX, consistent: true });
      }),
    );
    const waiting = [...new Set(pages.flatMap(({ items }) => items.map(({ sk }) => sk)))];
    for (const paymentId of waiting) await this.match(paymentId, origin, now);
    return waiting.length;
  }

  /** The order that a payment names: by our id, the store's id of it, its number, or a transaction that it names. */
  async #find({ storeId, provider, references }: Named): Promise<string | undefined> {
    for (const reference of references) {
      for (const named of [
        orderIdOf(storeId, reference, false),
        ...(reference.startsWith("ord_") ? [reference] : []),
      ]) {
        const item = await this.#table.get(stateKey.order(named));
        const state = orderIn(item);
        if (state.status === "placed" && state.storeId === storeId) return named;
      }
      const page = await this.#table.query({ index: "gsi4", pk: list.orderNumber(storeId, reference), limit: 1 });
      const numbered = page.items[0]?.gsi4sk;
      if (typeof numbered === "string") return numbered;
      const expecting = await this.#expecting(storeId, provider, reference);
      if (expecting !== undefined) return expecting;
    }
    return undefined;
  }

  /** The order that is said to be paid by a payment of such a name: by its platform, or by who vouched for it. */
  async #expecting(storeId: string, provider: string, name: string): Promise<string | undefined> {
    for (const transaction of [name, vouchedName(provider, name)]) {
      const { pk } = referenceKey(storeId, transaction, "");
      const { items } = await this.#table.query({ pk, prefix: "ord_", limit: 1, consistent: true });
      if (items[0]) return items[0].sk;
    }
    return undefined;
  }

  async #join(unit: Unit, payment: LoadedPayment, orderId: string, now: Instant): Promise<void> {
    const state = payment.state as KnownPayment;
    const { storeId, paymentId } = state;
    const waited = payment.version > 0 && state.orderId === undefined;
    unit.decide(payment, { type: "payment.match", at: now, data: { orderId } });
    const order: LoadedOrder = await unit.load(orderRecord(storeId), orderId);
    unit.home(order);
    const facts = { captures: captureOf(state), refunds: refundsOf(state) };
    await this.#orders.mergeWithin(unit, order, { type: "order.merge", at: now, data: { orderId, storeId, ...facts } });
    if (!waited) return;
    unit.also(...state.references.map((reference) => ({ remove: referenceKey(storeId, reference, paymentId) })));
  }
}

export const payments = port("payments", (runtime) => new Payments(runtime.get(table), runtime.get(orderChanges)));
