import { describe, expect, it } from "vitest";
import { merchant, pushed } from "./orders.ts";

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
    expect(await place({ customer: { email: "", phone: " " } })).not.toHaveProperty("warnings");
    expect(await place()).not.toHaveProperty("warnings");
  });
});
