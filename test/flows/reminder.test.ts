import { beforeAll, describe, expect } from "vitest";
import { aStore, it, kolo, mailsTo, ok } from "./support/kolo.ts";
import { aBuyer, type Store } from "./support/store.ts";

const HOUR = 3_600;
const PROMO = "KOLO5";

const consenting = (at: Date) => ({
  consents: [{ channel: "email", purpose: "marketing", granted: true, at: at.toISOString(), source: "checkout" }],
});

type Told = { id: string; customerId: string };

/** Orders of one day, each with what becomes of it before a day has passed. */
interface Sale {
  who: string;
  part?: (now: Date) => Record<string, unknown>;
  /** What the buyer allowed. */
  allows?: (now: Date) => Record<string, unknown>;
  afterwards?: (store: Store, order: Told & { total: object }) => Promise<unknown>;
  /** What the buyer got in all. */
  got: string[];
}

const confirmed = "прийнято";
const reminded = "чекає на оплату";

const sales: Sale[] = [
  { who: "never pays", got: [confirmed, reminded] },
  { who: "never pays and allowed offers", allows: consenting, got: [confirmed, reminded] },
  { who: "pays later that day", afterwards: (store, order) => store.pays(order, order.total), got: [confirmed] },
  { who: "cancels", afterwards: (store, order) => store.moves(order, "cancelled"), got: [confirmed] },
  { who: "pays at the door", part: () => ({ paymentMethod: "cash on delivery" }), got: [confirmed] },
  { who: "is a company and pays by invoice", part: () => ({ paymentTiming: "invoice" }), got: [confirmed] },
  { who: "is not to be messaged", part: () => ({ automations: "none" }), got: [] },
  {
    who: "ordered more than two days ago",
    part: (now) => ({ placedAt: new Date(now.getTime() - 49 * HOUR * 1_000).toISOString() }),
    got: [],
  },
];

describe("the reminder of an unpaid order", () => {
  const buyers = new Map<string, { email: string; order: Told }>();
  const subjects = async (who: string) =>
    (await mailsTo(buyers.get(who)?.email ?? "")).map(({ subject = "" }) => subject.replace(/^Замовлення \S+ /, ""));
  const reminders = async () => {
    const all = await Promise.all(sales.map(async ({ who }) => ({ who, got: await subjects(who) })));
    return all.filter(({ got }) => got.includes(reminded)).map(({ who }) => who);
  };

  beforeAll(async () => {
    if (!kolo.capabilities.has("clock")) return;
    const store = await aStore();
    const now = await kolo.now();
    for (const { who, part, allows, afterwards } of sales) {
      const customer = aBuyer(allows?.(now));
      const order = await store.places({ customer, ...part?.(now) });
      buyers.set(who, { email: customer.email, order });
      if (!afterwards) continue;
      await kolo.settle();
      await afterwards(store, order);
    }
  });

  it(
    "does not come within a day",
    async () => {
      await kolo.advance(23 * HOUR);
      expect(await reminders()).toEqual([]);
    },
    { needs: ["clock"] },
  );

  it(
    "comes after a day to who has to pay in advance, has neither paid nor cancelled, and may be messaged",
    async () => {
      await kolo.advance(2 * HOUR);
      for (const { who, got } of sales) expect([who, await subjects(who)]).toEqual([who, got]);
    },
    { needs: ["clock"] },
  );

  it(
    "shows the promo code only to who allowed marketing",
    async () => {
      const reminder = async (who: string) => (await mailsTo(buyers.get(who)?.email ?? "")).at(-1)?.text;
      expect(await reminder("never pays and allowed offers")).toContain(PROMO);
      expect(await reminder("never pays")).not.toContain(PROMO);
    },
    { needs: ["clock"] },
  );

  it(
    "comes once",
    async () => {
      await kolo.advance(48 * HOUR);
      for (const { who, got } of sales) expect([who, await subjects(who)]).toEqual([who, got]);
    },
    { needs: ["clock"] },
  );

  it(
    "is explained to who asks why it came, and why it did not",
    async () => {
      const why = async (who: string) => {
        const told = buyers.get(who)?.order;
        const path = `/v1/customers/${told?.customerId}/why?journeyId=jrn_unpaid-reminder`;
        const { items } = await ok(path, { as: "marketer" });
        return items.find(({ orderId }: { orderId: string }) => orderId === told?.id);
      };
      const never = buyers.get("never pays")?.order.customerId;
      const path = `/v1/customers/${never}/why?template=unpaid-reminder`;
      const [message] = (await ok(path, { as: "marketer" })).items;
      expect(message).toMatchObject({ status: "sent", variant: "plain" });
      expect(await why("never pays")).toMatchObject({ status: "exited", reason: "reminded" });
      expect(await why("pays later that day")).toMatchObject({ status: "exited", reason: "order.paid" });
      expect(await why("pays at the door")).toMatchObject({ status: "never_entered" });
    },
    { needs: ["clock"] },
  );
});
