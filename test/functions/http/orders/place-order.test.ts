import { describe, expect, it } from "vitest";
import { PLACED_AT, uah } from "../../../support/samples.ts";
import { merchant, pushed } from "./orders.ts";

const at = (minutes: number) => new Date(Date.parse(PLACED_AT) + minutes * 60_000).toISOString();
const paid = (externalId: string, amount = uah(498_00)) => {
  return { externalId, provider: "liqpay", amount, capturedAt: PLACED_AT };
};
const eur = { amountMinor: 100, currency: "EUR" };

describe("a pushed order whose buyer cannot be reached", () => {
  const customer = { email: "not an email", phone: "12", firstName: "Olena" };

  it("is kept, and its sender is told of what could not be read", async () => {
    const { place } = await merchant();
    const { stage, warnings } = await place({ customer });
    expect(stage).toBe("new");
    expect(warnings).toMatchObject([
      { pointer: "/customer/email", code: "not_readable" },
      { pointer: "/customer/phone", code: "not_readable" },
    ]);
    expect(JSON.stringify(warnings)).not.toContain("not an email");
  });

  it("is answered alike when an Idempotency-Key is repeated", async () => {
    const { ask } = await merchant();
    const request = { path: "/v1/orders", body: pushed({ customer }), headers: { "idempotency-key": "one" } };
    const [first, second] = [await ask(request), await ask(request)];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(first.body.warnings).toHaveLength(2);
    expect(second.body).toEqual(first.body);
  });

  it("is not spoken of where all can be read, or nothing was given", async () => {
    const { place } = await merchant();
    const readable = { email: "Olena@Example.com", phone: "067 111 22 33" };
    expect(await place({ customer: readable })).not.toHaveProperty("warnings");
    expect(await place({ customer: { email: "", phone: " ", locale: " " } })).not.toHaveProperty("warnings");
    expect(await place()).not.toHaveProperty("warnings");
  });
});

describe("a pushed language of a buyer", () => {
  it.each([
    ["uk-UA", "uk"],
    ["RU", "ru"],
    ["en_GB", "en"],
  ])("is read kindly: %s is %s", async (said, locale) => {
    const { place } = await merchant();
    const answer = await place({ customer: { firstName: "Olena", locale: said } });
    expect(answer.customer).toEqual({ firstName: "Olena", locale });
    expect(answer).not.toHaveProperty("warnings");
  });

  it.each(["de-DE", "ukrainian"])(
    "is left out when nobody writes in it, and its sender is told: %j",
    async (locale) => {
      const { place } = await merchant();
      const { customer, warnings } = await place({ customer: { firstName: "Olena", locale } });
      expect(customer).toEqual({ firstName: "Olena" });
      expect(warnings).toMatchObject([{ pointer: "/customer/locale", code: "not_readable" }]);
    },
  );
});

describe("a pushed parcel", () => {
  it.each(["__proto__", "constructor"])("is refused with the id %s, which no list of names can hold", async (id) => {
    const { ask, table } = await merchant();
    const before = table.items();
    const body = pushed({ fulfillments: [{ externalId: id, status: "shipped" }] });
    const errors = [{ pointer: "/fulfillments/0/externalId" }];
    expect(await ask({ path: "/v1/orders", body })).toMatchObject({ status: 400, body: { errors } });
    expect(table.items()).toEqual(before);
  });

  it.each(["toString", "hasOwnProperty", "0"])("is kept with the id %s", async (id) => {
    const { place } = await merchant();
    const { shipments } = await place({ fulfillments: [{ externalId: id, status: "shipped" }] });
    expect(shipments).toEqual([{ externalId: id, status: "shipped" }]);
  });
});

describe("the answer of a push", () => {
  it("is the order as a read shows it, whatever became of the push", async () => {
    const { ask, place } = await merchant();
    const pushes = {
      first: { customer: { email: "olena@example.com" }, note: "first" },
      same: { customer: { email: "olena@example.com" }, note: "first" },
      "a newer status": {
        customer: { email: "olena@example.com" },
        note: "first",
        status: "approval",
        updatedAt: at(1),
      },
      "newer content": { note: "newer", updatedAt: at(3), couponCode: "SPRING" },
      "older content": { note: "older", updatedAt: at(2) },
      "an added payment": { note: "older", updatedAt: at(2), payments: [paid("1")] },
      "much at once": {
        updatedAt: at(4),
        payments: ["d", "b", "c"].flatMap((id) => [paid(id), paid(`${id}${id}`, eur)]),
        fulfillments: ["b", "10", "c", "a"].map((externalId) => ({ externalId, status: "shipped" })),
      },
    };
    for (const [what, part] of Object.entries(pushes)) {
      const { warnings: _, ...answer } = await place(part);
      const { body } = await ask({ path: `/v1/orders/${answer.id}`, method: "GET" });
      expect([what, answer]).toEqual([what, body]);
    }
  });
});
