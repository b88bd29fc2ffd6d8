import { Rejection } from "../../domain/kernel/rejection.ts";
import type { HookSettings } from "../../events/hook.ts";
import type { Instant } from "../../events/values.ts";
import { type OrderSaid, type Report, type Subject, Unusable } from "../adapters/adapter.ts";
import { adapterOf } from "../adapters/registry.ts";
import { bodyWithoutCards } from "../shell/cards.ts";
import { readJson, UnreadableJson } from "../shell/json.ts";
import type { Provided } from "../shell/port.ts";
import { wrongTimes } from "../shell/times.ts";
import type { Origin } from "../table/aggregates.ts";
import { customers } from "../table/customers.ts";
import { orders } from "../table/orders.ts";
import { payments } from "../table/payments.ts";
import { stores } from "../table/stores.ts";

/** What taking a delivery in needs. */
export const intakeNeeds = { customers, orders, payments, stores };
type Intake = Provided<typeof intakeNeeds>;

/** The hook that a delivery came to. */
export interface At {
  hookId: string;
  storeId: string;
  provider: string;
  settings: HookSettings;
}

/** An authentic delivery. */
export interface Authentic {
  at: At;
  subject: Subject;
  raw: Buffer;
}

/**
 * Reads an authentic delivery and saves what it says; safe to repeat. Throws `Unusable` when no retry would help, and
 * anything else when one may.
 */
export async function takeIn(delivery: Authentic, intake: Intake, origin: Origin, now: Instant): Promise<Report> {
  try {
    const report = await read(delivery, intake, now);
    await save(report, delivery.at, intake, origin, now);
    return report;
  } catch (error) {
    if (error instanceof UnreadableJson || error instanceof Rejection) {
      throw new Unusable(error.code, error.message, error);
    }
    throw error;
  }
}

async function read({ at, subject, raw }: Authentic, intake: Intake, now: Instant): Promise<Report> {
  const { settings, storeId, provider } = at;
  if (settings.shopDomain !== undefined && settings.shopDomain !== subject.source) {
    throw new Unusable("other_shop", "The delivery is of another shop than the one that may speak through the hook.");
  }
  const { country, currency } = (await intake.stores.get(storeId, Date.parse(now))).settings;
  const circumstances = { topic: subject.topic, settings, store: { country, currency }, now };
  const said = adapterOf(provider).translate(bodyWithoutCards(readJson(raw)), circumstances);
  const report = await withoutDoubt(said, storeId, intake);
  if (report.kind === "privacy") {
    throw new Unusable("privacy_request", "A request under a privacy law: a person answers it.");
  }
  const [wrong] = wrongTimes(report, now);
  if (wrong) throw new Unusable(wrong.code, `A time of the delivery cannot be right, as read at ${wrong.pointer}.`);
  return report;
}

/**
 * What the store knows is its own: its payments may be older than the setting by which stores are told apart. So is
 * what it said to pay one of its orders; the order that such a payment names may be another store's of that number.
 */
async function withoutDoubt(said: Report, storeId: string, { payments }: Intake): Promise<Report> {
  if (said.kind !== "payment" || !said.doubt || (await payments.knows(storeId, said.payment))) return said;
  const { reason, names } = said.doubt;
  const payment = { ...said.payment, references: names };
  if (await payments.expects(storeId, payment)) return { kind: "payment", payment };
  if (reason === "other_store") return { kind: "nothing", reason };
  throw new Unusable(reason, "The payment does not say which store it is of.");
}

async function save(report: Report, at: At, intake: Intake, origin: Origin, now: Instant): Promise<void> {
  switch (report.kind) {
    case "order":
      return saveOrder(report, at, intake, { ...origin, test: report.test }, now);
    case "payment":
      await intake.payments.report(at, report.payment, origin, now);
      return;
    case "customer": {
      const store = await intake.stores.get(at.storeId, Date.parse(now));
      await intake.customers.tell(store, report.contact, report.toldAt, origin, now);
      return;
    }
    default:
      return;
  }
}

/** Saves an order, then looks for payments that were waiting for it. */
async function saveOrder(
  said: OrderSaid,
  { storeId }: At,
  intake: Intake,
  origin: Origin,
  now: Instant,
): Promise<void> {
  const store = await intake.stores.get(storeId, Date.parse(now));
  const { orderId } = await intake.orders.accept(store, said.order, origin, now);
  const order = { orderId, storeId };
  // Also where no provider is connected yet: one that is connected later may tell of these payments.
  for (const transaction of said.transactions) await intake.payments.expect(order, transaction, origin);
  if (store.paymentHooks.length === 0 || !said.order.snapshot) return;
  await intake.payments.joinWaiting(order, [...said.names, ...said.transactions], origin, now);
}
