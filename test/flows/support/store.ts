import { randomInt, randomUUID } from "node:crypto";
import { type Said, type SenderName, senders, signedBy } from "../../support/providers.ts";
import { uah } from "../../support/samples.ts";
import type { Alert, Deployment, Mail } from "./deployment.ts";
import { type Answer, type Asked, all, ask, ok } from "./http.ts";

/** A name that no other story has used, also in a place that many runs share. */
export const unique = (name: string): string => `${name}-${randomUUID().slice(0, 8)}`;

/** A buyer whom nobody has met; a Ukrainian mobile number as one types it at home. */
export function aBuyer(part: Record<string, unknown> = {}) {
  const email = `${unique("olena")}@example.com`;
  const phone = `067 ${randomInt(100, 999)} ${randomInt(10, 99)} ${randomInt(10, 99)}`;
  return { email, phone, firstName: "Olena", lastName: "Koval", locale: "uk", ...part };
}

/** Two packs of coffee for 498.00 by card, placed now by somebody new. */
export const anOrder = (now: Date, part: Record<string, unknown> = {}) => ({
  externalId: unique("K"),
  placedAt: now.toISOString(),
  customer: aBuyer(),
  lines: [{ sku: "COF-250", name: "Coffee 250 g", quantity: 2, unitPrice: uah(249_00) }],
  total: uah(498_00),
  paymentMethod: "card",
  ...part,
});

/** An address that a provider delivers to. */
export interface Hook {
  id: string;
  /** Delivers what a provider says, signed by its secret at the deployment's time. */
  deliver(said: Said, secret?: string): Promise<Answer>;
  /** Puts bytes and headers on the wire as they are. */
  post(raw: Buffer, headers: Record<string, string>): Promise<Answer>;
}

/** A store of the merchant with everything that its shop, its providers and the staff do about it. */
export class Store {
  readonly kolo: Deployment;
  readonly id: string;
  readonly key: string;

  constructor(kolo: Deployment, id: string, key: string) {
    this.kolo = kolo;
    this.id = id;
    this.key = key;
  }

  /** Asks as the shop does, by its key. */
  ask(path: string, asked: Asked = {}): Promise<Answer> {
    return ask(this.kolo, path, { as: { key: this.key }, ...asked });
  }

  /** Pushes an order; what is not named is `anOrder`. */
  async push(part: Record<string, unknown> = {}, more: Asked = {}): Promise<Answer> {
    return this.ask("/v1/orders", { body: anOrder(await this.kolo.now(), part), ...more });
  }

  /** Pushes an order that has to be new, and gives it. */
  async places(part: Record<string, unknown> = {}): Promise<Answer["body"]> {
    const { status, text, body } = await this.push(part);
    if (status === 201) return body;
    throw new Error(`The order was answered ${status}: ${text.slice(0, 600)}`);
  }

  /** An order by the shop's own id of it. */
  order(externalId: string): Promise<Answer["body"]> {
    return ok(this.kolo, `/v1/orders/ext:${encodeURIComponent(externalId)}`, { as: { key: this.key } });
  }

  /** Every order of the store, as a manager lists them. */
  orders(): Promise<Answer["body"][]> {
    return all(this.kolo, `/v1/orders?storeId=${this.id}`, "manager");
  }

  /** Records money that came in for an order. */
  async pays(order: { id: string }, amount: object, part: Record<string, unknown> = {}): Promise<Answer> {
    const payment = { externalId: unique("p"), provider: "manual", amount, capturedAt: await this.#now(), ...part };
    return this.ask(`/v1/orders/${order.id}/payments`, { body: payment });
  }

  /** Records money that went back for an order, as finance does. */
  refunds(order: { id: string }, amount: object): Promise<Answer> {
    const refund = { mode: "record", amount, reason: "requested_by_customer", externalId: unique("r") };
    return ask(this.kolo, `/v1/orders/${order.id}/refunds`, { as: "finance", body: refund });
  }

  /** Gives an order a stage, as a manager does. */
  moves(order: { id: string }, stage: string, headers: Record<string, string> = {}): Promise<Answer> {
    return ask(this.kolo, `/v1/orders/${order.id}/stage`, { as: "manager", body: { stage }, headers });
  }

  /** Connects a provider. */
  async connect(provider: SenderName, more: Record<string, unknown> = {}): Promise<Hook> {
    const body = { storeId: this.id, provider, secret: senders[provider].secret, ...more };
    const { id, url } = await ok(this.kolo, "/v1/hooks", { as: "owner", body });
    const { pathname } = new URL(url);
    const post: Hook["post"] = (raw, headers) => ask(this.kolo, pathname, { body: raw, headers });
    const deliver: Hook["deliver"] = async (said, secret) => {
      const { raw, headers } = signedBy(provider, said, await this.#now(), secret);
      return post(raw, headers);
    };
    return { id, post, deliver };
  }

  /** Makes another key of the store. */
  makeKey(mode: "live" | "test"): Promise<{ id: string; key: string }> {
    return ok(this.kolo, `/v1/stores/${this.id}/keys`, { as: "owner", body: { mode } });
  }

  /** A metric of this store over the days around now, or over the days that are named. */
  async metric(name: string, days?: { from: string; to: string }): Promise<string | null> {
    const { from, to } = days ?? (await this.#daysAround());
    const path = `/v1/metrics/${name}?storeId=${this.id}&from=${from}&to=${to}`;
    return (await ok(this.kolo, path, { as: "owner" })).total.value;
  }

  /** Several metrics at once, by their names. */
  async metrics(...names: string[]): Promise<Record<string, string | null>> {
    const values = await Promise.all(names.map(async (name) => [name, await this.metric(name)] as const));
    return Object.fromEntries(values);
  }

  /** Money of this store that does not agree, as finance sees it. */
  mismatches(status = ""): Promise<Answer["body"][]> {
    return all(this.kolo, `/v1/mismatches?storeId=${this.id}${status && `&status=${status}`}`, "finance");
  }

  /** What finance was told about this store. */
  async alerts(): Promise<Alert[]> {
    return (await this.kolo.alerts()).filter(({ attributes }) => attributes.storeId === this.id);
  }

  async #now(): Promise<string> {
    return (await this.kolo.now()).toISOString();
  }

  async #daysAround(): Promise<{ from: string; to: string }> {
    const now = (await this.kolo.now()).getTime();
    const day = (days: number) => new Date(now + days * 86_400_000).toISOString().slice(0, 10);
    return { from: day(-300), to: day(2) };
  }
}

/** Opens a Ukrainian web shop with a live key; give what matters to the story. */
export async function openStore(kolo: Deployment, part: Record<string, unknown> = {}): Promise<Store> {
  const settings = { name: "Kvitka", platform: "generic", currency: "UAH", timeZone: "Europe/Kyiv", country: "UA" };
  const { id } = await ok(kolo, "/v1/stores", { as: "owner", body: { ...settings, locale: "uk", ...part } });
  const { key } = await ok(kolo, `/v1/stores/${id}/keys`, { as: "owner", body: { mode: "live" } });
  return new Store(kolo, id, key);
}

/** What reached an address. */
export async function mailsTo(kolo: Deployment, email: string): Promise<Mail[]> {
  return (await kolo.outbox()).filter(({ to }) => to === email.toLowerCase());
}
