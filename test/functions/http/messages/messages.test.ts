import { describe, expect, it } from "vitest";
import { call, type Request } from "../../../support/http.ts";
import { entriesOf } from "../../../support/routes.ts";
import { olena } from "../../../support/samples.ts";
import { mailroom } from "../../consumers/mailroom.ts";

const entries = await entriesOf("messages", "customers");

/** A shop that has confirmed two orders of one person. */
async function shop() {
  const room = await mailroom();
  await room.order();
  await room.order({ externalId: "1002", placedAt: "2026-11-20T11:00:00Z" });
  await room.carry();
  const ask = (request: Request) => call(room.runtime, entries, { as: "marketer", ...request });
  const { items } = (await ask({ path: `/v1/customers?email=${olena.email}` })).body;
  return { room, ask, customerId: items[0].id as string };
}

describe("a list of messages", () => {
  it("of a customer shows what was sent, where to in a form that nobody can use", async () => {
    const { ask, customerId } = await shop();
    const { body, status } = await ask({ path: `/v1/messages?customerId=${customerId}` });
    expect([status, body.items.length]).toEqual([200, 2]);
    expect(body.items[0]).toMatchObject({
      id: expect.stringMatching(/^msg_/),
      channel: "email",
      purpose: "transactional",
      template: "order-confirmation",
      to: "o***@example.com",
      status: "sent",
      at: expect.any(String),
      customerId,
    });
    expect(JSON.stringify(body)).not.toContain(olena.email);
  });

  it("is narrowed to an order, and to what belongs to all that is named", async () => {
    const { ask, customerId } = await shop();
    const { body } = await ask({ path: `/v1/messages?customerId=${customerId}` });
    const { orderId, id } = body.items[1];
    const ids = async (query: string) =>
      (await ask({ path: `/v1/messages?${query}` })).body.items.map((one: { id: string }) => one.id);
    expect(await ids(`orderId=${orderId}`)).toEqual([id]);
    expect(await ids(`orderId=${orderId}&customerId=${customerId}`)).toEqual([id]);
    expect(await ids(`orderId=${orderId}&customerId=cus_none`)).toEqual([]);
    expect(await ids("journeyId=jrn_unpaid-reminder")).toEqual([]);
  });

  it("goes on page by page", async () => {
    const { ask, customerId } = await shop();
    const first = (await ask({ path: `/v1/messages?customerId=${customerId}&limit=1` })).body;
    const path = `/v1/messages?customerId=${customerId}&limit=1&cursor=${first.nextCursor}`;
    const second = (await ask({ path })).body;
    expect(new Set([first.items[0].id, second.items[0].id]).size).toBe(2);
    expect(second.nextCursor).toBeNull();
  });

  it("names somebody or something", async () => {
    const { ask } = await shop();
    expect(await ask({ path: "/v1/messages" })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: "/query/customerId" }] },
    });
  });
});

describe("why", () => {
  it("tells of each message of a template what became of it and what each gate says", async () => {
    const { ask, customerId } = await shop();
    const { body, status } = await ask({ path: `/v1/customers/${customerId}/why?template=order-confirmation` });
    expect([status, body.items.length]).toEqual([200, 2]);
    expect(body.items[0]).toMatchObject({ template: "order-confirmation", status: "sent" });
    expect(body.items[0].gates.every(({ passes }: { passes: boolean }) => passes)).toBe(true);
  });

  it("tells of each order where it stands in a journey", async () => {
    const { ask, customerId } = await shop();
    const { body } = await ask({ path: `/v1/customers/${customerId}/why?journeyId=jrn_unpaid-reminder` });
    expect(body.items).toMatchObject([{ status: "waiting", until: expect.any(String) }, { status: "waiting" }]);
  });

  it("tells the forms that a letter may have, and what a journey asks of its event", async () => {
    const { ask, room } = await shop();
    await room.order({ externalId: "1003", customer: { email: "ivan@example.com" }, paymentMethod: "cod" });
    await room.carry();
    const [ivan] = (await ask({ path: "/v1/customers?email=ivan@example.com" })).body.items;
    const why = async (query: string) => (await ask({ path: `/v1/customers/${ivan.id}/why?${query}` })).body.items[0];
    expect((await why("template=unpaid-reminder")).variants).toEqual([
      { variant: "with_promo", purpose: "marketing", chosen: false, reason: "no_consent" },
      { variant: "plain", purpose: "transactional", chosen: true },
    ]);
    expect((await why("journeyId=jrn_unpaid-reminder")).trigger).toContainEqual({
      fact: "event.paymentTiming",
      allowed: ["prepaid"],
      actual: "on_delivery",
      holds: false,
    });
  });

  it("is asked about one template or one journey that there is", async () => {
    const { ask, customerId } = await shop();
    const why = (query: string) => ask({ path: `/v1/customers/${customerId}/why?${query}` });
    expect((await why("")).status).toBe(400);
    expect((await why("template=a&journeyId=jrn_b")).status).toBe(400);
    expect(await why("template=none")).toMatchObject({ status: 404, body: { code: "template_not_found" } });
    expect(await why("journeyId=jrn_none")).toMatchObject({ status: 404, body: { code: "journey_not_found" } });
  });
});
