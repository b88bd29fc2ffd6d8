import type {
  Amount,
  CaptureSaid,
  Fact,
  Instant,
  OrderSaid,
  Parcel,
  ParcelSaid,
  RefundSaid,
  StageMoved,
} from "./facts.ts";
import { goodsOf } from "./goods.ts";
import type { Random } from "./random.ts";
import {
  captureSayable,
  moveSayable,
  orderSayable,
  parcelSayable,
  refundSayable,
  type Sayable,
  type TellingShop,
  type Unsaid,
} from "./speak.ts";
import { after } from "./tally.ts";
import { written } from "./writing.ts";

/** Something that will be said, and when it is first said unless something holds it up. */
export interface Utterance extends Sayable {
  said: Unsaid<OrderSaid | CaptureSaid | RefundSaid | ParcelSaid | StageMoved> & Pick<Fact, never>;
  atMs: number;
}

/** A buyer, known by an address, with or without a number, or by a number alone. */
export interface Person {
  email?: string;
  phone?: string;
}

const HOUR_S = 3_600;
/** How much time goes by at most between two facts of one order. */
const PACES_S = [2, 2, 60, 600, 10 * HOUR_S];
/** How many orders are placed by a key for testing. */
const TEST_SHARE = 0.12;
const FOREIGN = "EUR";
/** By how much a shop is wrong about some payments of its provider. */
const WRONG_MINOR = 7_00;
/** Of how many orders goods are sent. */
const GOODS_SHARE = 0.4;
/** Some orders are history when they come. */
const HISTORY_SHARE = 0.08;
const HISTORY_S = 20 * 24 * HOUR_S;

/** How many pieces are ordered. */
const UNITS = [1, 1, 2, 3, 5];

/** One order from its placing to its end. */
export class Life {
  readonly #random: Random;
  readonly #shop: TellingShop;
  readonly #id: (prefix: string) => string;
  #told: Utterance[] = [];
  /** The contacts that were told. */
  readonly told: Person[] = [];
  isTest = false;
  #nowS: number;
  #order = "";
  #owed = 0;
  #paid: (Amount & { id: string })[] = [];
  /** The payment that the platform has named, until its provider tells of it. */
  #transaction: string | undefined;
  readonly #parcels = new Map<string, Parcel>();
  #header: Unsaid<OrderSaid> | undefined;
  #person: Person | undefined;

  constructor(random: Random, shop: TellingShop, beginMs: number, id: (prefix: string) => string) {
    this.#random = random;
    this.#shop = shop;
    this.#id = id;
    this.#nowS = Math.ceil(beginMs / 1_000) - (random.chance(HISTORY_SHARE) ? HISTORY_S : 0);
  }

  tell(order: string, person: Person | undefined, mayTest: boolean): Utterance[] {
    const { by } = this.#shop;
    const random = this.#random;
    this.#order = order;
    this.#owed = random.chance(0.05) ? 0 : random.between(5_00, 900_00);
    this.#person = person;
    this.isTest = mayTest && by === "api" && random.chance(TEST_SHARE);
    const placedAt = this.#at();
    this.#say({
      kind: "order",
      store: this.#shop.name,
      by,
      order,
      placedAt,
      updatedAt: placedAt,
      totalMinor: this.#owed,
      units: random.pick(UNITS),
      timing: random.chance(0.8) ? "prepaid" : "on_delivery",
      automations: by === "api" && random.chance(0.1) ? "none" : "all",
      ...this.#contact(),
      ...(by === "api" &&
        this.#person &&
        random.chance(0.5) && { consent: { granted: random.chance(0.7), at: placedAt } }),
      ...(by !== "shopify" && { status: "new" }),
      ...(this.isTest && { test: true }),
      payments: [],
    });
    if (random.chance(0.2)) {
      const totalMinor = this.#owed + random.between(-4_00, 50_00) * (this.#owed ? 1 : 0);
      this.#update({ totalMinor, units: random.pick(UNITS) });
    }
    if (this.isTest && this.#owed > 0 && random.chance(0.5)) this.#vouch(this.#owed);
    if (this.isTest && random.chance(GOODS_SHARE)) this.#goodsGo();
    if (this.isTest) return this.#said();
    const acts = [
      () => this.#moneyComes(),
      () => random.chance(GOODS_SHARE) && this.#goodsGo(),
      () => random.chance(0.2) && by !== "woocommerce" && this.#move(),
    ];
    for (const act of random.shuffled(acts)) act();
    if (random.chance(0.15)) this.#update({ status: "cancelled" });
    if (random.chance(0.06)) this.#capture(this.#owed);
    if (random.chance(0.25)) this.#moneyGoes();
    return this.#said();
  }

  /** The order is told of once more, long after; whoever takes its money may know of it by now. */
  again(beginMs: number): Utterance[] {
    if (this.isTest) return [];
    this.#nowS = Math.max(this.#nowS, Math.ceil(beginMs / 1_000));
    if (this.#shop.by !== "api" && !this.#header?.claim && this.#owed > 0 && this.#random.chance(0.5)) this.#claim();
    else this.#update({});
    if (this.#parcels.size === 0 && this.#random.chance(GOODS_SHARE / 2)) this.#goodsGo();
    if (this.#shop.hooks.stripe && this.#paid.length === 0 && this.#random.chance(0.5)) this.#capture(this.#owed);
    return this.#said();
  }

  /** What was said since the last time. */
  #said(): Utterance[] {
    const told = this.#told;
    this.#told = [];
    return told;
  }

  /** The next instant of the order's life. */
  #at(): Instant {
    const at = new Date(this.#nowS * 1_000).toISOString();
    this.#nowS += this.#random.between(1, this.#random.pick(PACES_S));
    return at;
  }

  #contact(): Person {
    return this.#person && this.#random.chance(0.92) ? this.#person : {};
  }

  #say(said: Unsaid<OrderSaid>): void {
    this.#header = said;
    const { email, phone } = said;
    this.told.push({ ...(email && { email }), ...(phone && { phone }) });
    this.#add(said, orderSayable(this.#shop, said, written(this.#random, said)), said.updatedAt);
  }

  #update(news: Partial<Unsaid<OrderSaid>>): void {
    const { email: _, phone: __, consent: ___, ...known } = this.#header as Unsaid<OrderSaid>;
    const updatedAt = this.#at();
    this.#owed = news.totalMinor ?? this.#owed;
    const claim = known.claim && this.#shop.by === "shopify" ? { claim: { ...known.claim, at: updatedAt } } : {};
    // WooCommerce lists a refund without its time.
    const refund =
      known.refund && this.#shop.by === "woocommerce" ? { refund: { ...known.refund, at: updatedAt } } : {};
    const parcels = this.#parcels.size > 0 ? { parcels: [...this.#parcels.values()] } : {};
    this.#say({ ...known, ...claim, ...refund, ...parcels, ...this.#contact(), updatedAt, ...news });
  }

  #moneyComes(): void {
    const random = this.#random;
    const { by, hooks } = this.#shop;
    const part = random.chance(0.75) ? this.#owed : random.between(1, this.#owed + 100_00);
    if (this.#owed === 0 || random.chance(0.2)) return;
    if (by !== "api" && random.chance(0.5)) this.#claim();
    if (hooks.stripe && by === "api" && random.chance(0.3)) this.#vouchForProvider(part);
    else if (hooks.stripe && random.chance(0.8)) this.#capture(part);
    else if (by === "api" && random.chance(0.6)) this.#vouch(part);
    else if (random.chance(0.3)) this.#capture(part, "person");
    if (random.chance(0.1)) this.#capture(random.chance(0.5) ? this.#owed : random.between(1, 20_00));
  }

  #claim(): void {
    const at = new Date(this.#nowS * 1_000).toISOString();
    const isWhole = this.#shop.by === "woocommerce" || this.#random.chance(0.8);
    const amountMinor = isWhole ? this.#owed : Math.ceil(this.#owed / 2);
    const isNamed = this.#shop.by === "woocommerce" && this.#random.chance(0.6);
    if (isNamed) this.#transaction = this.#id("pi");
    const named = isNamed && this.#transaction ? { transaction: this.#transaction } : {};
    const status = this.#shop.by === "woocommerce" ? { status: "processing" as const } : {};
    this.#update({ claim: { amountMinor, at }, ...status, ...named });
  }

  /** The store itself says that it was paid, by an id of its own. */
  #vouch(amountMinor: number, prefix = "man") {
    const payment = { id: this.#id(prefix), at: this.#at(), amountMinor, currency: this.#shop.currency };
    this.#paid.push(payment);
    this.#update({ payments: [payment], status: "processing" });
    return payment;
  }

  /** The store names its provider's payment, with an amount that may be wrong, and the provider tells of it too. */
  #vouchForProvider(amountMinor: number): void {
    const isWrong = amountMinor % 3 === 0;
    const payment = this.#vouch(isWrong ? amountMinor + WRONG_MINOR : amountMinor, "pi");
    // The shop's word is the newer one then, and counts for nothing all the same.
    const at = isWrong ? after(payment.at, -1_000) : payment.at;
    const of = { kind: "capture", store: this.#shop.name, by: "stripe", order: this.#order } as const;
    const said = { ...of, ...payment, at, amountMinor };
    this.#add(said, captureSayable(this.#shop, said), this.#at());
  }

  #capture(amountMinor: number, by: "stripe" | "person" = this.#shop.hooks.stripe ? "stripe" : "person"): void {
    if (amountMinor === 0) return;
    const random = this.#random;
    const currency = random.chance(0.05) ? FOREIGN : this.#shop.currency;
    const named = by === "stripe" ? this.#transaction : undefined;
    const isNameless = by === "stripe" && random.chance(named ? 0.6 : 0.03);
    const isLost = by === "stripe" && !named && !isNameless && random.chance(0.06);
    const order = isLost ? `ghost-${this.#order}` : this.#order;
    const id = named ?? this.#id(by === "stripe" ? "pi" : "rec");
    if (named) this.#transaction = undefined;
    const money = { id, order, at: this.#at(), amountMinor, currency, ...(isNameless && { isNameless }) };
    const said = { kind: "capture", store: this.#shop.name, by, ...money } as const;
    if (order === this.#order && currency === this.#shop.currency) this.#paid.push({ id, amountMinor, currency });
    this.#add(said, captureSayable(this.#shop, said), said.at);
  }

  #moneyGoes(): void {
    const random = this.#random;
    const { claim } = this.#header as Unsaid<OrderSaid>;
    if (claim && random.chance(0.6)) this.#tellReturn(random.between(1, claim.amountMinor));
    const payment = this.#paid.at(-1);
    if (!payment) return;
    const { amountMinor: most, id } = payment;
    const part = random.chance(0.5) ? most : random.between(1, most);
    const isSum = id.startsWith("pi_") && random.chance(0.5);
    this.#refund(payment, part, isSum);
    if (part < most && random.chance(0.5)) this.#refund(payment, isSum ? most : most - part, isSum);
  }

  /** Money of a payment went back: so much, or so much by now. */
  #refund({ currency, id }: Amount & { id: string }, amountMinor: number, isSum: boolean): void {
    const by = id.startsWith("pi_") ? "stripe" : "person";
    const of = { ...(by === "stripe" && { payment: id }), ...(isSum && { isSum }) };
    const refund = { kind: "refund", store: this.#shop.name, by, id: this.#id("re"), order: this.#order } as const;
    const said = { ...refund, ...of, at: this.#at(), amountMinor, currency };
    this.#add(said, refundSayable(this.#shop, said), said.at);
  }

  /** The platform says that money went back: by itself, with the order, or both. */
  #tellReturn(amountMinor: number): void {
    const { by, name: store, currency } = this.#shop;
    const refund = { id: `${this.#order}7`, amountMinor, at: this.#at() };
    const said = { kind: "refund", store, by: "shopify", order: this.#order, currency, ...refund } as const;
    const isAlone = by === "shopify" && this.#random.chance(0.6);
    if (isAlone) this.#add(said, refundSayable(this.#shop, said), said.at);
    if (by === "shopify" && (!isAlone || this.#random.chance(0.5))) this.#update({ refund });
    if (by === "woocommerce") {
      const at = new Date(this.#nowS * 1_000).toISOString();
      this.#update({ refund: { ...refund, at } });
    }
  }

  /** What the platform says of it: WooCommerce has no parcels, and says that all is done. */
  #goodsGo(): void {
    const { name: store, by } = this.#shop;
    const random = this.#random;
    if (by === "woocommerce") this.#update({ status: "completed" });
    if (by === "woocommerce") return;
    const { units = 1 } = this.#header as Unsaid<OrderSaid>;
    const next = { id: () => this.#id("par"), at: () => this.#at() };
    for (const parcel of goodsOf(random, { units, mayReturn: by === "api" }, next)) {
      this.#parcels.set(parcel.id, parcel);
      const said = { kind: "parcel", store, by: "shopify", order: this.#order, ...parcel } as const;
      const isAlone = by === "shopify" && random.chance(0.6);
      if (isAlone) this.#add(said, parcelSayable(this.#shop, said), parcel.at);
      if (isAlone && random.chance(0.7)) continue;
      const word = by === "api" && random.chance(0.2) ? { status: "shipped" as const } : {};
      this.#update({ ...word, ...(by === "api" && random.chance(0.5) && { parcels: [parcel] }) });
    }
  }

  #move(): void {
    const stage = this.#random.pick(["approval", "completed"] as const);
    const said = { kind: "move", store: this.#shop.name, order: this.#order, stage, at: "" } as const;
    this.#add(said, moveSayable(this.#shop, said), this.#at());
  }

  #add(said: Utterance["said"], sayable: Sayable, at: Instant): void {
    this.#told.push({ said, atMs: Date.parse(at) + this.#random.between(0, 40_000), ...sayable });
  }
}
