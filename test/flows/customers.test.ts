import { describe, expect } from "vitest";
import { aStore, ask, eventually, it, kolo, ok } from "./support/kolo.ts";
import { aBuyer, unique } from "./support/store.ts";
import { aShopifyOrder, digits } from "./support/words.ts";

const found = async (query: string) => (await ok(`/v1/customers?${query}`, { as: "manager" })).items;

describe("a person who buys in several stores", () => {
  it("is one customer by the e-mail, however it is written", async () => {
    const [tea, coffee] = [await aStore(), await aStore()];
    const email = `${unique("taras")}@example.com`;
    const first = await tea.places({ customer: aBuyer({ email: `  ${email.toUpperCase()} ` }) });
    const second = await coffee.places({ customer: aBuyer({ email }) });
    expect(second.customerId).toBe(first.customerId);
    await eventually(async () => expect(await found(`email=${email}`)).toMatchObject([{ stats: { orders: 2 } }]));
  });

  it("is one customer by the phone, typed at home or abroad", async () => {
    const [tea, europe] = [await aStore(), await aStore({ country: "DE", currency: "EUR", timeZone: "Europe/Berlin" })];
    const [a, b, c] = [digits(3), digits(2), digits(2)];
    const typed = [`067 ${a} ${b} ${c}`, `(067) ${a}-${b}-${c}`, `+38 067 ${a}${b}${c}`, `38067${a}${b}${c}`];
    const ids = [];
    for (const phone of typed) ids.push((await tea.places({ customer: { phone, firstName: "Ira" } })).customerId);
    ids.push((await europe.places({ customer: { phone: `+380 (67) ${a} ${b} ${c}` } })).customerId);
    expect(new Set(ids).size).toBe(1);
    const [card] = await eventually(() => found(`phone=${encodeURIComponent(`+38067${a}${b}${c}`)}`));
    expect(card).toMatchObject({ id: ids[0], phones: [`+38067${a}${b}${c}`], stats: { orders: 5 } });
  });

  it("whose first orders come at once from two stores is one customer", async () => {
    const shops = [await aStore(), await aStore()];
    const buyer = aBuyer();
    const at = await kolo.now();
    const pushes = Array.from({ length: 8 }, (_, index) =>
      shops[index % 2]?.push({ customer: buyer, placedAt: new Date(at.getTime() - index * 1_000).toISOString() }),
    );
    const answers = await Promise.all(pushes);
    expect(answers.map((answer) => answer?.status)).toEqual(Array(8).fill(201));
    expect(new Set(answers.map((answer) => answer?.body.customerId)).size).toBe(1);
    await eventually(async () => expect(await found(`email=${buyer.email}`)).toMatchObject([{ stats: { orders: 8 } }]));
    for (const shop of shops)
      expect(await shop.metrics("orders", "customers_new")).toEqual({ orders: "4", customers_new: "1" });
  });

  it("with the e-mail of one and the phone of another is the one of the e-mail, and perhaps both", async () => {
    const store = await aStore();
    const [olena, ira] = [aBuyer(), aBuyer({ firstName: "Ira" })];
    const first = await store.places({ customer: olena });
    const second = await store.places({ customer: ira });
    const both = await store.places({ customer: { email: olena.email, phone: ira.phone } });
    expect(both.customerId).toBe(first.customerId);
    const [card] = await eventually(() => found(`email=${olena.email}`));
    expect(card.mergeCandidates).toEqual([second.customerId]);
  });
});

describe("a customer", () => {
  it("of whom a shop tells has a card before they buy, which staff may complete", async () => {
    const store = await aStore();
    const person = aBuyer();
    const told = await store.ask("/v1/customers", { body: person });
    expect(told).toMatchObject({ status: 201, body: { emails: [person.email], lifecycleStage: "lead" } });
    expect(await store.ask("/v1/customers", { body: person })).toMatchObject({
      status: 200,
      body: { id: told.body.id },
    });
    const change = { as: "marketer", method: "PATCH", body: { lastName: "Melnyk", tags: ["tea"] } } as const;
    expect(await ask(`/v1/customers/${told.body.id}`, change)).toMatchObject({
      ...{ status: 200, body: { lastName: "Melnyk", tags: ["tea"] } },
    });
    expect(await store.places({ customer: person })).toMatchObject({ customerId: told.body.id });
  });

  it("whom the platform does not name is a placeholder, and the order is kept", async () => {
    const store = await aStore({ platform: "shopify" });
    const shop = await store.connect("shopify");
    const nobody = { email: null, contact_email: null, phone: null, customer: null };
    const addresses = { billing_address: null, shipping_address: null };
    const sold = aShopifyOrder(await kolo.now());
    await shop.deliver(sold.said("orders/create", { ...nobody, ...addresses }));
    const order = await store.order(sold.externalId);
    expect(order).toMatchObject({ stage: "new", number: sold.number });
    const card = await ok(`/v1/customers/${order.customerId}`, { as: "manager" });
    expect(card).toMatchObject({ emails: [], phones: [], identities: [], stats: { orders: 1 } });
  });

  it("is shown to a shop's key only where the shop brought them", async () => {
    const [own, other] = [await aStore(), await aStore()];
    const order = await own.places();
    expect(await own.ask(`/v1/customers/${order.customerId}`)).toMatchObject({ status: 200 });
    expect(await other.ask(`/v1/customers/${order.customerId}`)).toMatchObject({ status: 404 });
    expect(await other.ask(`/v1/orders/${order.id}`)).toMatchObject({ status: 404, body: { code: "order_not_found" } });
  });

  it("is shown to marketing without the money", async () => {
    const store = await aStore();
    const { customerId } = await store.places();
    const path = `/v1/customers/${customerId}`;
    expect((await ask(path, { as: "manager" })).body.stats.revenue).toHaveLength(1);
    expect((await ask(path, { as: "marketer" })).body.stats.revenue).toBeUndefined();
    expect(await ask(`${path}/timeline`, { as: "marketer" })).toMatchObject({ status: 200 });
  });
});
