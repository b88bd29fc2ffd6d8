import { describe, expect, it } from "vitest";
import { routes } from "../../../infra/wiring.ts";
import { call, type Request } from "../../support/http.ts";
import { entriesOf } from "../../support/routes.ts";
import { openStore, PLACED_AT, uah } from "../../support/samples.ts";
import { world } from "../../support/world.ts";

const entries = await entriesOf(...new Set(routes.map(({ run }) => run.slice(0, run.indexOf("/")))));

/** What is wrong with a request of the owner: pointer -> message. */
async function wrong(request: Request): Promise<Record<string, string>> {
  const { runtime, table } = world();
  await openStore(table, "sto_1");
  const { status, body } = await call(runtime, entries, { as: "owner", ...request });
  expect(status, JSON.stringify(body)).toBe(400);
  const errors = body.errors as { pointer: string; message: string }[];
  expect(new Set(errors.map(({ pointer }) => pointer)).size, "one error a field").toBe(errors.length);
  return Object.fromEntries(errors.map(({ pointer, message }) => [pointer, message]));
}

const order = (part: object) => ({
  path: "/v1/orders",
  body: {
    ...{ storeId: "sto_1", externalId: "1001", placedAt: PLACED_AT, total: uah(1) },
    lines: [{ name: "Tea", unitPrice: uah(1) }],
    ...part,
  },
});

describe("a wrong field", () => {
  it("that should be a whole number says so, though a fraction is read as its text", async () => {
    const lines = [{ name: "Tea", quantity: 1.5, unitPrice: { amountMinor: 1.5, currency: "UAH" } }];
    const sentence = "This must be a whole number.";
    expect(await wrong(order({ lines }))).toEqual({
      "/lines/0/quantity": sentence,
      "/lines/0/unitPrice/amountMinor": sentence,
    });
    expect(await wrong({ path: "/v1/orders?limit=many" })).toEqual({ "/query/limit": sentence });
  });

  it("says in words what it may hold", async () => {
    const payment = { externalId: "p-1", provider: "by hand", amount: uah(1), capturedAt: PLACED_AT };
    expect(await wrong(order({ payments: [payment] }))).toEqual({
      "/payments/0/provider": "Latin letters, digits and _ . / # - only, no colon, at most 80",
    });
    expect(await wrong({ path: "/v1/orders?storeId=kvitka" })).toEqual({
      "/query/storeId": "An id of ours, which begins with sto_",
    });
    const hook = { storeId: "sto_1", provider: "shopify", secret: "s", credentials: { "access token": "t" } };
    expect(await wrong({ path: "/v1/hooks", body: hook })).toEqual({
      "/credentials/access token": "A name of Latin letters, digits and _ . - only, at most 60",
    });
  });

  it("is told of once, however much is wrong with it", async () => {
    const store = { name: "Kvitka", platform: "generic", currency: "uah", timeZone: "Europe/Kyiv", country: "UA" };
    expect(await wrong({ path: "/v1/stores", body: store })).toEqual({
      "/currency": "An ISO 4217 code, such as UAH",
    });
  });

  it("is an id that is blank", async () => {
    expect(await wrong(order({ externalId: " " }))).toEqual({ "/externalId": "An id is not blank" });
  });
});

describe("a body whose form is chosen by a field that it lacks", () => {
  it("is told what every form asks for, at once", async () => {
    expect(Object.keys(await wrong({ path: "/v1/hooks", body: {} }))).toEqual(["/provider", "/storeId", "/secret"]);
    const refund = await wrong({ path: "/v1/orders/ord_1/refunds", body: { mode: "later", reason: "other" } });
    expect(Object.keys(refund)).toEqual(["/mode", "/amount"]);
  });
});

describe("a question of why", () => {
  it("is about a template or a journey, not both and not neither", async () => {
    const why = "/v1/customers/cus_1/why";
    const both = { path: `${why}?template=order-confirmation&journeyId=jrn_unpaid-reminder` };
    expect(await wrong(both)).toEqual({ "/query/template": "Name a template or a journey, not both." });
    expect(await wrong({ path: why })).toEqual({ "/query/template": "Name a template or a journey." });
  });
});
