import { describe, expect, it } from "vitest";
import { call } from "../../../support/http.ts";
import { entriesOf } from "../../../support/routes.ts";
import { openStore } from "../../../support/samples.ts";
import { world } from "../../../support/world.ts";

const entries = await entriesOf("customers");

/** A store that tells of people, and a person who is known to it as Russian-speaking since a minute. */
async function merchant() {
  const { runtime, table, clock } = world();
  await openStore(table, "sto_1");
  const tell = (body: object, headers = {}) =>
    call(runtime, entries, { path: "/v1/customers", as: { key: "sto_1" }, body, headers });
  const { id } = (await tell({ email: "olena@example.com", locale: "ru" })).body;
  clock.advance(60_000);
  const change = (body: object) =>
    call(runtime, entries, { method: "PATCH", path: `/v1/customers/${id}`, as: "manager", body });
  return { tell, change };
}

describe("a person that a store tells of", () => {
  it("is kept without what cannot be read, and the store is told so, also the second time", async () => {
    const { tell } = await merchant();
    const headers = { "idempotency-key": "one" };
    const body = { externalId: "c-1", email: "nina", phone: "12", locale: "de-DE", firstName: "Nina" };
    const [first, again] = [await tell(body, headers), await tell(body, headers)];
    expect(first).toMatchObject({ status: 201, body: { firstName: "Nina", emails: [], phones: [], locale: null } });
    const pointers = ["/email", "/phone", "/locale"];
    expect(first.body.warnings).toMatchObject(pointers.map((pointer) => ({ pointer, code: "not_readable" })));
    expect(again).toMatchObject({ status: 201, body: first.body });
  });
});

describe("the language of a person", () => {
  it.each([
    ["uk-UA", "uk"],
    ["UK", "uk"],
    ["en_GB", "en"],
  ])("is read as people write it, told or changed: %s is %s", async (said, locale) => {
    const { tell, change } = await merchant();
    const told = await tell({ email: "nina@example.com", locale: said });
    expect(told).toMatchObject({ status: 201, body: { locale } });
    const changed = await change({ locale: said });
    expect(changed).toMatchObject({ status: 200, body: { locale } });
    for (const { body } of [told, changed]) expect(body).not.toHaveProperty("warnings");
  });

  it.each(["de-DE", "ukrainian"])(
    "stays when nobody writes in the new one, and who sent it is told: %s",
    async (locale) => {
      const { tell, change } = await merchant();
      for (const answer of [await tell({ email: "olena@example.com", locale }), await change({ locale })]) {
        expect(answer).toMatchObject({ status: 200, body: { locale: "ru" } });
        expect(answer.body.warnings).toMatchObject([{ pointer: "/locale", code: "not_readable" }]);
      }
    },
  );

  it("is a text, and of some length at most", async () => {
    const { tell, change } = await merchant();
    for (const locale of ["u".repeat(121), 7, null])
      for (const answer of [await tell({ email: "olena@example.com", locale }), await change({ locale })])
        expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: "/locale" }] } });
  });
});
