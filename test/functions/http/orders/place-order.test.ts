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
    const readable = { email: "Olena@Example.com", phone: "067 111 22 33" };
    for (const part of [{ customer: readable }, { customer: { email: "", phone: " ", locale: " " } }, {}]) {
      expect(await (await merchant()).place(part)).not.toHaveProperty("warnings");
    }
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

describe("a pushed payment that is known with another amount", () => {
  const told = (minutes: number, amountMinor: number) => ({ ...paid("1", uah(amountMinor)), capturedAt: at(minutes) });
  const differs = (index: number) => ({ pointer: `/payments/${index}/amount`, code: "payment_differs" });

  it("keeps the amount that it has, and its sender is told so and how to correct it", async () => {
    const { place } = await merchant();
    await place({ payments: [told(5, 498_00)] });
    const { paid: sum, warnings } = await place({ payments: [told(4, 400_00)] });
    expect(sum).toEqual(uah(498_00));
    expect(warnings).toMatchObject([differs(0)]);
    expect(warnings[0].message).toContain("which stays: 49800 UAH");
    expect(warnings[0].message).toContain(`later than ${at(5)}`);
  });

  it("is told of too when only the currency is another", async () => {
    const { place } = await merchant();
    await place({ payments: [told(5, 498_00)] });
    const other = { ...told(4, 498_00), amount: { amountMinor: 498_00, currency: "EUR" } };
    expect((await place({ payments: [other] })).warnings).toMatchObject([differs(0)]);
  });

  it("is corrected by a newer capturedAt, and nothing is said where nothing is lost", async () => {
    const { place } = await merchant();
    expect(await place({ payments: [told(5, 498_00)] })).not.toHaveProperty("warnings");
    expect(await place({ payments: [told(5, 498_00)] })).not.toHaveProperty("warnings");
    expect(await place({ payments: [told(4, 498_00)] })).not.toHaveProperty("warnings");
    const corrected = await place({ payments: [told(6, 400_00), { ...told(4, 98_00), provider: "manual" }] });
    expect(corrected).not.toHaveProperty("warnings");
    expect(corrected.paid).toEqual(uah(498_00));
    expect(corrected.payments).toHaveLength(2);
  });

  it("is answered alike when an Idempotency-Key is repeated", async () => {
    const { ask, place, table } = await merchant();
    await place({ payments: [told(5, 498_00)] });
    const body = pushed({ payments: [told(4, 400_00)] });
    const request = { path: "/v1/orders", body, headers: { "idempotency-key": "one" } };
    const first = await ask(request);
    const before = table.items();
    expect(await ask(request)).toMatchObject({ status: first.status, body: first.body });
    expect(first).toMatchObject({ status: 200, body: { warnings: [differs(0)] } });
    expect(table.items()).toEqual(before);
  });

  it("is the newer of two in one push, wherever it stands, and the other one is told of", async () => {
    const [older, newer] = [told(4, 400_00), told(5, 498_00)];
    for (const payments of [
      [older, newer],
      [newer, older],
    ]) {
      const { paid: sum, warnings } = await (await merchant()).place({ payments });
      expect(sum).toEqual(uah(498_00));
      expect(warnings).toMatchObject([differs(payments.indexOf(older))]);
    }
  });

  it("is always the same of two of one time, in one push or two, and the other one is told of", async () => {
    const both = [told(5, 400_00), told(5, 498_00)];
    const sums = new Set<number>();
    for (const payments of [both, both.toReversed()]) {
      const { paid: sum, warnings } = await (await merchant()).place({ payments });
      sums.add(sum.amountMinor);
      expect(warnings).toMatchObject([
        differs(payments.findIndex((one) => one.amount.amountMinor !== sum.amountMinor)),
      ]);
      const { place } = await merchant();
      for (const one of payments) await place({ payments: [one] });
      sums.add((await place()).paid.amountMinor);
    }
    expect(sums.size).toBe(1);
  });
});

describe("a parcel that is told twice in one push", () => {
  const shipped = { externalId: "f-1", status: "shipped", shippedAt: at(1) };
  const delivered = { externalId: "f-1", status: "delivered", shippedAt: at(1), deliveredAt: at(2) };
  const other = { ...shipped, externalId: "f-2" };
  const warned = (index: number) => [{ pointer: `/fulfillments/${index}/externalId`, code: "fulfillment_repeated" }];

  it("is where its newest word says, wherever that stands, and its sender is told of the other", async () => {
    for (const fulfillments of [
      [shipped, delivered, other],
      [other, delivered, shipped],
    ]) {
      const { shipments, warnings } = await (await merchant()).place({ fulfillments });
      expect(shipments).toEqual([delivered, other]);
      expect(warnings).toMatchObject(warned(fulfillments.indexOf(shipped)));
    }
  });

  it("is not spoken of when it is told once in each push, nor when the same is said twice", async () => {
    const { place } = await merchant();
    expect(await place({ fulfillments: [shipped, other] })).not.toHaveProperty("warnings");
    expect(await place({ fulfillments: [delivered] })).not.toHaveProperty("warnings");
    expect(await place({ fulfillments: [delivered, delivered] })).not.toHaveProperty("warnings");
  });

  it("is answered alike when an Idempotency-Key is repeated", async () => {
    const { ask } = await merchant();
    const body = pushed({ fulfillments: [shipped, delivered] });
    const request = { path: "/v1/orders", body, headers: { "idempotency-key": "one" } };
    const first = await ask(request);
    expect(first).toMatchObject({ status: 201, body: { warnings: warned(0) } });
    expect((await ask(request)).body).toEqual(first.body);
  });
});

describe("a pushed parcel that came back", () => {
  const word = (status: string, minutes: number) => ({ externalId: "f-1", status, updatedAt: at(minutes) });

  it.each([
    ["shipped", ["shipped", "returned"]],
    ["delivered", ["shipped", "delivered", "returned"]],
    ["delivered", ["returned", "shipped", "delivered"]],
  ])("leaves the order %s after %j", async (stage, told) => {
    const { place } = await merchant();
    const time = ["shipped", "delivered", "returned"];
    for (const status of told) await place({ fulfillments: [word(status, time.indexOf(status))] });
    expect(await place()).toMatchObject({ stage, fulfillmentStatus: "returned" });
  });
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
    const back = { externalId: id, status: "returned", updatedAt: at(1) };
    expect(await place({ fulfillments: [back] })).toMatchObject({ stage: "shipped", fulfillmentStatus: "returned" });
  });

  it("left when it was said to, though a newer word of it does not say", async () => {
    const [left, there] = [
      { externalId: "f-1", status: "shipped", shippedAt: at(1) },
      { externalId: "f-1", status: "delivered", deliveredAt: at(2) },
    ];
    for (const words of [
      [left, there],
      [there, left],
    ]) {
      const { place } = await merchant();
      for (const word of words) await place({ fulfillments: [word] });
      expect((await place()).shipments).toEqual([{ ...there, shippedAt: at(1) }]);
    }
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
