import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import type { As, Request } from "../support/http.ts";
import { asked, type Merchant, merchant, orderBody } from "./merchant.ts";

let shop: Merchant;

/** Every list that may go on, with who asks for it; all of them have two pages of one. */
const LISTS: Readonly<Record<string, (ids: Merchant) => Request>> = {
  stores: () => ({ path: "/v1/stores", as: "owner" }),
  hooks: () => ({ path: "/v1/hooks", as: "owner" }),
  orders: () => ({ path: "/v1/orders", as: "owner" }),
  "orders of a store": ({ a }) => ({ path: `/v1/orders?storeId=${a.storeId}`, as: "manager" }),
  "orders of a stage": ({ a }) => ({ path: `/v1/orders?storeId=${a.storeId}&stage=new`, as: "manager" }),
  "orders in a time": () => ({ path: "/v1/orders?from=2026-11-19&to=2026-11-21", as: "manager" }),
  "orders of a customer": ({ a }) => ({ path: `/v1/orders?customerId=${a.customerId}`, as: "manager" }),
  "orders of a key": ({ a }) => ({ path: "/v1/orders", as: { key: a.storeId } }),
  "the history of an order": ({ a }) => ({ path: `/v1/orders/${a.orderId}/history`, as: "finance" }),
  customers: () => ({ path: "/v1/customers", as: "marketer" }),
  "customers of a key": ({ a }) => ({ path: "/v1/customers", as: { key: a.storeId } }),
  "the timeline of a customer": ({ a }) => ({ path: `/v1/customers/${a.customerId}/timeline`, as: "manager" }),
  "messages to a customer": ({ a }) => ({ path: `/v1/messages?customerId=${a.customerId}`, as: "marketer" }),
  mismatches: () => ({ path: "/v1/mismatches", as: "finance" }),
  metrics: () => ({ path: "/v1/metrics", as: "owner" }),
  quarantine: () => ({ path: "/v1/quarantine", as: "manager" }),
};

beforeAll(async () => {
  shop = await merchant();
  for (const { storeId } of [shop.a, shop.b]) {
    for (const more of ["1", "2", "3"]) {
      const customer = { email: storeId === shop.a.storeId ? "alpha@example.com" : `${more}@example.com` };
      const body = orderBody(`more-${more}`, { customer });
      await asked(shop, { path: "/v1/orders", as: { key: storeId }, body });
    }
  }
  await asked(shop, { path: "/v1/customers", as: { key: shop.a.storeId }, body: { email: "another@example.com" } });
  await shop.settle();
});

const requestOf = (name: string) => LISTS[name]?.(shop) as Request;
const withCursor = ({ path, as }: Request, cursor: string): Request => {
  const mark = path.includes("?") ? "&" : "?";
  return { path: `${path}${mark}limit=1&cursor=${encodeURIComponent(cursor)}`, as: as as As };
};
const ask = (request: Request, cursor: string) => shop.ask(withCursor(request, cursor));

async function cursorOf(request: Request): Promise<string> {
  const { path } = request;
  const { nextCursor } = await asked(shop, { ...request, path: `${path}${path.includes("?") ? "&" : "?"}limit=1` });
  expect(nextCursor, path).toEqual(expect.any(String));
  return nextCursor;
}

/** Refused as another list's, without a word about where it led. */
const REFUSED = { status: 400, body: { code: "invalid_cursor" } };

describe.each(Object.keys(LISTS))("a cursor of %s", (name) => {
  it("goes on where the page ended", async () => {
    const request = requestOf(name);
    const { status, body } = await ask(request, await cursorOf(request));
    expect([status, body.items.length]).toEqual([200, 1]);
  });

  it("with a bit that fell over is refused, or means what it meant", async () => {
    const request = requestOf(name);
    const cursor = await cursorOf(request);
    const whole = await ask(request, cursor);
    let refused = 0;
    for (let at = 0; at < cursor.length; at += 1) {
      const letters = Buffer.from(cursor, "latin1");
      letters[at] = (letters[at] as number) ^ (1 << (at % 7));
      const answer = await ask(request, letters.toString("latin1"));
      if (answer.status === 400) refused += 1;
      // The last letter carries bits that no byte needs, and what is no letter of the alphabet is passed over.
      else expect(answer.body).toEqual(whole.body);
    }
    expect(refused).toBeGreaterThan(cursor.length * 0.9);
  });

  it("is refused by every other list, for every other caller and with other filters", async () => {
    const request = requestOf(name);
    const cursor = await cursorOf(request);
    for (const other of Object.keys(LISTS).filter((one) => one !== name)) {
      expect(await ask(requestOf(other), cursor), other).toMatchObject(REFUSED);
    }
    const { path } = request;
    const elsewhere = path.includes("?") ? path.slice(0, path.indexOf("?")) : `${path}?storeId=${shop.b.storeId}`;
    const { status } = await ask({ ...request, path: elsewhere }, cursor);
    expect([400, 404]).toContain(status);
  });

  it("that is no cursor is refused", async () => {
    const coded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const odd = ["x", "AAAA", coded(null), coded({}), coded([]), coded(["a"]), coded([{}, ""]), coded([["a", 1], "x"])];
    for (const cursor of [...odd, "%00", "x".repeat(2_000)]) {
      expect(await ask(requestOf(name), cursor), cursor).toMatchObject(REFUSED);
    }
  });
});

describe("a position that somebody signs as we would", () => {
  /** Its digest needs no secret: a position can only lie inside of what the caller may read anyway. */
  function signed({ path, as }: Request, position: unknown): string {
    const [rawPath = "", query = ""] = path.split("?");
    const filters = [...new URLSearchParams(query)].sort();
    const caller = typeof as === "string" ? ["staff", `stf_${as}`] : ["key", `key-${(as as { key: string }).key}`];
    const text = JSON.stringify([...caller, rawPath, filters, position]);
    const digest = createHash("sha256").update(text).digest("base64url").slice(0, 22);
    return Buffer.from(JSON.stringify([position, digest])).toString("base64url");
  }

  const KEYS = [
    "",
    "0",
    "~",
    "\uffff",
    "😀",
    "state",
    "event#",
    "content#000",
    "note#",
    "raw",
    "order#x",
    "2026-11-20T",
  ];
  const POSITIONS = [
    ...KEYS,
    ...KEYS.flatMap((key) => [
      [key, 0],
      [key, 9e9],
    ]),
    0,
    -1,
    null,
    {},
    ["a", -1],
    ["a", 0.5],
  ];

  it.each(Object.keys(LISTS))("leads nowhere else in %s", async (name) => {
    const request = requestOf(name);
    const whole = await asked(shop, {
      ...request,
      path: `${request.path}${"?&"[+request.path.includes("?")]}limit=100`,
    });
    const own = new Set(whole.items.map((item: unknown) => JSON.stringify(item)));
    for (const position of POSITIONS) {
      const { status, body, text } = await ask(request, signed(request, position));
      expect([200, 400], `${JSON.stringify(position)}: ${text}`).toContain(status);
      for (const item of body.items ?? []) expect(own).toContain(JSON.stringify(item));
    }
  });
});
