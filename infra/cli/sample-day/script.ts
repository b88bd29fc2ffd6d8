import { basket, decimal, sumOf } from "./goods.ts";
import { type Person, people } from "./people.ts";
import { Random } from "./random.ts";
import { type ShopifyOrder, shopifyHeaders, shopifyOrderBody, shopifyRefundBody } from "./shopify.ts";
import type { Shops } from "./shops.ts";
import { stripeHeaders, stripeRefundedBody, stripeSucceededBody } from "./stripe.ts";
import { type WooOrder, wooHeaders, wooOrderBody } from "./woocommerce.ts";

/** One thing that reaches Kolo during the day. */
export interface Delivery {
  /** ms after the day's start. */
  after: number;
  /** Built when it is sent, because some signatures carry the time. */
  make(nowMs: number): { path: string; body: string; headers: Record<string, string> };
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The day lasts so long; what was placed early is reminded before it ends. */
export const DAY_MS = 26 * HOUR;
const SEED = 20_261;

/** Writes the day: who buys what and when, and what goes wrong. */
export class Script {
  readonly deliveries: Delivery[] = [];
  readonly #random = new Random(SEED);
  readonly #people: Person[];
  readonly #shops: Shops;
  readonly #start: number;
  #count = 0;

  constructor(shops: Shops, startMs: number) {
    this.#shops = shops;
    this.#start = startMs;
    this.#people = people(this.#random);
    this.#coffee();
    this.#tea();
    this.#site();
    this.deliveries.sort((a, b) => a.after - b.after);
  }

  #iso = (after: number) => new Date(this.#start + after).toISOString();

  /** Everyone of a language, a third of whom comes back on the same day, and some guests of another language. */
  #buyers(locale: Person["locale"], guests: Person["locale"], count: number): Person[] {
    const speak = (wanted: Person["locale"]) => this.#people.filter((person) => person.locale === wanted);
    const own = speak(locale).flatMap((person, index) => (index % 3 === 0 ? [person, person] : [person]));
    return [...own, ...speak(guests).slice(0, count)];
  }

  #shopify(after: number, topic: string, body: string): void {
    const { hook, secret } = this.#shops.shopify;
    this.#count += 1;
    const headers = shopifyHeaders(
      secret,
      topic,
      body,
      `00000000-0000-4000-8000-${String(this.#count).padStart(12, "0")}`,
    );
    this.deliveries.push({ after, make: () => ({ path: hook, body, headers }) });
  }

  /** The Shopify shop: paid orders, cash on delivery, a cancellation, a refund, and three kinds of trouble. */
  #coffee(): void {
    for (const [index, person] of this.#buyers("uk", "en", 4).entries()) {
      const placed = 20 * MINUTE + index * 41 * MINUTE;
      const order: ShopifyOrder = {
        id: `90071992547409${93 + index}${this.#random.digits(2)}`,
        number: 1001 + index,
        person,
        lines: basket(this.#random),
        placedAt: this.#iso(placed),
        gateway: index % 4 === 1 ? "Cash on Delivery (COD)" : "shopify_payments",
      };
      const isPaid = order.gateway === "shopify_payments" && index % 7 !== 2;
      const created = shopifyOrderBody(order, { updatedAt: this.#iso(placed) });
      const paid = shopifyOrderBody(order, { updatedAt: this.#iso(placed + 4 * MINUTE), paid: true });
      const isReversed = index === 3;
      this.#shopify(placed + (isReversed ? 6 * MINUTE : 0), "orders/create", created);
      if (index === 4) this.#shopify(placed + MINUTE, "orders/create", created);
      if (isPaid || isReversed) this.#shopify(placed + 4 * MINUTE, "orders/paid", paid);
      this.#coffeeLater(order, index, placed, isPaid);
    }
    this.#shopify(5 * HOUR, "orders/create", '{"id": 1, "name": "#0", "line_items": [');
  }

  #coffeeLater(order: ShopifyOrder, index: number, placed: number, isPaid: boolean): void {
    const at = placed + 3 * HOUR;
    if (index % 5 === 0 && isPaid) {
      this.#shopify(
        at,
        "orders/fulfilled",
        shopifyOrderBody(order, { updatedAt: this.#iso(at), paid: true, fulfilled: true }),
      );
    }
    if (index === 9)
      this.#shopify(at, "orders/cancelled", shopifyOrderBody(order, { updatedAt: this.#iso(at), cancelled: true }));
    if (index === 8) {
      const refund = { id: "9007199254741993", at: this.#iso(at), amountMinor: 165_00 };
      this.#shopify(at, "refunds/create", shopifyRefundBody(order, refund));
    }
  }

  #woo(after: number, topic: string, body: string): void {
    const { hook, secret } = this.#shops.woo;
    this.#count += 1;
    const headers = wooHeaders(secret, topic, body, String(this.#count));
    this.deliveries.push({ after, make: () => ({ path: hook, body, headers }) });
  }

  /** The WooCommerce shop: half of it cash on delivery, some paid online, one refunded. */
  #tea(): void {
    for (const [index, person] of this.#buyers("ru", "uk", 5).entries()) {
      const placed = 45 * MINUTE + index * 37 * MINUTE;
      const method = index % 2 === 0 ? "cod" : "liqpay";
      const order: WooOrder = {
        id: 5001 + index,
        person,
        lines: basket(this.#random),
        placedAt: this.#iso(placed),
        method,
      };
      const first = {
        status: method === "cod" ? ("processing" as const) : ("pending" as const),
        modifiedAt: this.#iso(placed),
      };
      this.#woo(placed, "order.created", wooOrderBody(order, first));
      if (method === "cod" || index % 9 === 5) continue;
      const paidAt = this.#iso(placed + 7 * MINUTE);
      this.#woo(
        placed + 7 * MINUTE,
        "order.updated",
        wooOrderBody(order, { status: "processing", modifiedAt: paidAt, paidAt }),
      );
      if (index !== 7) continue;
      const modifiedAt = this.#iso(placed + 5 * HOUR);
      const refunds = [{ id: 9001, amountMinor: 70_00 }];
      this.#woo(
        placed + 5 * HOUR,
        "order.updated",
        wooOrderBody(order, { status: "processing", modifiedAt, paidAt, refunds }),
      );
    }
  }

  #stripe(after: number, body: string): void {
    const { stripeHook, stripeSecret } = this.#shops.site;
    const make = (nowMs: number) => ({
      path: stripeHook,
      body,
      headers: stripeHeaders(stripeSecret, body, Math.floor(nowMs / 1_000)),
    });
    this.deliveries.push({ after, make });
  }

  /** The own site: orders by the API, money by Stripe; one is paid short, one partly refunded, one never paid. */
  #site(): void {
    for (const [index, person] of this.#buyers("en", "ru", 3).entries()) {
      const placed = 30 * MINUTE + index * 73 * MINUTE;
      const lines = basket(this.#random);
      const totalMinor = sumOf(lines, "priceEur") + 4_90;
      const externalId = `K-${2001 + index}`;
      this.#api(placed, siteOrder(externalId, person, lines, totalMinor, this.#iso(placed)));
      if (index % 6 === 4) continue;
      const payment = {
        id: `pi_sample${String(index).padStart(4, "0")}`,
        orderReference: externalId,
        amountMinor: index === 5 ? totalMinor - 1_00 : totalMinor,
        currency: "eur" as const,
        created: Math.floor((this.#start + placed + 2 * MINUTE) / 1_000),
      };
      // The provider is sometimes faster than the shop: its word waits for the order.
      this.#stripe(placed + (index === 2 ? -2 * MINUTE : 2 * MINUTE), stripeSucceededBody(payment));
      if (index === 6) this.#stripe(placed + 4 * HOUR, stripeRefundedBody(payment, 4_90, payment.created + 14_400));
    }
  }

  #api(after: number, order: object): void {
    const body = JSON.stringify(order);
    const headers = { "content-type": "application/json", authorization: `Bearer ${this.#shops.site.key}` };
    this.deliveries.push({ after, make: () => ({ path: "/v1/orders", body, headers }) });
  }
}

function siteOrder(
  externalId: string,
  person: Person,
  lines: ReturnType<typeof basket>,
  totalMinor: number,
  placedAt: string,
) {
  const eur = (amountMinor: number) => ({ amountMinor, currency: "EUR" });
  return {
    externalId,
    number: externalId,
    placedAt,
    customer: {
      externalId: person.externalId,
      email: person.email.toUpperCase(),
      phone:
        person.country === "UA" && !person.phone.startsWith("+")
          ? `+38${person.phone.replace(/\D/g, "")}`
          : person.phone,
      firstName: person.firstName,
      lastName: person.lastName,
      locale: person.locale,
      ...(person.acceptsMarketing && {
        consents: [{ channel: "email", purpose: "marketing", granted: true, at: placedAt, source: "checkout" }],
      }),
    },
    lines: lines.map(({ product, quantity }) => ({
      sku: product.sku,
      name: product.names[person.locale],
      quantity,
      unitPrice: eur(product.priceEur),
    })),
    shipping: {
      method: "dhl",
      price: eur(4_90),
      address: { country: person.country, city: person.city, line1: "Example street 3" },
    },
    total: eur(totalMinor),
    paymentMethod: "card",
    source: { utm: { source: "google", medium: "cpc", campaign: "autumn" } },
    note: `Total ${decimal(totalMinor)} EUR`,
  };
}
